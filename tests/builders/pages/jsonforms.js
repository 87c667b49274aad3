import React, { useState } from "react";
import { createRoot } from "react-dom/client";
import { rankWith, formatIs } from "@jsonforms/core";
import { JsonForms, withJsonFormsControlProps } from "@jsonforms/react";
import { vanillaCells, vanillaRenderers } from "@jsonforms/vanilla-renderers";
import Ajv from "ajv";
import { applyPatch } from "fast-json-patch";
import { draft, gateway, place, refused, shaped, standing, taken } from "./shell.js";

const h = React.createElement;
// JSON Forms brings no file control of its own; every host writes one.
const Picker = withJsonFormsControlProps(({ label, errors, data, id }) =>
  h("div", { className: "control" },
    h("label", { htmlFor: id }, label),
    h("input", { id, type: "file" }),
    data && h("span", { className: "held" }, "(đã có tệp trong bản nháp)"),
    h("div", { className: "validation" }, errors)));
const renderers = [...vanillaRenderers, { tester: rankWith(50, formatIs("data-url")), renderer: Picker }];
let known = { items: [] };
const ajv = window.ReuseGateway.ajv(new Ajv({ allErrors: true, strict: true, formats: { "data-url": true } }), () => known);

function Page({ definition }) {
  const [data, setData] = useState(draft);
  const [errors, setErrors] = useState([]);
  const send = async () => {
    const answer = await gateway.ask("submit", data);
    if (answer.decision !== "blocked") return taken(data);
    setErrors(answer.errors);
    refused();
  };
  return h("div", null,
    h(JsonForms, {
      ...definition, data, ajv, renderers, cells: vanillaCells, additionalErrors: errors,
      onChange: (change) => setData(change.data),
    }),
    h("button", { id: "send", onClick: send }, "Gửi hồ sơ"));
}

window.ready = shaped(applyPatch).then((definition) => {
  createRoot(place).render(h(Page, { definition }));
  return standing();
});
