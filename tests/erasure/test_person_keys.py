"""Keys of people at rest, on both databases: one per person whoever is quicker, never changed, and gone when deleted."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from reuse_gateway.domain.errors import StoreError
from reuse_gateway.storage import migrate
from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.person_keys import StoredPersonKeys
from tests.storage.builders import Store

DAY = date(2026, 11, 23)


@asynccontextmanager
async def keys_of(store: Store) -> AsyncIterator[StoredPersonKeys]:
    engine = build_engine(store.url, pool_size=1)
    try:
        yield StoredPersonKeys(store.reads, engine)
    finally:
        await engine.dispose()


async def test_two_processes_that_meet_the_same_new_person_end_with_one_key(store: Store) -> None:
    async with keys_of(store) as one, keys_of(store) as other:
        salts = [secrets.token_bytes(32) for _ in range(2)]
        told = await asyncio.gather(one.keep("k.a", salts[0], DAY), other.keep("k.a", salts[1], DAY))
        assert told[0] == told[1] in salts
        assert await one.kept(("k.a", "k.b")) == {"k.a": told[0]}


async def test_people_who_are_new_at_once_are_kept_in_few_commits(store: Store) -> None:
    async with keys_of(store) as keys:
        commits = list[object]()
        event.listen(keys._rows.engine.sync_engine, "commit", commits.append)
        told = await asyncio.gather(*(keys.keep(f"k.{number}", bytes([number]) * 32, DAY) for number in range(40)))
        assert told == [bytes([number]) * 32 for number in range(40)]
        assert len(commits) <= 2


async def test_what_could_not_be_kept_is_told_to_everybody_who_waits_for_it(store: Store) -> None:
    async with keys_of(store) as keys:
        await as_table(store, "ALTER TABLE person_keys RENAME TO gone")
        told = await asyncio.gather(*(keys.keep(f"k.{n}", b"s" * 32, DAY) for n in range(3)), return_exceptions=True)
        assert [type(each) for each in told if isinstance(each, StoreError)] == [type(each) for each in told]


async def test_keys_of_people_are_not_given_up_by_going_back(store: Store) -> None:
    async with keys_of(store) as keys:
        await keys.keep("k.a", b"s" * 32, DAY)
        with pytest.raises(RuntimeError, match="1 keys of people"):
            migrate.downgrade(store.url, "0023")
        assert await keys.kept(("k.a",)) == {"k.a": b"s" * 32}
        assert migrate.current(store.url) == migrate.head()
        await keys.erase(("k.a",))
    migrate.downgrade(store.url, "0023")
    migrate.upgrade(store.url)


async def test_a_deleted_key_is_gone_and_the_others_stay(store: Store) -> None:
    async with keys_of(store) as keys:
        for tag in ("k.a", "k.b", "k.c"):
            await keys.keep(tag, tag.encode() * 10, DAY)
        assert await keys.erase(("k.a", "k.c", "k.unknown")) == 2
        assert list(await keys.kept(("k.a", "k.b", "k.c"))) == ["k.b"]
        assert await keys.erase(("k.a",)) == 0


@pytest.mark.parametrize("change", ["UPDATE person_keys SET salt = tag", "TRUNCATE person_keys"])
async def test_a_key_is_never_changed(store: Store, change: str, engine_name: str) -> None:
    if engine_name == "sqlite" and change.startswith("TRUNCATE"):
        pytest.skip("SQLite has no TRUNCATE")
    async with keys_of(store) as keys:
        await keys.keep("k.a", b"s" * 32, DAY)
        with pytest.raises(DBAPIError):
            await as_table(store, change)
        assert await keys.kept(("k.a",)) == {"k.a": b"s" * 32}


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_no_row_gives_way_to_another_on_sqlite(store: Store) -> None:
    async with keys_of(store) as keys:
        await keys.keep("k.a", b"s" * 32, DAY)
        await as_table(store, "INSERT OR REPLACE INTO person_keys VALUES ('k.a', x'00', '2026-01-01')")
        assert await keys.kept(("k.a",)) == {"k.a": b"s" * 32}


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_no_byte_of_a_deleted_key_is_left_in_the_files(store: Store) -> None:
    """S33 of reliability.md: grep for the canary."""
    salt, folder = secrets.token_bytes(32), Path(store.url.removeprefix("sqlite:///")).parent
    async with keys_of(store) as keys:
        for number in range(50):
            await keys.keep(f"k.{number}", secrets.token_bytes(32), DAY)
        await keys.keep("k.canary", salt, DAY)
        assert any(salt in file.read_bytes() for file in folder.iterdir())
        await keys.erase(("k.canary",))
        assert not [file.name for file in folder.iterdir() if salt in file.read_bytes() or b"k.canary" in file.read_bytes()]


async def as_table(store: Store, statement: str) -> None:
    engine = build_engine(store.url, pool_size=1)
    try:
        async with engine.begin() as connection:
            await connection.execute(text(statement))
    finally:
        await engine.dispose()
