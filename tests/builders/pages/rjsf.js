import React, { useState } from "react";
import { createRoot } from "react-dom/client";
import Form from "@rjsf/core";
import validator from "@rjsf/validator-ajv8";
import { applyPatch } from "fast-json-patch";
import { draft, gateway, place, refused, shaped, standing, taken } from "./shell.js";

const h = React.createElement;

function Page({ definition }) {
  const [data, setData] = useState(draft);
  const [errors, setErrors] = useState({});
  const send = async ({ formData }) => {
    const answer = await gateway.ask("submit", formData);
    if (answer.decision !== "blocked") return taken(formData);
    setErrors(answer.errors);
    refused();
  };
  return h(Form, {
    ...definition, validator, formData: data, extraErrors: errors, showErrorList: false,
    onChange: (change) => setData(change.formData), onSubmit: send,
  });
}

window.ready = shaped(applyPatch).then((definition) => {
  createRoot(place).render(h(Page, { definition }));
  return standing();
});
