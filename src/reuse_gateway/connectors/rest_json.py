"""REST with JSON answers (LGSP style): envelopes with the truth in the body, JSON or SOAP XML inside JSON strings."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

from reuse_gateway.connectors.decoding import Undecodable, decode_json, decode_xml
from reuse_gateway.connectors.lookups import Decode, LookupFacts, Then
from reuse_gateway.connectors.placeholders import Inputs, MissingInput, fill_tree
from reuse_gateway.connectors.predicates import all_hold
from reuse_gateway.connectors.upstream import Answer, Outgoing

_JSON = ("content-type", "application/json")
_NEEDS_NO_BODY = (Then.DENIED, Then.RETRY, Then.REAUTHENTICATE, Then.NOT_READY)
_UNDECODED = object()


def _encoded(value: str) -> str:
    return quote(value, safe="")


class RestJson:
    """Asks by GET or POST, understands JSON."""

    name = "rest_json"

    def compose(self, lookup: LookupFacts, inputs: Inputs) -> Outgoing:
        """Values are encoded for where they stand; JSON is built from values, never from text. Raises MissingInput."""
        facts = lookup.request
        path = facts.path.fill(inputs, _encoded)
        if path is None:
            raise MissingInput
        query = {name: slot.fill(inputs) for name, slot in facts.query.items()}
        told = urlencode({name: value for name, value in query.items() if value is not None})
        headers = [(name, value) for name, slot in facts.headers.items() if (value := slot.fill(inputs)) is not None]
        content = None
        if facts.json_body is not None:
            content = json.dumps(fill_tree(facts.json_body, inputs), ensure_ascii=False).encode()
            headers.append(_JSON)
        return Outgoing(facts.method, f"{path}?{told}" if told else path, tuple(headers), content)

    def understand(self, lookup: LookupFacts, answer: Answer) -> tuple[Then | None, Any]:
        """The manifest's rules in their order, then what the status alone says for certain."""
        body = self._decoded(lookup, answer)
        for rule in lookup.outcomes:
            if body is _UNDECODED and (rule.then not in _NEEDS_NO_BODY or any(each.path for each in rule.when)):
                continue
            if all_hold(rule.when, body, answer.status):
                return rule.then, body
        return _by_status(answer.status), None

    def _decoded(self, lookup: LookupFacts, answer: Answer) -> Any:
        if "html" in answer.content_type.lower():
            return _UNDECODED
        try:
            body = decode_json(answer.body)
            for step in lookup.decode:
                _decode_inside(body, step)
        except Undecodable:
            return _UNDECODED
        return body


def _decode_inside(body: Any, step: Decode) -> None:
    """Put the decoded text in the place of the text. Nothing there is left to the rules; something else is refused."""
    keys = step.at.keys or ()
    holder = body
    for key in keys[:-1]:
        holder = holder.get(key) if isinstance(holder, dict) else None
    text = holder.get(keys[-1]) if isinstance(holder, dict) else None
    if text is None or text == "":
        return
    if not isinstance(text, str):
        raise Undecodable
    if step.from_ == "json_text":
        holder[keys[-1]] = decode_json(text)
    elif text.lstrip().startswith("<"):
        holder[keys[-1]] = decode_xml(text, step.unwrap)


def _by_status(status: int) -> Then | None:
    if status == 401:
        return Then.REAUTHENTICATE
    if status == 403:
        return Then.DENIED
    return Then.RETRY if status >= 500 or status in (408, 429) else None
