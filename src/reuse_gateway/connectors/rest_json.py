"""REST with JSON answers (LGSP style): envelopes with the truth in the body, JSON or SOAP XML inside JSON strings."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from reuse_gateway.connectors.asking import Request
from reuse_gateway.connectors.decoding import decode_json
from reuse_gateway.connectors.exchange import Answer, Outgoing
from reuse_gateway.connectors.lookups import LookupFacts
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.placeholders import Inputs, MissingInput, fill_tree
from reuse_gateway.connectors.targets import in_header, in_path
from reuse_gateway.connectors.understanding import Meant, understand


class RestJson:
    """Asks by GET or POST with values in path, query and JSON; understands JSON."""

    name = "rest_json"
    line = "http"

    def misfit(self, manifest: Manifest, lookup: LookupFacts) -> str | None:
        """What keeps this protocol from asking so; None = nothing."""
        facts = lookup.request
        if facts.path is None or facts.soap or facts.verb or facts.statement:
            return "rest_json needs a path, and neither soap, verb nor statement"
        return field_misfit(manifest, facts)

    def compose(self, lookup: LookupFacts, inputs: Inputs) -> Outgoing:
        """Values are encoded for where they stand; JSON is built from values, never from text. Raises MissingInput."""
        facts = lookup.request
        content, headers = None, filled_headers(facts, inputs)
        if facts.json_body is not None:
            content = json_bytes(fill_tree(facts.json_body, inputs))
            headers.append(("content-type", "application/json"))
        return Outgoing(facts.method, target_of(facts, inputs), tuple(headers), content)

    def understand(self, lookup: LookupFacts, answer: Answer) -> Meant:
        return understand(lookup, answer, decode_json)


def json_bytes(value: Any) -> bytes:
    """As it goes out."""
    return json.dumps(value, ensure_ascii=False).encode()


def target_of(facts: Request, inputs: Inputs) -> str:
    """Path and query, each value encoded; raises MissingInput."""
    path = facts.path.fill(inputs, in_path) if facts.path else None
    if path is None:
        raise MissingInput
    query = {name: slot.fill(inputs) for name, slot in facts.query.items()}
    told = urlencode({name: value for name, value in query.items() if value is not None})
    return f"{path}?{told}" if told else path


def filled_headers(facts: Request, inputs: Inputs) -> list[tuple[str, str]]:
    """Headers whose slots are told."""
    return [(name, value) for name, slot in facts.headers.items() if (value := slot.fill(inputs, in_header)) is not None]


def field_misfit(manifest: Manifest, facts: Request) -> str | None:
    """A credential in a JSON field needs a JSON object to stand in."""
    into_json = any(place.at == "json" for place in manifest.auth.places)
    return "a credential in a json field needs a json object" if into_json and not isinstance(facts.json_body, dict) else None
