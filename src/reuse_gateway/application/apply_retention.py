"""Retention (thời hạn lưu trữ): what is kept no longer than its days is really deleted; the ledger goes on proving the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from reuse_gateway.application.ports import Clock, Recorder
from reuse_gateway.domain.event import Event

APPLIED = "retention.applied"


@dataclass(frozen=True, slots=True)
class Due:
    """What one rule finds. `held_back` says why nothing is deleted though it is due (a stable code)."""

    what: str
    days: int
    before: datetime
    count: int
    held_back: str | None = None


class Erasable(Protocol):
    """One kind of thing that may go. Rows that a leaf binds are never such."""

    @property
    def what(self) -> str: ...

    async def due(self, before: datetime) -> int:
        """How many are older. Raises StoreError."""
        ...

    async def held_back(self, before: datetime) -> str | None:
        """Why these must stay all the same; None = they may go."""
        ...

    async def erase(self, before: datetime) -> int:
        """Delete them for good; how many went. MUST be repeatable after a crash."""
        ...


@dataclass(frozen=True, slots=True)
class ApplyRetention:
    """`rules`: each kind with its days; 0 days = kept for good."""

    rules: Sequence[tuple[Erasable, int]]
    recorder: Recorder | None
    clock: Clock

    async def plan(self) -> list[Due]:
        """What would go now; touches nothing."""
        now, found = self.clock.now(), []
        for each, days in self.rules:
            if days:
                before = now - timedelta(days=days)
                count = await each.due(before)
                found.append(Due(each.what, days, before, count, await each.held_back(before) if count else None))
        return found

    async def __call__(self) -> list[Due]:
        """Delete what is due and may go; an event tells each, with how many. What was planned, as it went."""
        done, kinds = [], {each.what: each for each, _ in self.rules}
        for due in await self.plan():
            if due.count and due.held_back is None:
                count = await kinds[due.what].erase(due.before)
                due = Due(due.what, due.days, due.before, count)
                if self.recorder:
                    told: dict[str, str | int] = {"what": due.what, "days": due.days, "count": count}
                    await self.recorder.record_event(Event(APPLIED, self.clock.now(), told))
            done.append(due)
        return done
