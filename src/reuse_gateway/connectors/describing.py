"""What a manifest says, as plain facts for a page: which inputs leave us, which fields come back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reuse_gateway.connectors.lookups import LookupFacts
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.placeholders import Slot


def inputs_told(manifest: Manifest, lookup: LookupFacts) -> tuple[str, ...]:
    """Names of all inputs that a question carries (`subject.personal_id`, `purpose.officer`), without their spellings."""
    request = lookup.request
    held = [request.path, request.query, request.headers, request.json_body]
    held += [request.soap.elements if request.soap else None, request.statement.bind if request.statement else None]
    named = {part.partition("|")[0] for slot in _slots(held) for part in slot.parts[1::2]}
    if manifest.drop is not None:
        return ()
    return tuple(sorted(named - {"page", "request_id"}))


def fields_read(lookup: LookupFacts, paper: str) -> dict[str, str]:
    """Our name of each fact that may leave the adapter for this paper, and where the source has it."""
    proof = lookup.evidence[paper]
    issued, last = proof.issued_on or lookup.fields.issued_on, proof.expires_on or lookup.fields.expires_on
    code = proof.result_code or lookup.fields.result_code
    told = {"issued_on": issued.path.text if issued else "", "expires_on": last.path.text if last else ""}
    told |= {"result_code": code.text if code else ""}
    rules = (*proof.states, *lookup.fields.states)
    told["state"] = ", ".join(dict.fromkeys(each.path.text for rule in rules for each in rule.when if each.path))
    return {name: path for name, path in told.items() if path}


def _slots(value: Any) -> Iterator[Slot]:
    if isinstance(value, Slot):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _slots(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _slots(inner)
