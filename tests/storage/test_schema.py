"""Migrations go up, down and up again on both engines; what is recorded cannot be changed through the database's front door."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Timer

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import reuse_gateway.storage
from reuse_gateway.domain.errors import UnsafeSettings
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.storage import migrate
from reuse_gateway.storage.engine import build_engine, check_durability, store_url
from reuse_gateway.storage.tables import metadata

from .builders import Clocked, Store, a_check, a_demand, opened

TABLES = (
    "checks", "verdicts", "idempotency_claims", "demands", "violations", "audit_events", "ledger_leaves", "ledger_subtrees",
    "ledger_checkpoints", "holding_batches", "held_papers", "case_violations", "case_steps", "case_reminders", "case_letters",
    "webhook_subscriptions", "reveals",
)  # fmt: skip


def known_metadata():
    for module in pkgutil.iter_modules(reuse_gateway.storage.__path__):
        if module.name.startswith("tables_"):
            importlib.import_module(f"reuse_gateway.storage.{module.name}")
    return metadata


async def compared(url: str) -> list:
    engine = build_engine(url)
    async with engine.connect() as connection:
        context = {"compare_type": True, "target_metadata": known_metadata()}
        found = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync, opts=context), known_metadata())
        )
    await engine.dispose()
    return found


async def write(url: str, statement: str) -> None:
    engine = build_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.execute(text(statement))
    finally:
        await engine.dispose()


def test_up_down_and_up_again_on_an_empty_database(empty_url: str):
    assert migrate.current(empty_url) is None
    for _ in range(2):
        migrate.upgrade(empty_url)
        assert migrate.current(empty_url) == migrate.head()
        migrate.downgrade(empty_url, "base")
        assert migrate.current(empty_url) is None


def test_up_is_repeatable_and_works_inside_a_running_loop(empty_url: str):
    async def inside() -> None:
        migrate.upgrade(empty_url)
        migrate.upgrade(empty_url)

    asyncio.run(inside())
    assert migrate.current(empty_url) == migrate.head()


def test_two_processes_may_upgrade_at_once(empty_url: str):
    async def both() -> None:
        await asyncio.gather(*(asyncio.to_thread(migrate.upgrade, empty_url) for _ in range(3)))

    asyncio.run(both())
    assert migrate.current(empty_url) == migrate.head()


def test_a_new_file_that_another_process_writes_is_waited_for(tmp_path: Path):
    """Of all statements the one that puts a file into WAL fails at once there, whatever the time limit."""
    file = tmp_path / "new.db"
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("CREATE TABLE theirs (one)")
        other.execute("BEGIN IMMEDIATE")
        Timer(0.5, other.execute, ["ROLLBACK"]).start()
        migrate.upgrade(f"sqlite:///{file}")
    assert migrate.current(f"sqlite:///{file}") == migrate.head()


async def test_a_filled_database_goes_up_and_down(url: str, ring: KeyRing):
    async with opened(url, ring, Clocked()) as store:
        await store.recorder.record_check(a_check(1), None)
        await store.recorder.record_demand(a_demand(1, violations=(), defects=()))
    migrate.downgrade(url, "0001")
    migrate.upgrade(url)
    async with opened(url, ring, Clocked()) as store:
        assert (await store.verified()).good
    migrate.downgrade(url, "base")
    assert migrate.current(url) is None


async def test_the_migrated_schema_is_the_metadata(url: str):
    assert await compared(url) == []


@pytest.mark.parametrize("table", TABLES)
async def test_update_and_delete_are_refused_by_the_database_itself(store: Store, table: str):
    await store.recorder.record_check(a_check(1), None)
    await store.recorder.record_demand(a_demand(1))
    column = "hash" if table == "ledger_subtrees" else "size" if table == "ledger_checkpoints" else "leaf_index"
    filled = store.url.startswith("postgres") or (await store.rows(f"SELECT count(*) FROM {table}"))[0][0]
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
        if filled:
            with pytest.raises(DBAPIError, match="insert-only"):
                await write(store.url, statement)
    if store.url.startswith("postgres"):
        with pytest.raises(DBAPIError, match="insert-only"):
            await write(store.url, f"TRUNCATE {table}")


@pytest.mark.postgres
async def test_triggers_stay_awake_in_a_replica_session(server: str):
    connection = await asyncpg.connect(server.replace("/postgres?", "/migrated?"))
    await connection.execute("SET session_replication_role = replica")
    with pytest.raises(asyncpg.RestrictViolationError):
        await connection.execute("DELETE FROM checks")
    await connection.close()


@pytest.mark.postgres
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "verb", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}", "ALTER TABLE {} DISABLE TRIGGER ALL"]
)
async def test_the_application_role_may_only_read_and_insert(server: str, table: str, verb: str):
    connection = await asyncpg.connect(server.replace("/postgres?", "/migrated?"))
    await connection.execute("SET ROLE reuse_gateway_app")
    await connection.fetch(f"SELECT * FROM {table}")
    column = {"ledger_subtrees": "hash", "ledger_checkpoints": "size"}.get(table, "leaf_index")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(verb.format(table, column, column))
    await connection.close()


@pytest.mark.postgres
@pytest.mark.parametrize("engine_name", ["postgresql"])
async def test_the_application_role_suffices_for_all_recording(url: str, ring: KeyRing):
    async with opened(url, ring, Clocked(), role="reuse_gateway_app") as store:
        await store.recorder.record_check(a_check(1), None)
        await store.recorder.record_demand(a_demand(1))
        assert (await store.verified()).good


async def test_a_safe_store_passes_the_self_check(url: str):
    for reads_only in (True, False):
        engine = build_engine(url, reads_only=reads_only)
        await check_durability(engine)
        await engine.dispose()


async def test_a_file_that_may_lose_what_it_acknowledged_is_refused(migrated_file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("reuse_gateway.storage.engine.sqlite_pragmas", lambda _=False: ("PRAGMA synchronous=NORMAL",))
    engine = build_engine(f"sqlite:///{migrated_file}")
    with pytest.raises(UnsafeSettings, match="synchronous is 1"):
        await check_durability(engine)
    await engine.dispose()


@pytest.mark.postgres
@pytest.mark.parametrize("engine_name", ["postgresql"])
async def test_a_database_that_commits_asynchronously_is_refused(url: str, ring: KeyRing):
    name = store_url(url).database
    await write(url, f"ALTER DATABASE {name} SET synchronous_commit = off")
    engine = build_engine(url, reads_only=True)
    with pytest.raises(UnsafeSettings, match="synchronous_commit"):
        await check_durability(engine)
    await engine.dispose()
    with pytest.raises(UnsafeSettings, match="synchronous_commit"):
        async with opened(url, ring, Clocked()):
            pass


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y"])
def test_a_store_without_a_file_or_of_another_kind_is_refused(url: str):
    with pytest.raises(UnsafeSettings):
        store_url(url)


async def test_a_reading_engine_cannot_write_on_sqlite(tmp_path: Path, migrated_file: Path):
    engine = build_engine(f"sqlite:///{migrated_file}", reads_only=True)
    with pytest.raises(DBAPIError, match="readonly"):
        async with engine.connect() as connection:
            await connection.execute(text("INSERT INTO ledger_subtrees VALUES (8, 0, x'00')"))
    await engine.dispose()
