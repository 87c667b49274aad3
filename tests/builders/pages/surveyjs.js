import { Model } from "survey-core";
import "survey-core/i18n/vietnamese";
import "survey-core/survey-core.fontless.min.css";
import "survey-js-ui";
import { applyPatch } from "fast-json-patch";
import { draft, gateway, place, shaped, standing, taken } from "./shell.js";

window.ready = shaped(applyPatch).then((definition) => {
  const survey = new Model(definition);
  window.ReuseGateway.surveyjs(survey, gateway);
  survey.data = draft;
  survey.onComplete.add((sender) => taken(sender.data));
  survey.render(place);
  return standing();
});
