// What every page does alike: ask the gateway what to show, say it aloud, remember what became of the submission.
export const config = window.CONFIG;
export const gateway = new window.ReuseGateway.Gateway({
  base: config.gateway, form: config.form, session: config.session, dialect: config.dialect,
});
export const place = document.getElementById("form");

// "shaped": the page asks before it shows; "stale": an old copy of the page and of the draft, as a browser may have kept them.
export async function shaped(applyPatch) {
  if (config.mode === "stale") return config.definition;
  const answer = await gateway.ask("render");
  window.asked = answer;
  return applyPatch(structuredClone(config.definition), answer.patch.definition).newDocument;
}

// React shows things a moment after it was asked to.
export async function standing() {
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  if (window.asked) window.ReuseGateway.announce(place, window.asked);
}

export function taken(data) {
  window.outcome = "taken";
  window.taken = data;
}

export function refused(message) {
  window.outcome = "refused";
  if (message) {
    const box = document.getElementById("alerts");
    box.setAttribute("role", "alert");
    box.textContent = message;
  }
}

export const draft = config.draft || {};
