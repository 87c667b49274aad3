/*! Form.io behind the data-reuse gateway. Needs reuse-gateway.js before it. */
(function (root, make) {
  "use strict";
  if (typeof module === "object" && module.exports) module.exports = make();
  else root.ReuseGateway.formio = make();
})(typeof self !== "undefined" ? self : globalThis, function () {
  "use strict";

  var formio = {};

  /* Options for Formio.createForm where submissions go to a server of yours: asked before they do, and stopped by a surety only. */
  formio.options = function (gateway, options) {
    var hooks = Object.assign({}, options && options.hooks, {
      customValidation: function (submission, next) {
        gateway.ask("submit", submission.data).then(
          function (answer) { next(answer.decision === "blocked" ? errors(answer) : null); },
          /* Two arguments to then(): a catch behind it would swallow the very error that next() was given. */
          function () { next(); }
        );
      },
    });
    return Object.assign({}, options, { hooks: hooks });
  };

  /* For pages whose form is loaded from the gateway itself (createForm(el, base + "/form/" + id)): every request carries the
     session, and what was typed stays with the page, for the gateway keeps and returns none of it. */
  formio.plugin = function (gateway) {
    return {
      priority: 0,
      preRequest: function (asked) {
        if (String(asked.url).indexOf(gateway.options.base + "/form/") !== 0) return;
        asked.opts = asked.opts || {};
        asked.opts.header = new Headers(asked.opts.header || { accept: "application/json", "content-type": "application/json; charset=utf-8" });
        asked.opts.header.set("x-form-session", gateway.options.session);
      },
      wrapRequestPromise: function (promise, asked) {
        if (asked.type !== "submission" || asked.method !== "POST") return promise;
        return promise.then(function (answer) { return Object.assign({}, answer, { data: asked.data.data }); });
      },
    };
  };

  function errors(answer) {
    return answer.details.map(function (each) { return Object.assign({}, each, { fromServer: true }); });
  }

  return formio;
});
