"""Ready means that what would be acknowledged would also be kept: the file is there, and writing works."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reuse_gateway.domain.errors import StoreError, StoreFull
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.storage.group_commit import GroupCommit

from .builders import Clocked, Store, a_check, event, opened

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"])


def file_of(store: Store, suffix: str = "") -> Path:
    return Path(store.url.removeprefix("sqlite:///") + suffix)


@SQLITE
@pytest.mark.parametrize("suffix", ["", "-wal"])
async def test_nothing_is_acknowledged_into_a_file_that_was_removed(store: Store, suffix: str):
    await store.recorder.record_check(a_check(1), None)
    file_of(store, suffix).unlink()
    with pytest.raises(StoreError):
        await store.recorder.record_check(a_check(2), None)
    if not suffix:
        for number in (3, 4):
            with pytest.raises(StoreError):
                await store.recorder.record_check(a_check(number), None)
            with pytest.raises(StoreError, match="gone"):
                await store.writer.ready()


@SQLITE
async def test_a_removed_file_is_not_ready_before_anybody_writes(store: Store):
    await store.writer.ready()
    file_of(store).unlink()
    with pytest.raises(StoreError, match="gone"):
        await store.writer.ready()


@SQLITE
async def test_nothing_is_acknowledged_into_a_copy_put_in_place_of_the_file(store: Store):
    await store.recorder.record_check(a_check(1), None)
    copy = file_of(store).with_name("copy.db")
    shutil.copy(file_of(store), copy)
    copy.replace(file_of(store))
    for number in (2, 3):
        with pytest.raises(StoreError, match="replaced"):
            await store.recorder.record_check(a_check(number), None)
    with pytest.raises(StoreError, match="replaced"):
        await store.writer.ready()


async def failing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(*_: object) -> None:
        raise StoreFull("no space")

    monkeypatch.setattr(store.writer._journal, "commit", full)
    with pytest.raises(StoreFull):
        await store.writer.append(event(1))


async def test_after_a_failed_write_nothing_is_ready_until_a_write_succeeds(store: Store, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as broken:
        await failing(store, broken)
        for _ in range(2):
            with pytest.raises(StoreFull):
                await store.writer.ready()
    await store.writer.append(event(2))
    await store.writer.ready()
    assert await store.rows("SELECT ref FROM ledger_leaves") == [("t2",)]


async def test_a_recovery_nobody_else_shows_is_shown_by_one_leaf(store: Store, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as broken:
        await failing(store, broken)
    for _ in range(3):
        await store.writer.ready()
    assert await store.rows("SELECT kind, ref FROM ledger_leaves") == [("recovery", "storage_full")]
    assert (await store.verified()).good


async def test_a_row_refused_for_itself_leaves_the_store_ready(store: Store):
    await store.recorder.record_check(a_check(1), None)
    with pytest.raises(Exception, match="already_recorded"):
        await store.recorder.record_check(a_check(1), None)
    assert store.writer._trouble is None


async def test_a_stopped_writer_is_not_ready(url: str, ring: KeyRing):
    async with opened(url, ring, Clocked()) as store:
        writer: GroupCommit = store.writer
        await writer.stop()
        with pytest.raises(StoreError):
            await writer.ready()
