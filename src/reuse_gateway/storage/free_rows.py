"""Writing rows that no leaf binds (they change and go), beside the one writer of the ledger, on connections of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Executable, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from reuse_gateway.storage.failures import store_errors


class FreeRows:
    """Every method raises StoreError."""

    def __init__(self, engine: AsyncEngine, role: str | None = None) -> None:
        """`engine` writes; `role` is the one to step down to on PostgreSQL."""
        self.engine, self._role = engine, role

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """One transaction."""
        with store_errors():
            async with self.engine.begin() as connection:
                if self.dialect == "sqlite":
                    # Freed pages are overwritten: what was erased is not to be found in the file.
                    await connection.execute(text("PRAGMA secure_delete=ON"))
                elif self._role:
                    await connection.execute(text(f'SET LOCAL ROLE "{self._role}"'))
                yield connection

    async def write(self, statement: Executable) -> int:
        """One statement in a transaction of its own; how many rows it changed."""
        async with self.writing() as connection:
            changed: Any = await connection.execute(statement)
            return int(changed.rowcount)
