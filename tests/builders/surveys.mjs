// The SurveyJS drop-in against the real engine without a page: two pages, a call that fails, an error for a question nobody sees.
import { createRequire } from "node:module";
import { Model } from "survey-core";

const guard = createRequire(import.meta.url)("../../src/reuse_gateway/api/dropins/reuse-gateway-surveyjs.js");
const ten = { type: "text", name: "ten" };
const hidden = { type: "file", name: "cccd", visible: false };

function answering(...answers) {
  const asked = [];
  return { asked, ask: (phase) => { asked.push(phase); return answers.shift()(); } };
}

const clear = () => Promise.resolve({ decision: "clear", errors: {} });
const settled = () => new Promise((done) => setTimeout(done, 50));

const pages = answering(clear, () => Promise.reject(new Error("away")));
const two = guard(new Model({ pages: [{ elements: [ten] }, { elements: [{ type: "text", name: "noi" }] }] }), pages);
two.nextPage();
await settled();
two.completeLastPage();
await settled();

const gone = answering(() => Promise.resolve({ decision: "blocked", errors: { cccd: "Giấy này đã có." } }));
const one = guard(new Model({ elements: [ten, hidden] }), gone);
// Without a document the engine cannot put the cursor anywhere.
one.focusOnFirstError = false;
one.data = { ten: "An", cccd: [{ name: "a.png", content: "data:," }] };
one.completeLastPage();
await settled();

console.log(JSON.stringify({
  asked: pages.asked,
  hanging: two.isValidatingOnServer || two.state !== "completed",
  unseen_completes: one.state === "completed",
  unseen_said_at: one.getAllQuestions().filter((each) => each.errors.length).map((each) => each.name),
  unseen_kept: "cccd" in one.data,
}));
