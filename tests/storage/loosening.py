"""What an owner does first: the same table with its rows, without keys, NOT NULL or guards."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import asyncpg


async def loosened(url: str, table: str) -> None:
    """Triggers of the table go too; column names and types stay."""
    if url.startswith("postgresql"):
        await _in_postgresql(url, table)
        return
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,)).fetchall()
    for (name,) in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    columns = ", ".join(f'"{row[1]}" {row[2]}' for row in connection.execute(f"PRAGMA table_info({table})"))
    connection.execute("PRAGMA legacy_alter_table=ON")
    connection.execute(f"ALTER TABLE {table} RENAME TO former")
    connection.execute(f"CREATE TABLE {table} ({columns})")
    connection.execute(f"INSERT INTO {table} SELECT * FROM former")
    connection.execute("DROP TABLE former")
    connection.commit()
    connection.close()


async def _in_postgresql(url: str, table: str) -> None:
    connection = await asyncpg.connect(url)
    keys = await connection.fetch(
        "SELECT conname FROM pg_constraint WHERE conrelid = $1::regclass AND contype IN ('p', 'u')", table
    )
    for (name,) in keys:
        await connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE")
    filled = await connection.fetch(
        "SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND attnotnull", table
    )
    for (name,) in filled:
        await connection.execute(f'ALTER TABLE {table} ALTER COLUMN "{name}" DROP NOT NULL')
    await connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    await connection.close()


async def run_plainly(url: str, *statements: str) -> None:
    """As an operator at a shell, one statement after the other, in no transaction."""
    if url.startswith("postgresql"):
        connection = await asyncpg.connect(url)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()
        return
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as plain:
        for statement in statements:
            plain.execute(statement)
