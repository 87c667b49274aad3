"""Engines that keep what they acknowledge: SQLite in WAL with `synchronous=FULL`, PostgreSQL with its own safe defaults.

The settings are set, then read back: a store that may lose an acknowledged row is refused (reliability.md F1, F2).
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, event, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from reuse_gateway.domain.errors import UnsafeSettings
from reuse_gateway.storage.failures import store_errors

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
SAFE_SQLITE = {"journal_mode": {"wal"}, "synchronous": {"2", "3"}}
SAFE_POSTGRESQL = {
    "fsync": {"on"},
    "synchronous_commit": {"on", "remote_apply", "remote_write", "local"},
    "full_page_writes": {"on"},
}


def store_url(url: str) -> URL:
    """The URL with the async driver put in; UnsafeSettings for another database or for SQLite without a file."""
    parsed = make_url(url)
    name = parsed.get_backend_name()
    if name not in DRIVERS:
        raise UnsafeSettings(f"no such store: {name}", code="unknown_store")
    if name == "sqlite" and (parsed.database or ":memory:") == ":memory:":
        raise UnsafeSettings("SQLite needs a file: memory keeps nothing", code="store_without_file")
    return parsed.set(drivername=DRIVERS[name])


def build_engine(url: str, *, reads_only: bool = False, deadline_s: float = 2.0, pool_size: int = 5) -> AsyncEngine:
    """A pooled engine. Reading engines run without transactions (every table is insert-only) and cannot write on SQLite;
    writing engines begin with BEGIN IMMEDIATE on SQLite, so that a stale head is never extended.
    """
    parsed = store_url(url)
    options: dict[str, Any] = {"pool_size": pool_size, "pool_timeout": deadline_s}
    if reads_only:
        options["isolation_level"] = "AUTOCOMMIT"
    if parsed.get_backend_name() != "sqlite":
        options["connect_args"] = {"timeout": deadline_s, "command_timeout": deadline_s}
        return create_async_engine(parsed, **options)
    Path(parsed.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(parsed, connect_args={"timeout": deadline_s}, **options)
    _obey_sqlite(engine, reads_only)
    return engine


def _obey_sqlite(engine: AsyncEngine, reads_only: bool) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        # The driver's own implicit BEGIN is deferred: two writers would extend the same head.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in sqlite_pragmas(reads_only):
            cursor.execute(pragma)
        cursor.close()

    if not reads_only:

        @event.listens_for(engine.sync_engine, "begin")
        def _begin(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")


def sqlite_pragmas(reads_only: bool = False) -> tuple[str, ...]:
    """What every SQLite connection is told first. Without recursive_triggers INSERT OR REPLACE would delete unseen."""
    told = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA recursive_triggers=ON", "PRAGMA mmap_size=0")
    return (*told, "PRAGMA query_only=ON") if reads_only else told


async def check_durability(engine: AsyncEngine) -> None:
    """Read the settings back from a live connection; raises UnsafeSettings naming the one that loses data, or StoreError."""
    sqlite = engine.dialect.name == "sqlite"
    with store_errors():
        async with engine.connect() as connection:
            await _read_back(connection, sqlite)


async def _read_back(connection: AsyncConnection, sqlite: bool) -> None:
    for name, safe in (SAFE_SQLITE if sqlite else SAFE_POSTGRESQL).items():
        asked = f"PRAGMA {name}" if sqlite else f"SHOW {name}"
        refuse_unless_safe(name, str((await connection.execute(text(asked))).scalar()), safe)


def check_sqlite_durability(connection: sqlite3.Connection) -> None:
    """The same for a plain SQLite connection (the writer's)."""
    for name, safe in SAFE_SQLITE.items():
        refuse_unless_safe(name, str(connection.execute(f"PRAGMA {name}").fetchone()[0]), safe)


def refuse_unless_safe(name: str, found: str, safe: set[str]) -> None:
    """Raises UnsafeSettings(`store_not_durable`) when a setting reads back as anything else."""
    if found.lower() not in safe:
        raise UnsafeSettings(f"{name} is {found}, must be {' or '.join(sorted(safe))}", code="store_not_durable", setting=name)
