"""Carries statements to a database: read-only as far as the engine can promise it, within time and rows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from reuse_gateway.connectors.local_sources import Database
from reuse_gateway.connectors.manifest import Limits
from reuse_gateway.connectors.sql_view import Query, Rows
from reuse_gateway.connectors.trouble import Trouble
from reuse_gateway.domain.holding import Doubt

_LOGGED_AS, _SHARE_FOR_LOCKS = "sources", 0.8
# SQLSTATE (ISO/IEC 9075): no such right, no such login; and PostgreSQL's own statement_timeout.
_REFUSED, _TIMED_OUT = ("42501", "28"), "57014"
# At DEBUG both log bound values and rows, which are people's numbers and names; a filter holds for its own logger only.
for _logger in (f"sqlalchemy.engine.Engine.{_LOGGED_AS}", "aiosqlite"):
    logging.getLogger(_logger).addFilter(lambda _: False)


class DatabaseLine:
    """One engine. Every statement runs in a transaction that is rolled back."""

    def __init__(self, facts: Database, limits: Limits, url: str) -> None:
        self._most, self._most_bytes = facts.most_rows, limits.response_bytes
        self._alarms: set[asyncio.Future[None]] = set()
        self._engine: AsyncEngine = create_async_engine(
            url,
            pool_size=limits.max_in_flight,
            max_overflow=0,
            pool_timeout=limits.timeout_s,
            hide_parameters=True,
            logging_name=_LOGGED_AS,
        )

    async def carry(self, question: Query, deadline: float) -> tuple[Rows, None]:
        try:
            async with self._engine.connect() as connection:
                return await self._rows(connection, question, deadline), None
        except TimeoutError:
            raise
        except Exception as error:  # while connecting, drivers raise classes of their own, which SQLAlchemy does not wrap
            raise _trouble(error) from None

    def refused(self, shown: None) -> bool:
        return False

    async def aclose(self) -> None:
        await self._engine.dispose()

    async def _rows(self, connection: AsyncConnection, question: Query, deadline: float) -> Rows:
        loop = asyncio.get_running_loop()
        await _promise_to_read(connection, max(0.001, deadline - loop.time()))
        alarm = loop.call_at(deadline, await self._interrupter(connection))
        try:
            result = await connection.stream(text(question.sql), question.values)
            rows = await result.mappings().fetchmany(self._most + 1)
            await result.close()
        finally:
            # A timer that has not gone off must not reach whoever gets this connection next.
            alarm.cancel()
        plain = [{name: _plain(value) for name, value in row.items()} for row in rows[: self._most]]
        told = sum(len(value) for row in plain for value in row.values() if isinstance(value, str))
        return Rows(plain, cut=len(rows) > self._most or told > self._most_bytes)

    async def _interrupter(self, connection: AsyncConnection) -> Callable[[], None]:
        """SQLite reads on in its thread after its asker was cancelled, and all cleaning up waits for it; it has to be told."""
        interrupt = getattr((await connection.get_raw_connection()).driver_connection, "interrupt", None)

        def alarm() -> None:
            if interrupt is not None:
                told = asyncio.ensure_future(interrupt())
                self._alarms.add(told)
                told.add_done_callback(self._alarms.discard)

        return alarm


async def _promise_to_read(connection: AsyncConnection, left_s: float) -> None:
    """Engines that can refuse writes and end a statement in time are told to; the account should be read-only as well."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SET TRANSACTION READ ONLY"))
        await connection.execute(text(f"SET LOCAL statement_timeout = {int(left_s * 1_000) + 1}"))
    elif connection.dialect.name == "sqlite":
        # Waiting for a lock cannot be interrupted: SQLite itself has to give up before the deadline.
        await connection.execute(text(f"PRAGMA busy_timeout = {int(left_s * _SHARE_FOR_LOCKS * 1_000)}"))
        await connection.execute(text("PRAGMA query_only = ON"))


def _trouble(error: Exception) -> Trouble:
    """A statement that the database does not understand is ours, one that it refuses a denial; else the source is not there."""
    state = str(getattr(error.orig if isinstance(error, DBAPIError) else error, "sqlstate", None) or "")
    if state.startswith(_REFUSED):
        return Trouble(Doubt.SOURCE_DENIED)
    if state == _TIMED_OUT:
        return Trouble(Doubt.SOURCE_TIMED_OUT, ailing=True)
    if isinstance(error, DBAPIError) and not error.connection_invalidated and type(error).__name__ == "ProgrammingError":
        return Trouble(Doubt.BAD_ANSWER, ailing=True)
    return Trouble(Doubt.SOURCE_UNAVAILABLE, ailing=True, retryable=True)


def _plain(value: Any) -> Any:
    """As JSON would have brought it: days in ISO, numbers as numbers, bytes not at all."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value if value is None or isinstance(value, str | int | float | bool) else None
