"""Session RPC: log in, carry the session in the body, say a verb in `service` (the national portal and its kin)."""

from __future__ import annotations

from reuse_gateway.connectors.decoding import decode_json
from reuse_gateway.connectors.exchange import Answer, Outgoing
from reuse_gateway.connectors.lookups import LookupFacts
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.placeholders import Inputs, fill_tree
from reuse_gateway.connectors.rest_json import filled_headers, json_bytes, target_of
from reuse_gateway.connectors.understanding import Meant, understand


class SessionRpc:
    """One endpoint, many verbs. The session itself is put in by the login (`auth: login_session`), which also renews it."""

    name = "session_rpc"
    line = "http"

    def misfit(self, manifest: Manifest, lookup: LookupFacts) -> str | None:
        """What keeps this protocol from asking so; None = nothing."""
        facts = lookup.request
        if facts.path is None or facts.verb is None or facts.method != "POST" or facts.soap or facts.statement:
            return "session_rpc needs path and verb and method POST"
        if manifest.auth.type != "login_session":
            return "session_rpc needs auth of type login_session"
        if facts.json_body is not None and not isinstance(facts.json_body, dict):
            return "json must be an object, the verb goes into it"
        return None

    def compose(self, lookup: LookupFacts, inputs: Inputs) -> Outgoing:
        """The verb and its arguments as one JSON object; raises MissingInput."""
        facts = lookup.request
        body = {facts.verb_field: facts.verb} | (fill_tree(facts.json_body, inputs) if facts.json_body else {})
        headers = [*filled_headers(facts, inputs), ("content-type", "application/json")]
        return Outgoing("POST", target_of(facts, inputs), tuple(headers), json_bytes(body))

    def understand(self, lookup: LookupFacts, answer: Answer) -> Meant:
        return understand(lookup, answer, decode_json)
