/*! SurveyJS behind the data-reuse gateway. Needs reuse-gateway.js before it. */
(function (root, make) {
  "use strict";
  if (typeof module === "object" && module.exports) module.exports = make();
  else root.ReuseGateway.surveyjs = make();
})(typeof self !== "undefined" ? self : globalThis, function () {
  "use strict";

  /* Validate every page and, with the last one, the whole survey; a survey is never left hanging. */
  return function guard(survey, gateway) {
    survey.onServerValidateQuestions.add(function (sender, options) {
      var last = sender.isLastPage;
      var asked = last ? gateway.ask("submit", sender.data) : gateway.ask("page", options.data, sender.currentPageNo);
      asked
        .then(function (answer) { refuse(sender, options, answer); }, function () {})
        /* SurveyJS waits for complete() for ever, whatever happened. */
        .finally(function () { options.complete(); });
    });
    return survey;
  };

  /* An error for a question that is gone or not seen is passed over by SurveyJS, and the survey would complete: it is shown
     at the first question that is seen, and what the question still held is taken out, so that the next try goes through. */
  function refuse(survey, options, answer) {
    if (answer.decision !== "blocked") return;
    Object.keys(answer.errors).forEach(function (name) {
      var question = survey.getQuestionByName(name);
      if (question && question.isVisible && question.page === survey.currentPage) {
        options.errors[name] = answer.errors[name];
        return;
      }
      var seen = survey.currentPage.questions.filter(function (each) { return each.isVisible && each.hasInput; })[0];
      if (seen) options.errors[seen.name] = answer.errors[name];
      if (!question || !question.isVisible) survey.clearValue(name);
    });
  }
});
