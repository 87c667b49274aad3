/*! The keywords of the data-reuse gateway for ajv (strict mode refuses a schema with words it does not know). */
(function (root, make) {
  "use strict";
  if (typeof module === "object" && module.exports) module.exports = make();
  else (root.ReuseGateway = root.ReuseGateway || {}).ajv = make();
})(typeof self !== "undefined" ? self : globalThis, function () {
  "use strict";

  /* `answer`: of the gateway, or a function that gives the newest one. A paper that must not be asked for is refused with its
     sentence where something stands in it; no answer refuses nothing. Returns the ajv it was given. */
  return function keywords(ajv, answer, language) {
    function told(code, role) {
      var known = typeof answer === "function" ? answer() : answer;
      var items = (known && known.items) || [];
      return items.find(function (item) {
        return item.decision === "must_not_ask" && item.evidence_type === code && (!role || item.role === role);
      });
    }
    function validate(code, value, parent) {
      var item = told(code, parent && parent["x-evidence-role"]);
      if (!item || value === undefined || value === null || value === "" || (Array.isArray(value) && !value.length)) return true;
      validate.errors = [{ keyword: "x-evidence-type", params: { code: code }, message: item.notice[language || "vi"] }];
      return false;
    }
    ajv.addKeyword({ keyword: "x-evidence-type", schemaType: "string", errors: true, validate: validate });
    ajv.addKeyword({ keyword: "x-evidence-role", schemaType: "string" });
    ajv.addKeyword({ keyword: "x-shown-when", schemaType: "string" });
    return ajv;
  };
});
