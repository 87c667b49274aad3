"""What an answer means: the manifest's rules in their order, then what the status alone says. Shared by protocols."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reuse_gateway.connectors.decoding import Undecodable, decode_inside
from reuse_gateway.connectors.exchange import Answer
from reuse_gateway.connectors.lookups import LookupFacts, Then
from reuse_gateway.connectors.predicates import all_hold

Meant = tuple[Then | None, Any]
_NEEDS_NO_BODY = (Then.DENIED, Then.RETRY, Then.REAUTHENTICATE, Then.NOT_READY)
_UNDECODED = object()


def understand(lookup: LookupFacts, answer: Answer, decode: Callable[[bytes], Any]) -> Meant:
    """What the answer means (None = nothing that the manifest knows) and its decoded body (None = it could not be decoded).

    `decode` may raise Undecodable.
    """
    body = _decoded(lookup, answer, decode)
    for rule in lookup.outcomes:
        if body is _UNDECODED and (rule.then not in _NEEDS_NO_BODY or any(each.path for each in rule.when)):
            continue
        if all_hold(rule.when, body, answer.status):
            return rule.then, body
    return by_status(answer.status), None if body is _UNDECODED else body


def by_status(status: int) -> Then | None:
    """No status alone says that a paper is there, or that it is not."""
    if status == 401:
        return Then.REAUTHENTICATE
    if status == 403:
        return Then.DENIED
    return Then.RETRY if status >= 500 or status in (408, 429) else None


def _decoded(lookup: LookupFacts, answer: Answer, decode: Callable[[bytes], Any]) -> Any:
    if "html" in answer.content_type.lower():
        return _UNDECODED
    try:
        return decode_inside(decode(answer.body), lookup.decode)
    except Undecodable:
        return _UNDECODED
