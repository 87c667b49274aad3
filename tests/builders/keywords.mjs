// The ajv keywords against the real ajv, in strict mode.
import { createRequire } from "node:module";
import Ajv from "ajv";

const keywords = createRequire(import.meta.url)("../../src/reuse_gateway/api/dropins/reuse-gateway-ajv.js");
const schema = { type: "object", properties: { cccd: { type: "string", "x-evidence-type": "id_card", "x-evidence-role": "child", "x-shown-when": "not_held" } } };

function answer(changes) {
  return { items: [{ evidence_type: "id_card", role: "child", decision: "must_not_ask", notice: { vi: "Giấy này đã có." }, ...changes }] };
}

function said(known, value) {
  const check = keywords(new Ajv({ strict: true, allErrors: true }), () => known).compile(schema);
  return check(value) ? [] : check.errors.map((each) => each.message);
}

let strict_without = "accepted";
try {
  new Ajv({ strict: true }).compile(schema);
} catch {
  strict_without = "refused";
}
console.log(JSON.stringify({
  strict_without,
  full: said(answer(), { cccd: "data:," }),
  missing: said(answer(), {}),
  empty: said(answer(), { cccd: "" }),
  no_answer: said(null, { cccd: "data:," }),
  other_role: said(answer({ role: "applicant" }), { cccd: "data:," }),
  undecided: said(answer({ decision: "ask_later" }), { cccd: "data:," }),
}));
