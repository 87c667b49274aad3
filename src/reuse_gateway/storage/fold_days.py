"""The fold: leaves in the order of the index, some thousands at a time, added to the tables of days.

What a range adds is read first (rows below an index never change), then written in one short transaction that moves the mark
from where it was read: of several processes that fold at once one wins, the others have done nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from reuse_gateway.storage.dossier_days import dossier_delta
from reuse_gateway.storage.free_rows import FreeRows
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.reuse_days import reuse_delta
from reuse_gateway.storage.tables import ledger_checkpoints
from reuse_gateway.storage.tables_days import FOLD, dossier_days, folds, reuse_days

_STEP = 5_000


async def folded_below(reads: Reads) -> int:
    """Leaves below this index are counted in the tables of days. Raises StoreError."""
    row = await reads.first(select(folds.c.below).where(folds.c.name == FOLD))
    return int(row[0]) if row else 0


async def recorded_below(reads: Reads) -> int:
    """How far the ledger reaches. Raises StoreError."""
    return int((await reads.rows(select(func.coalesce(func.max(ledger_checkpoints.c.size), 0))))[0][0])


class FoldDays:
    """Moves on until nothing is left, or until somebody else does. `engine` writes; `role` is for PostgreSQL only."""

    def __init__(self, reads: Reads, engine: AsyncEngine, role: str | None = None, step: int = _STEP) -> None:
        self._reads, self._writing, self._step = reads, FreeRows(engine, role).writing, step

    async def __call__(self) -> int:
        """How many leaves it counted. Raises StoreError; then nothing of the step it was at is written."""
        counted = 0
        while taken := await self._once():
            counted += taken
        return counted

    async def _once(self) -> int:
        since, dialect = await folded_below(self._reads), self._reads.dialect
        below = min(since + self._step, await recorded_below(self._reads))
        if below <= since:
            return 0
        papers = await self._reads.rows(reuse_delta(since, below, dialect))
        dossiers = await self._reads.rows(dossier_delta(since, below, dialect))
        async with self._writing() as connection:
            if not await _moved(connection, since, below):
                return 0
            await _add(connection, reuse_days, papers, dialect)
            await _add(connection, dossier_days, dossiers, dialect)
        return below - since


async def _moved(connection: AsyncConnection, since: int, below: int) -> bool:
    """PostgreSQL waits here for another fold's end and then finds the mark moved; SQLite has one writer."""
    mark = update(folds).where(folds.c.name == FOLD, folds.c.below == since).values(below=below)
    changed: Any = await connection.execute(mark)
    return bool(changed.rowcount)


async def _add(connection: AsyncConnection, table: Table, rows: Sequence[Any], dialect: str) -> None:
    if not rows:
        return
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    places = [column.name for column in table.primary_key]
    sums = {each.name: each + insert.excluded[each.name] for each in table.columns if each.name not in places}
    statement = insert.on_conflict_do_update(index_elements=places, set_=sums)
    await connection.execute(statement, [row._asdict() for row in rows])
