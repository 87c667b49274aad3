"""Schema migrations: one transaction per call, one process at a time, from a checkout or from an installed wheel."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

import reuse_gateway
from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.failures import StoreBusy, store_errors

_LOCK = 0x7265757365  # "reuse"
_DEADLINE_S, _AGAIN_S = 60.0, 0.05


def migrations_dir() -> Path:
    """Where the migrations lie: shipped inside the wheel, or at the top of the checkout."""
    package = Path(reuse_gateway.__file__).parent
    shipped = package / "_shipped" / "migrations"
    return shipped if shipped.is_dir() else package.parents[1] / "migrations"


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the store up to a revision; safe to call from every process at start. Raises StoreError."""
    _apply(url, lambda command, config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """Take the store down to a revision (`base` drops everything). Raises StoreError."""
    _apply(url, lambda command, config: command.downgrade(config, revision))


def current(url: str) -> str | None:
    """The revision the store is at; None = never migrated. Raises StoreError."""
    return _alone(_current(url))


def head() -> str | None:
    """The newest revision this build knows."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config(None)).get_current_head()


def _apply(url: str, verb: Callable[[Any, Any], None]) -> None:
    _alone(_migrated(url, verb))


def _alone(work: Coroutine[Any, Any, Any]) -> Any:
    """Run in a thread of its own: the caller may already stand inside a running loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def _migrated(url: str, verb: Callable[[Any, Any], None]) -> None:
    engine = build_engine(url, deadline_s=_DEADLINE_S)
    try:
        await _opened(engine)
        with store_errors():
            async with engine.begin() as connection:
                if engine.dialect.name == "postgresql":
                    await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                await connection.run_sync(_run, verb)
    finally:
        await engine.dispose()


async def _opened(engine: AsyncEngine) -> None:
    """Connects once. A new file of SQLite is put into WAL then, which alone does not wait while another process writes."""
    tries = int(_DEADLINE_S / _AGAIN_S)
    for left in reversed(range(tries if engine.dialect.name == "sqlite" else 1)):
        try:
            with store_errors():
                async with engine.connect():
                    return
        except StoreBusy:
            if not left:
                raise
            await asyncio.sleep(_AGAIN_S)


def _run(connection: Connection, verb: Callable[[Any, Any], None]) -> None:
    from alembic import command

    verb(command, _config(connection))


def _config(connection: Connection | None) -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations_dir()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


async def _current(url: str) -> str | None:
    engine = build_engine(url)
    try:
        with store_errors():
            async with engine.connect() as connection:
                return await connection.run_sync(_revision)
    finally:
        await engine.dispose()


def _revision(connection: Connection) -> str | None:
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()
