"""A store that is locked, full, gone or frozen answers StoreError within the deadline, and works again by itself."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text

from reuse_gateway.domain.errors import ProofError, StoreError, StoreFull
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.storage.batch import Batch, Compose
from reuse_gateway.storage.group_commit import GroupCommit
from reuse_gateway.storage.own_head import StoredHead
from reuse_gateway.storage.postgres_journal import LEDGER_LOCK
from reuse_gateway.storage.sqlite_journal import SqliteJournal

from .builders import Clocked, a_check, event, opened

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"])
POSTGRESQL = pytest.mark.parametrize("engine_name", [pytest.param("postgresql", marks=pytest.mark.postgres)])
DEADLINE_S, SLACK_S = 0.4, 0.4


@contextmanager
def within_the_deadline() -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < DEADLINE_S + SLACK_S


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


@SQLITE
async def test_a_locked_file_is_a_store_error_within_the_deadline(url: str, ring: KeyRing):
    async with opened(url, ring, Clocked(), DEADLINE_S) as store:
        other = sqlite3.connect(file_of(url), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with within_the_deadline(), pytest.raises(StoreError):
            await store.writer.append(event(1))
        assert await store.ledger.size() == 0
        other.execute("ROLLBACK")
        other.close()
        assert (await store.writer.append(event(2))).index == 0
        assert (await store.verified()).good


@POSTGRESQL
async def test_a_lock_held_elsewhere_is_a_store_error_within_the_deadline(url: str, ring: KeyRing):
    async with opened(url, ring, Clocked(), DEADLINE_S) as store:
        other = await asyncpg.connect(url)
        await other.execute(f"SELECT pg_advisory_lock({LEDGER_LOCK})")
        with within_the_deadline(), pytest.raises(StoreError):
            await store.writer.append(event(1))
        await other.close()
        await store.writer.append(event(2))
        assert (await store.verified()).good


@SQLITE
async def test_a_full_disk_is_told_as_such_and_writing_goes_on_when_there_is_space(
    url: str, ring: KeyRing, monkeypatch: pytest.MonkeyPatch
):
    connect = SqliteJournal._connect

    def cramped(journal: SqliteJournal) -> sqlite3.Connection:
        connection = connect(journal)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 4}")
        return connection

    monkeypatch.setattr(SqliteJournal, "_connect", cramped)
    async with opened(url, ring, Clocked()) as store:
        calls = (store.recorder.record_check(a_check(number, case="x" * 4_000), None) for number in range(40))
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        assert all(isinstance(outcome, StoreFull) for outcome in outcomes)
        assert await store.ledger.size() == 0
        monkeypatch.setattr(SqliteJournal, "_connect", connect)
        assert (await store.recorder.record_check(a_check(1), None)).index == 0
        assert (await store.verified()).good


@SQLITE
async def test_a_file_that_vanished_is_never_replaced_by_an_empty_ledger(url: str, ring: KeyRing):
    for name in file_of(url).parent.glob("store.db*"):
        name.unlink()
    with pytest.raises(StoreError):
        async with opened(url, ring, Clocked()):
            pass
    assert not file_of(url).exists() or file_of(url).stat().st_size == 0


async def test_a_store_that_was_never_migrated_is_a_store_error(empty_url: str, ring: KeyRing):
    with pytest.raises(StoreError):
        async with opened(empty_url, ring, Clocked()):
            pass


@POSTGRESQL
async def test_cut_connections_are_a_store_error_once_and_then_work_again(url: str, ring: KeyRing):
    async with opened(url, ring, Clocked()) as store:
        await store.writer.append(event(1))
        await cut_connections(url)
        outcome = (await asyncio.gather(store.writer.append(event(2)), return_exceptions=True))[0]
        assert isinstance(outcome, StoreError)
        await store.writer.append(event(3))
        await store.ledger.size()
        await cut_connections(url)
        assert await store.ledger.size() == 2
        assert (await store.verified()).good


async def cut_connections(url: str) -> None:
    other = await asyncpg.connect(url)
    await other.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await other.close()


@POSTGRESQL
async def test_a_frozen_database_is_a_store_error_within_the_deadline_for_writes_and_reads(url: str, ring: KeyRing):
    async with opened(url, ring, Clocked(), DEADLINE_S) as store:
        await store.ledger.size()
        other = await asyncpg.connect(url)
        backends = await other.fetch(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        pids = [row["pid"] for row in backends]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            with within_the_deadline(), pytest.raises(StoreError):
                await store.writer.append(event(1))
            with within_the_deadline(), pytest.raises(StoreError):
                await store.ledger.size()
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)
            await other.close()
        await store.writer.append(event(2))
        assert (await store.verified()).good


async def test_reading_what_is_not_there_is_a_store_error(url: str, ring: KeyRing):
    async with opened(url, ring, Clocked()) as store:
        with pytest.raises(StoreError):
            await store.reads.rows(text("SELECT * FROM nothing_of_ours"))


class Unproved:
    """Notes that prove nothing."""

    def sign(self, size: int, root: bytes) -> bytes:
        return b"note"

    def open(self, note: bytes) -> tuple[int, bytes]:
        raise ProofError("no note", code="note_unsigned")


class Hanging:
    """A journal whose database never answers after the start."""

    def __init__(self) -> None:
        self.asked = 0
        self.head: StoredHead | None = None
        self.goes_on = asyncio.Event()

    async def commit(self, compose: Compose, claims: object) -> Batch:
        self.asked += 1
        if self.asked > 1:
            await self.goes_on.wait()
        batch = compose(self.head, {})
        self.head = batch.head
        return batch

    def standing(self) -> None:
        pass

    async def close(self) -> None:
        self.goes_on.set()


async def test_no_caller_waits_beyond_the_deadline_for_a_journal_that_hangs_and_what_waited_is_dropped():
    journal = Hanging()
    writer = GroupCommit(journal, Unproved(), Clocked(), DEADLINE_S)
    await writer.start()
    first = asyncio.ensure_future(writer.append(event(1)))
    await asyncio.sleep(0.05)
    with within_the_deadline():
        outcomes = await asyncio.gather(first, *(writer.append(event(number)) for number in range(5)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [StoreError] * 6
    journal.goes_on.set()
    await writer.stop()
    assert journal.asked == 2
