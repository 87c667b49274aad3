"""Events at rest, each bound by its digest to the leaf of what it tells, and read in the order of the ledger.

One order for all processes makes it gap-free: the head moves under a lock that outlives the commit, so that no leaf ever
appears behind one that could be read before.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, tuple_

from reuse_gateway.domain.errors import CallerError
from reuse_gateway.domain.event import BEFORE_ALL, Event, Place, RecordedEvent
from reuse_gateway.domain.receipt import canonical
from reuse_gateway.storage.batch import Append
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables import ledger_checkpoints, violations
from reuse_gateway.storage.tables_events import events
from reuse_gateway.storage.verdict_json import exact

KIND, ONCE, BESIDE = "event", "event_once", "events"


class StoredEvents:
    """Port `EventLog`; every method raises StoreError."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def events(self, after: Place, limit: int, kind: str | None = None) -> Sequence[RecordedEvent]:
        """Beyond `after`, the oldest first, at most `limit`; CallerError(`place_unknown`) beyond the ledger's end."""
        if after != BEFORE_ALL:
            size = (await self._reads.rows(select(func.max(ledger_checkpoints.c.size))))[0][0] or 0
            if after.leaf_index >= size:
                raise CallerError(code="place_unknown")
        place = (events.c.leaf_index, events.c.position)
        wanted = select(events).where(tuple_(*place) > (after.leaf_index, after.number))
        wanted = wanted if kind is None else wanted.where(events.c.kind == kind)
        return [_recorded(row) for row in await self._reads.rows(wanted.order_by(*place).limit(limit))]

    async def bodies_asked(self, violation_ids: Sequence[str]) -> Mapping[str, str]:
        """By violation, the agency of its demand."""
        kept = violations.c
        wanted = select(kept.violation_id, kept.agency).where(kept.violation_id.in_(violation_ids))
        return {row.violation_id: row.agency for row in await self._reads.rows(wanted)}


def event_append(event: Event) -> Append:
    """An event that tells of nothing else that is recorded: a leaf of its own.

    The leaf tells no instant: an event may be recorded long after it happened, when the store is back, and instants in
    leaves bear witness for checkpoints. The digest binds the event's own. What may be told once only says so in its leaf,
    and the database takes it once: Conflict(`already_recorded`).
    """
    kind, code = (KIND, event.kind) if event.once is None else (ONCE, event.once)
    return beside(Append(canonical({"v": 1, "kind": kind, "code": code}), kind, code), (event,))


def beside(append: Append, told: Sequence[Event]) -> Append:
    """The append with events that stand or fall with it; its leaf holds their digests in their order."""
    if not told:
        return append
    rows = [(number, event.kind, event.at, event_body(event)) for number, event in enumerate(told)]
    entry = json.loads(append.entry) | {BESIDE: [digest(row[-1]) for row in rows]}
    return replace(append, entry=canonical(entry), rows={**append.rows, events: rows})


def digests_of(entry: bytes) -> list[str]:
    """The digests of the events that a leaf binds; ValueError for a leaf that is not ours."""
    told = json.loads(entry)
    return told.get(BESIDE, []) if isinstance(told, dict) else []


def without_events(entry: bytes) -> bytes:
    """The leaf as it was before events were put beside it; one that is not ours comes back as it is."""
    try:
        if not digests_of(entry):
            return entry
        return canonical({name: value for name, value in json.loads(entry).items() if name != BESIDE})
    except ValueError:
        return entry


def event_body(event: Event) -> str:
    """Every word of an event, as canonical JSON; the salt keeps its public digest from confirming a guess."""
    told = {"v": 1, "salt": secrets.token_hex(16), "kind": event.kind, "at": exact(event.at), "body": dict(event.body)}
    return canonical(told).decode()


def event_of(body: str) -> Event:
    """The event that a body tells; ValueError or KeyError where the text was never written by us."""
    told: dict[str, Any] = json.loads(body)
    values: Mapping[str, Any] = told["body"]
    kept = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return Event(told["kind"], datetime.fromisoformat(told["at"]), kept)


def once_changed(leaf: Row[Any], rows: Sequence[Row[Any]]) -> bool:
    """Does a leaf, or the events beside it, say otherwise than these do what may be told only once?"""
    told = [event_of(row.body).once for row in rows]
    return told != [leaf.ref] if leaf.kind == ONCE else any(told)


def event_columns(row: Row[Any]) -> tuple[tuple, tuple]:
    """The columns that a row's body asks for, and those it has. Raises ValueError or KeyError for a body not ours."""
    event = event_of(row.body)
    return (row.position, event.kind, event.at, row.body), tuple(row)[1:]


def digest(body: str) -> str:
    """SHA-256 of a body, hex."""
    return hashlib.sha256(body.encode()).hexdigest()


def _recorded(row: Row[Any]) -> RecordedEvent:
    return RecordedEvent(event_of(row.body), Place(row.leaf_index, row.position))
