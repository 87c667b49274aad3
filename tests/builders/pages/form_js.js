import { Form } from "@bpmn-io/form-js-viewer";
import "@bpmn-io/form-js-viewer/dist/assets/form-js.css";
import { applyPatch } from "fast-json-patch";
import { draft, gateway, place, refused, shaped, standing, taken } from "./shell.js";

window.ready = shaped(applyPatch).then(async (definition) => {
  const form = new Form({ container: place });
  await form.importSchema(definition, draft);
  form.on("submit", async ({ data }) => {
    const answer = await gateway.ask("submit", data);
    if (answer.decision !== "blocked") return taken(data);
    // form-js has no public way to take errors of a server: the host shows them, as Camunda's task list shows a denial.
    refused(answer.deniedReason);
  });
  return standing();
});
