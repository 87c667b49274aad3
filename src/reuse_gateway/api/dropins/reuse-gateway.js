/*! Data-reuse gateway for pages with forms. No dependency, no build; in a page it is `ReuseGateway`, in Node a CommonJS module. */
(function (root, make) {
  "use strict";
  if (typeof module === "object" && module.exports) module.exports = make(root);
  else root.ReuseGateway = make(root);
})(typeof self !== "undefined" ? self : globalThis, function (root) {
  "use strict";

  var TIMEOUT_MS = 3000;

  /* What is known when the gateway was not reached: nothing, so nobody is stopped. */
  function unknown() {
    return { reached: false, degraded: true, decision: "clear", items: [], errors: {}, details: [], patch: { definition: [] } };
  }

  /* options: base (address of the gateway), form (its id), session (from the intake server), dialect, version, timeoutMs, language */
  function Gateway(options) {
    this.options = options;
  }

  /* Ask about a phase ("render", "page", "submit"). `values`: what the form holds; only names and whether there is something
     leave the page. Always resolves, at the latest after timeoutMs: to the gateway's answer, or to `unknown`. */
  Gateway.prototype.ask = function (phase, values, page) {
    var told = { form: { id: this.options.form }, phase: phase, session: this.options.session };
    if (this.options.version) told.form.version = this.options.version;
    if (page) told.page = String(page);
    if (values) told.fields = presence(values);
    return this.post("/v1/webhooks/forms/" + this.options.dialect, told).then(function (answer) {
      return answer && answer.body && answer.body.decision ? Object.assign(unknown(), answer.body, { reached: true }) : unknown();
    });
  };

  /* POST JSON; resolves to {status, body}, or to null where nothing came back in time. */
  Gateway.prototype.post = function (path, body) {
    var stop = new AbortController();
    var timer = setTimeout(function () { stop.abort(); }, this.options.timeoutMs || TIMEOUT_MS);
    var headers = { "content-type": "application/json", "idempotency-key": key(), "accept-language": this.options.language || "vi" };
    var asked = root.fetch(this.options.base + path, {
      method: "POST", headers: headers, body: JSON.stringify(body), signal: stop.signal, credentials: "omit", cache: "no-store",
    });
    return asked
      .then(function (answer) { return answer.json().then(function (read) { return { status: answer.status, body: read }; }); })
      .then(function (answer) { return answer; }, function () { return null; })
      .finally(function () { clearTimeout(timer); });
  };

  function key() {
    var bytes = root.crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, function (each) { return each.toString(16).padStart(2, "0"); }).join("");
  }

  /* Names with dots between the levels, and whether something stands there. Lists are looked through; a file's own parts are
     named beside it, for a part of a form may be called `url` or `content` just as well. */
  function presence(values) {
    var told = Object.create(null);
    walk(values, "", told, 0);
    return told;
  }

  function walk(value, name, told, depth) {
    var some = holds(value, 0);
    if (name) told[name] = { present: some || Boolean(told[name] && told[name].present) };
    if (!some || depth > 64 || typeof value !== "object" || (root.Blob && value instanceof root.Blob)) return;
    if (Array.isArray(value)) {
      value.forEach(function (each) { if (each && typeof each === "object") walk(each, name, told, depth + 1); });
    } else {
      Object.keys(value).forEach(function (part) { walk(value[part], name ? name + "." + part : part, told, depth + 1); });
    }
  }

  function holds(value, depth) {
    if (value === undefined || value === null || value === "" || value === false) return false;
    if (typeof value !== "object") return true;
    if (root.Blob && value instanceof root.Blob) return true;
    if (depth > 32) return true;
    return (Array.isArray(value) ? value : Object.values(value)).some(function (each) { return holds(each, depth + 1); });
  }

  /* A sentence that screen readers read out as well, and that none of the page's markup can come from. */
  function notice(text, language) {
    var box = root.document.createElement("div");
    box.setAttribute("role", "status");
    box.setAttribute("lang", language || "vi");
    box.className = "reuse-gateway-notice";
    box.textContent = text;
    return box;
  }

  /* The sentences of an answer about fields that need not be filled, one per field. */
  function notices(answer, language) {
    return answer.items
      .filter(function (item) { return item.decision === "must_not_ask" || item.form_action === "defer"; })
      .map(function (item) { return { field: item.field, text: item.notice[language || "vi"] }; });
  }

  /* After the form stands in `place`: let every sentence be read out where the builder wrote it, and write it where it did not. */
  function announce(place, answer, language) {
    notices(answer, language).forEach(function (each) {
      var written = Array.from(place.querySelectorAll("*")).filter(function (part) {
        return !part.childElementCount && part.textContent.trim() === each.text;
      })[0];
      if (!written) place.prepend(notice(each.text, language));
      else if (!written.closest('[role="status"]')) written.setAttribute("role", "status");
    });
  }

  return { announce: announce, Gateway: Gateway, presence: presence, holds: holds, notice: notice, notices: notices, unknown: unknown };
});
