"""Port `Erasable` over tables that no leaf binds, deleted in small steps so that writers never wait long."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from reuse_gateway.storage.free_rows import FreeRows
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables_demands import pending_cases
from reuse_gateway.storage.tables_holdings import held_papers
from reuse_gateway.storage.tables_webhooks import webhook_attempts

_STEP = 1_000
_tried = webhook_attempts.c


class OldAttempts:
    """How deliveries to webhooks went."""

    what = "webhook_attempts"

    def __init__(self, reads: Reads, engine: AsyncEngine, role: str | None = None) -> None:
        """`engine` writes; `role` is the one to step down to on PostgreSQL."""
        self._reads, self._writing = reads, FreeRows(engine, role).writing

    async def due(self, before: datetime) -> int:
        """Attempts made earlier."""
        row = await self._reads.first(select(func.count()).where(_tried.tried_at < before))
        return int(row[0]) if row else 0

    async def held_back(self, before: datetime) -> str | None:
        """Nothing rests on them."""
        return None

    async def erase(self, before: datetime) -> int:
        """Delete them."""
        gone = 0
        while True:
            some = select(_tried.number).where(_tried.tried_at < before).order_by(_tried.number).limit(_STEP)
            async with self._writing() as connection:
                numbers = [row.number for row in (await connection.execute(some)).all()]
                if not numbers:
                    return gone
                await connection.execute(delete(webhook_attempts).where(_tried.number.in_(numbers)))
            gone += len(numbers)


async def index_rests_on(reads: Reads, kid: str) -> bool:
    """Does a row of the holdings index stand under this pseudonym key? Without it the index would deny what is held."""
    kept, begins = held_papers.c, f"{kid}."
    under = or_(kept.ref.startswith(begins, autoescape=True), kept.owner.startswith(begins, autoescape=True))
    wanted = select(kept.leaf_index).where(under).limit(1)
    return await reads.first(wanted) is not None


async def case_rests_on(reads: Reads, kid: str) -> bool:
    """Is a case that waits still sealed under this key?"""
    begins = f"{kid}.".encode()
    sealed = func.substr(pending_cases.c.sealed, 1, len(begins), type_=LargeBinary)
    return await reads.first(select(pending_cases.c.demand_id).where(sealed == begins).limit(1)) is not None
