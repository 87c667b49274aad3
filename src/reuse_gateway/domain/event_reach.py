"""Who may read the body of an event (ai được đọc nội dung): what a list hides from a body, the feed hides from it too. Pure."""

from __future__ import annotations

from reuse_gateway.domain.agency import within
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.reveal import may_see_looks

REPORTED, _REVEALS = "citizen.reported", "reveal."


def revealed_violation(event: Event) -> str | None:
    """The violation whose identities a step of a reveal is about; None for every other event."""
    return str(event.body.get("violation_id")) if event.kind.startswith(_REVEALS) else None


def may_read(reader: Caller, event: Event, asked: str | None) -> bool:
    """`asked` is the body that made the demand of a revealed violation; None = nobody knows it, and nobody reads it.

    Reveals are for bodies above that one, as `/looks` is; a citizen's report is for all but whoever belongs to the body
    it is about, as in the list of requests.
    """
    if event.kind.startswith(_REVEALS):
        return asked is not None and may_see_looks(reader, asked)
    if event.kind == REPORTED:
        return not within(reader.agency, str(event.body.get("agency")))
    return True
