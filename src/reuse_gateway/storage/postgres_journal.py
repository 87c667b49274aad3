"""Group commits on PostgreSQL: one raw asyncpg connection, one advisory lock for all processes, COPY for the rows."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect

from reuse_gateway.domain.errors import StoreError
from reuse_gateway.storage.batch import Batch, Claimed, ClaimKey, Compose
from reuse_gateway.storage.engine import SAFE_POSTGRESQL, refuse_unless_safe, store_url
from reuse_gateway.storage.failures import Unstorable, store_errors
from reuse_gateway.storage.own_head import StoredHead

LEDGER_LOCK = 0x6C6564676572  # "ledger"
_DIALECT = asyncpg_dialect()
_BEGIN = f"BEGIN; SELECT pg_advisory_xact_lock({LEDGER_LOCK})"
_HEAD = "SELECT size, root, frontier, note, signed_at FROM ledger_checkpoints ORDER BY size DESC LIMIT 1"
_CLAIMED = (
    "SELECT client_id, key, fingerprint, check_id FROM idempotency_claims"
    " JOIN unnest($1::text[], $2::text[]) AS asked (client_id, key) USING (client_id, key)"
)


class PostgresJournal:
    """Writes batches to one database; processes anywhere may do the same, the advisory lock keeps one order."""

    def __init__(self, url: str, deadline_s: float, role: str | None = None) -> None:
        """`role`: one to step down to after connecting (`reuse_gateway_app` may SELECT and INSERT only)."""
        self._arguments = _arguments(url)
        self._deadline_s, self._role = deadline_s, role
        self._connection: asyncpg.Connection | None = None

    async def commit(self, compose: Compose, claims: Sequence[ClaimKey]) -> Batch:
        """Read the head, compose, insert, commit. Raises StoreError; an outcome that could not be learned is one too."""
        try:
            with store_errors():
                async with asyncio.timeout(self._deadline_s):
                    return await self._commit(compose, claims)
        except Unstorable:
            await self._roll_back()
            raise
        except BaseException:
            self._discard()
            raise

    def standing(self) -> None:
        """A server keeps its files itself."""

    async def close(self) -> None:
        connection = self._connection
        try:
            if connection:
                await connection.close(timeout=self._deadline_s)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
            self._discard()
        await asyncio.sleep(0)

    async def _commit(self, compose: Compose, claims: Sequence[ClaimKey]) -> Batch:
        connection = self._connection or await self._connect()
        await connection.execute(_BEGIN)
        batch = compose(await _head(connection), await _claimed(connection, claims))
        for table, rows in batch.rows.items():
            columns = [column.name for column in table.columns]
            await connection.copy_records_to_table(table.name, records=rows, columns=columns)
        await connection.execute("COMMIT")
        return batch

    async def _connect(self) -> asyncpg.Connection:
        connection = self._connection = await asyncpg.connect(**self._arguments)
        for name, safe in SAFE_POSTGRESQL.items():
            refuse_unless_safe(name, await connection.fetchval(f"SHOW {name}"), safe)
        if self._role:
            await connection.execute(f'SET ROLE "{self._role}"')
        return connection

    async def _roll_back(self) -> None:
        try:
            with store_errors():
                async with asyncio.timeout(self._deadline_s):
                    if self._connection:
                        await self._connection.execute("ROLLBACK")
        except StoreError:
            self._discard()

    def _discard(self) -> None:
        """Drop without a farewell: a frozen server would not answer it (reliability.md F3)."""
        connection, self._connection = self._connection, None
        if connection:
            connection.terminate()


async def _head(connection: asyncpg.Connection) -> StoredHead | None:
    row = await connection.fetchrow(_HEAD)
    return row and StoredHead(*row)


async def _claimed(connection: asyncpg.Connection, claims: Sequence[ClaimKey]) -> Claimed:
    if not claims:
        return {}
    clients, keys = zip(*claims, strict=True)
    rows = await connection.fetch(_CLAIMED, list(clients), list(keys))
    return {(row["client_id"], row["key"]): (row["fingerprint"], row["check_id"]) for row in rows}


def _arguments(url: str) -> dict[str, Any]:
    arguments = dict(_DIALECT.create_connect_args(store_url(url))[1])
    return {name: value for name, value in arguments.items() if not name.startswith("prepared_statement")}
