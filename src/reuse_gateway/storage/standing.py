"""Does a ledger stand in a database already? Asked before keys are made, which would begin where an old ledger lies."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import Connection, inspect, select

from reuse_gateway.storage.engine import build_engine, store_url
from reuse_gateway.storage.failures import store_errors
from reuse_gateway.storage.tables import ledger_checkpoints, ledger_leaves


def ledger_stands(url: str) -> bool:
    """Holds the database a leaf or a checkpoint? Makes no file; may be called inside a running loop. Raises StoreError."""
    parsed = store_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").exists():
        return False
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _stands(url)).result()


async def _stands(url: str) -> bool:
    engine = build_engine(url, reads_only=True)
    try:
        with store_errors():
            async with engine.connect() as connection:
                return await connection.run_sync(_holds_rows)
    finally:
        await engine.dispose()


def _holds_rows(connection: Connection) -> bool:
    tables = [table for table in (ledger_checkpoints, ledger_leaves) if inspect(connection).has_table(table.name)]
    return any(connection.execute(select(table.c[0]).limit(1)).first() for table in tables)
