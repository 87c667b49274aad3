"""Port `PersonTraces`: how much is kept under pseudonyms, and the cases that wait."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select

from reuse_gateway.application.people_ports import Traces
from reuse_gateway.domain.demand import PendingCase
from reuse_gateway.storage.demands import pending_of
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables import checks, demands
from reuse_gateway.storage.tables_citizens import citizen_requests
from reuse_gateway.storage.tables_demands import pending_cases
from reuse_gateway.storage.tables_holdings import held_papers


class StoredTraces:
    """Every method raises StoreError."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def under(self, names: Sequence[str]) -> Traces:
        """Counted by the indexes on `subject`."""
        columns = (checks.c.subject, demands.c.subject, citizen_requests.c.subject)
        return Traces(*[await self._count(column, names) for column in columns])

    async def indexed(self, owners: Sequence[str]) -> int:
        """Every version of a paper is a row."""
        return await self._count(held_papers.c.owner, owners)

    async def waiting(self, after: str, limit: int) -> Sequence[PendingCase]:
        """In order of demand id."""
        wanted = select(pending_cases).where(pending_cases.c.demand_id > after).order_by(pending_cases.c.demand_id)
        return [pending_of(row) for row in await self._reads.rows(wanted.limit(limit))]

    async def _count(self, column: ColumnElement[str], names: Sequence[str]) -> int:
        row = await self._reads.first(select(func.count()).where(column.in_(names)))
        return int(row[0]) if row else 0
