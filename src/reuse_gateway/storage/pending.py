"""Port `PendingCases`: cases that wait. The only rows that change and go, so they have a connection of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from reuse_gateway.domain.demand import PendingCase
from reuse_gateway.storage.demands import pending_of, waits_for
from reuse_gateway.storage.failures import store_errors
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables_demands import pending_cases


class StoredPending:
    """Every method raises StoreError."""

    def __init__(self, reads: Reads, engine: AsyncEngine, role: str | None = None) -> None:
        """`engine` writes; `role` is the one to step down to on PostgreSQL."""
        self._reads, self._engine, self._role = reads, engine, role

    async def due(self, now: datetime, limit: int) -> Sequence[PendingCase]:
        """Those whose turn has come, the longest waiting first."""
        kept = pending_cases.c
        wanted = select(pending_cases).where(kept.next_at <= now).order_by(kept.next_at).limit(limit)
        return [pending_of(row) for row in await self._reads.rows(wanted)]

    async def take(self, case: PendingCase, next_at: datetime) -> bool:
        """One more attempt, unless another process has begun it."""
        kept = pending_cases.c
        turn = update(pending_cases).values(next_at=next_at, attempts=case.attempts + 1)
        return await self._write(turn.where(kept.demand_id == case.demand_id, kept.attempts == case.attempts)) == 1

    async def wake(self, source: str, now: datetime) -> int:
        """Everything that waits for this source is due now."""
        kept = pending_cases.c
        waits = kept.sources.contains(waits_for(source), autoescape=True)
        return await self._write(update(pending_cases).values(next_at=now).where(waits, kept.next_at > now))

    async def erase(self, demand_id: str) -> None:
        """Delete the case for good."""
        await self._write(delete(pending_cases).where(pending_cases.c.demand_id == demand_id))

    async def _write(self, statement: Executable) -> int:
        with store_errors():
            async with self._engine.begin() as connection:
                if self._engine.dialect.name == "sqlite":
                    # Freed pages are overwritten: what was erased is not to be found in the file.
                    await connection.execute(text("PRAGMA secure_delete=ON"))
                elif self._role:
                    await connection.execute(text(f'SET LOCAL ROLE "{self._role}"'))
                changed: Any = await connection.execute(statement)
                return int(changed.rowcount)
