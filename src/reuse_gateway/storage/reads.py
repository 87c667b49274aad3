"""Reads with a deadline that holds even where the database is frozen, retried once where its connection had gone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Executable, Row
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from reuse_gateway.domain.errors import StoreError
from reuse_gateway.storage.failures import store_errors


class Reads:
    """Statements on the reading engine; every method raises StoreError."""

    def __init__(self, engine: AsyncEngine, deadline_s: float = 2.0) -> None:
        self._engine, self._deadline_s = engine, deadline_s

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    async def rows(self, statement: Executable) -> Sequence[Row[Any]]:
        """Every row of a statement that is bounded by itself."""
        asked = asyncio.ensure_future(self._rows(statement))
        # wait() abandons; a timeout that awaits the cancelled query would wait for a frozen server (reliability.md F3).
        try:
            await asyncio.wait({asked}, timeout=self._deadline_s)
        finally:
            if not asked.done():
                asked.add_done_callback(_forget)
                asked.cancel()
        if not asked.done():
            raise StoreError("the store did not answer in time")
        return asked.result()

    async def first(self, statement: Executable) -> Row[Any] | None:
        """The first row, if any."""
        rows = await self.rows(statement)
        return rows[0] if rows else None

    async def _rows(self, statement: Executable) -> Sequence[Row[Any]]:
        with store_errors():
            try:
                return await self._once(statement)
            except DBAPIError as failure:
                if not failure.connection_invalidated:
                    raise
                return await self._once(statement)

    async def _once(self, statement: Executable) -> Sequence[Row[Any]]:
        async with self._engine.connect() as connection:
            return (await connection.execute(statement)).all()


def _forget(task: asyncio.Future[Any]) -> None:
    """Read the outcome nobody waits for, or the loop would complain of it."""
    if not task.cancelled():
        task.exception()
