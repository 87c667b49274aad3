"""Port `PersonKeys`: rows that are added and deleted, never changed, on a connection of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from reuse_gateway.domain.errors import StoreError
from reuse_gateway.storage.failures import store_errors
from reuse_gateway.storage.free_rows import FreeRows
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables_people import person_keys

_kept = person_keys.c
_Row = dict[str, Any]


class StoredPersonKeys:
    """Every method raises StoreError. People who are new at the same time are kept in one commit."""

    def __init__(self, reads: Reads, engine: AsyncEngine, role: str | None = None, deadline_s: float = 2.0) -> None:
        """`engine` writes; `role` is the one to step down to on PostgreSQL."""
        self._reads, self._rows, self._deadline_s = reads, FreeRows(engine, role), deadline_s
        self._turn, self._new = asyncio.Lock(), list[_Row]()

    async def kept(self, tags: Collection[str]) -> Mapping[str, bytes]:
        """The salts of those that stand."""
        rows = await self._reads.rows(select(_kept.tag, _kept.salt).where(_kept.tag.in_(tags)))
        return {row.tag: bytes(row.salt) for row in rows}

    async def keep(self, tag: str, salt: bytes, created_on: date) -> bytes:
        """The salt that stands: who was quicker, in this process or another, has made it."""
        self._new.append({"tag": tag, "salt": salt, "created_on": created_on})
        async with self._turn:
            if self._new:
                added, self._new = self._new, []
                await self._in_time(self._add(added))
        stands = (await self.kept((tag,))).get(tag)
        if stands is None:
            raise StoreError("the key of a person was not kept")
        return stands

    async def erase(self, tags: Collection[str]) -> int:
        """Delete for good: on SQLite freed pages are overwritten and the log is emptied, unless somebody reads it just then."""
        return await self._in_time(self._erase(list(tags)))

    async def _in_time(self, work: Any) -> Any:
        """A caller that goes away breaks nothing off: others may wait for the same commit."""
        task = asyncio.ensure_future(work)
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.wait({task}, timeout=self._deadline_s)
        if not task.done():
            task.cancel()
            raise StoreError("the store did not answer in time")
        return task.result()

    async def _add(self, rows: Sequence[_Row]) -> None:
        new = (sqlite if self._rows.dialect == "sqlite" else postgresql).insert(person_keys)
        async with self._rows.writing() as connection:
            await connection.execute(new.on_conflict_do_nothing(), list(rows))

    async def _erase(self, tags: Sequence[str]) -> int:
        gone = await self._rows.write(delete(person_keys).where(_kept.tag.in_(tags)))
        if self._rows.dialect == "sqlite":
            await self._empty_log()
        return gone

    async def _empty_log(self) -> None:
        """The write-ahead log holds pages as they were before: it is written back and cut to nothing."""
        with store_errors():
            async with self._rows.engine.connect() as connection:
                driver: Any = (await connection.get_raw_connection()).driver_connection
                await driver.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
