"""Events as one reader may read them: none is left out, so that places lead on without gaps, but some come without a body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reuse_gateway.application.ports import EventLog
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.event import RecordedEvent
from reuse_gateway.domain.event_reach import may_read, revealed_violation


async def within_reach(log: EventLog, reader: Caller, page: Sequence[RecordedEvent]) -> list[RecordedEvent]:
    """The same events in the same order; what this reader may not read is `withheld`. Raises StoreError."""
    about = {each.place: revealed_violation(each.event) for each in page}
    ids = tuple(sorted({told for told in about.values() if told is not None}))
    asked = await log.bodies_asked(ids) if ids else {}
    return [each if may_read(reader, each.event, asked.get(about[each.place] or "")) else _withheld(each) for each in page]


def _withheld(each: RecordedEvent) -> RecordedEvent:
    return replace(each, event=replace(each.event, body={}), withheld=True)
