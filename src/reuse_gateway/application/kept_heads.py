"""Heads of the ledger that were told daily or that others vouched for (đồng ký), read from the log of events."""

from __future__ import annotations

from dataclasses import dataclass, field

from reuse_gateway.application.ports import EventLog
from reuse_gateway.application.proof_ports import ProofLedger
from reuse_gateway.domain.errors import CallerError, NotFound
from reuse_gateway.domain.event import BEFORE_ALL, Place, RecordedEvent

COSIGNED, DAILY, FORKED = "checkpoint.cosigned", "checkpoint.daily", "checkpoint.forked"
_PAGE = 500


@dataclass(slots=True)
class Followed:
    """Events of one kind, read once and then only what has come since."""

    events: EventLog
    kind: str
    told: list[RecordedEvent] = field(default_factory=list)

    async def all(self) -> list[RecordedEvent]:
        """In their order. Raises StoreError; begins anew where the log is shorter than it was."""
        while True:
            after = self.told[-1].place if self.told else BEFORE_ALL
            try:
                found = await self.events.events(after, _PAGE, self.kind)
            except CallerError:
                self.told = []
                continue
            # Another call may have read the same meanwhile.
            newest = self.told[-1].place if self.told else BEFORE_ALL
            self.told += [each for each in found if each.place > newest]
            if len(found) < _PAGE:
                return self.told


@dataclass(frozen=True, slots=True)
class DailyHead:
    """The head that was told for a day (Vietnamese calendar), with all cosignatures under its note that came since."""

    day: str
    size: int
    root: str
    place: Place
    note: bytes


class KeptHeads:
    """What outsiders may hold the ledger to. Every method raises StoreError."""

    def __init__(self, ledger: ProofLedger, events: EventLog) -> None:
        self._ledger = ledger
        self._cosigned, self._daily, self._forked = (Followed(events, kind) for kind in (COSIGNED, DAILY, FORKED))

    async def note(self, size: int) -> bytes:
        """The note of this size with every cosignature kept; NotFound where none was signed."""
        note = await self._ledger.checkpoint_at(size)
        if note is None:
            raise NotFound()
        return note + b"".join(await self._lines(size, None))

    async def witnessed(self, below: int | None = None) -> tuple[int, bytes] | None:
        """The largest head that a witness vouches for, as was recorded below ledger index `below`; None = there is none."""
        sizes = [int(str(each.event.body["size"])) for each in await self._cosigned.all() if _before(each, below)]
        note = await self._ledger.checkpoint_at(max(sizes)) if sizes else None
        return (max(sizes), note + b"".join(await self._lines(max(sizes), below))) if note else None

    async def dailies(self, after: Place, limit: int) -> list[DailyHead]:
        """The daily heads beyond `after`, the oldest first; the first of each day counts."""
        days, found = set(), []
        for each in await self._daily.all():
            body = each.event.body
            if body["day"] not in days and each.place > after and len(found) < limit:
                size = int(str(body["size"]))
                found.append(DailyHead(str(body["day"]), size, str(body["root"]), each.place, await self.note(size)))
            days.add(body["day"])
        return found

    async def newest_daily(self) -> tuple[int, bytes] | None:
        """Size and note, as signed, of the head that was told last; None = none was."""
        told = await self._daily.all()
        size = int(str(told[-1].event.body["size"])) if told else 0
        note = await self._ledger.checkpoint_at(size) if told else None
        return (size, note) if note else None

    async def told_on(self, day: str) -> bool:
        """Has the day its head?"""
        return any(each.event.body["day"] == day for each in await self._daily.all())

    async def vouched_by(self, size: int) -> set[str]:
        """The witnesses that have cosigned the head of this size."""
        return {str(each.event.body["witness"]) for each in await self._cosigned.all() if each.event.body["size"] == size}

    async def fork_told(self, size: int, other_root: str) -> bool:
        """Is this other history known already?"""
        told = (each.event.body for each in await self._forked.all())
        return any((body["size"], body["other_root"]) == (size, other_root) for body in told)

    async def _lines(self, size: int, below: int | None) -> list[bytes]:
        kept = [each for each in await self._cosigned.all() if each.event.body["size"] == size and _before(each, below)]
        first = {str(each.event.body["witness"]): str(each.event.body["line"]) for each in reversed(kept)}
        return [f"{first[witness]}\n".encode() for witness in sorted(first)]


def _before(recorded: RecordedEvent, below: int | None) -> bool:
    return below is None or recorded.place.leaf_index < below
