"""Port `PendingCases`: cases that wait. The only rows that change and go, so they have a connection of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from reuse_gateway.domain.demand import PendingCase
from reuse_gateway.storage.demands import pending_of, waits_for
from reuse_gateway.storage.free_rows import FreeRows
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables_demands import pending_cases


class StoredPending:
    """Every method raises StoreError."""

    def __init__(self, reads: Reads, engine: AsyncEngine, role: str | None = None) -> None:
        """`engine` writes; `role` is the one to step down to on PostgreSQL."""
        self._reads, self._rows = reads, FreeRows(engine, role)

    async def due(self, now: datetime, limit: int) -> Sequence[PendingCase]:
        """Those whose turn has come, the longest waiting first."""
        kept = pending_cases.c
        wanted = select(pending_cases).where(kept.next_at <= now).order_by(kept.next_at).limit(limit)
        return [pending_of(row) for row in await self._reads.rows(wanted)]

    async def take(self, case: PendingCase, next_at: datetime) -> bool:
        """One more attempt, unless another process has begun it."""
        kept = pending_cases.c
        turn = update(pending_cases).values(next_at=next_at, attempts=case.attempts + 1)
        return await self._rows.write(turn.where(kept.demand_id == case.demand_id, kept.attempts == case.attempts)) == 1

    async def wake(self, source: str, now: datetime) -> int:
        """Everything that waits for this source is due now."""
        kept = pending_cases.c
        waits = kept.sources.contains(waits_for(source), autoescape=True)
        return await self._rows.write(update(pending_cases).values(next_at=now).where(waits, kept.next_at > now))

    async def erase(self, demand_id: str) -> None:
        """Delete the case for good."""
        await self._rows.write(delete(pending_cases).where(pending_cases.c.demand_id == demand_id))
