"""Sealed identities go: by age, one official's alone, and with their key; what happened stays proved."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.event import listen
from sqlalchemy.ext.asyncio import AsyncEngine

from reuse_gateway.application.apply_retention import ApplyRetention
from reuse_gateway.domain.agency import official
from reuse_gateway.domain.errors import CallerError
from reuse_gateway.signing.keys import IDENTITY, KeyRing
from reuse_gateway.signing.old_keys import OldKeys
from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.sealed_identities import OldIdentities, identity_rests_on
from reuse_gateway.storage.tables import LOOKS
from tests.storage.builders import AT, Clocked, Store, opened

from .desk import FOR, OFFICER, WHY, Desk, desk, inspector


@pytest_asyncio.fixture
async def engine(store: Store) -> AsyncIterator[AsyncEngine]:
    engine = build_engine(store.url, pool_size=1)
    yield engine
    await engine.dispose()


def role_of(store: Store) -> str | None:
    return "reuse_gateway_app" if store.url.startswith("postgres") else None


async def gone(here: Desk, violation: str) -> bool:
    try:
        return (await here.reveal.officer(inspector(), violation, FOR, WHY)).officer is None
    except CallerError as error:
        return error.code == "identity_gone"


async def test_what_is_older_than_its_days_goes_and_the_rest_stays(store: Store, ring: KeyRing, engine: AsyncEngine) -> None:
    here = desk(store, ring)
    old = await here.violated(1)
    store.clock.at += timedelta(days=100)
    young = await here.violated(2, recorded_at=store.clock.at)
    store.clock.at += timedelta(days=300)
    rule = OldIdentities(store.reads, engine, role_of(store))
    run = ApplyRetention(((rule, 365),), store.recorder, store.clock)
    assert [(each.what, each.count, each.held_back) for each in await run.plan()] == [("sealed_identities", 1, None)]
    assert [each.count for each in await run()] == [1]
    assert [each.count for each in await run()] == [0]
    assert (await gone(here, old), await gone(here, young)) == (True, False)
    assert (await store.verified()).good


async def test_one_official_can_be_forgotten_alone(store: Store, ring: KeyRing, engine: AsyncEngine) -> None:
    here = desk(store, ring)
    violations = [await here.violated(number, officer) for number, officer in ((1, OFFICER), (2, OFFICER), (3, "can-bo-02"))]
    forget = OldIdentities(store.reads, engine, role_of(store)).forget
    everywhere = here.pseudonyms.every(official("H41.12", OFFICER))
    assert (await forget(everywhere), await forget(everywhere), await forget(())) == (2, 0, 0)
    assert [await gone(here, each) for each in violations] == [True, True, False]
    assert (await store.verified()).good


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_what_was_erased_is_not_in_the_file_any_more(store: Store, ring: KeyRing, engine: AsyncEngine) -> None:
    here = desk(store, ring)
    # Some builds of SQLite overwrite by default; the store must not rely on it.
    listen(engine.sync_engine, "connect", lambda connection, _: connection.execute("PRAGMA secure_delete=OFF").close())
    await here.violated()
    (sealed,) = (await store.rows("SELECT sealed FROM sealed_identities"))[0]
    await OldIdentities(store.reads, engine).forget(here.pseudonyms.every(official("H41.12", OFFICER)))
    await store.writer.stop()
    await store.reads._engine.dispose()
    await engine.dispose()
    file = Path(store.url.removeprefix("sqlite:///"))
    assert not [each for each in file.parent.glob("store.db*") if bytes(sealed) in each.read_bytes()]


async def test_a_key_that_an_identity_is_sealed_with_is_held_back_until_it_went(
    store: Store, tmp_path: Path, engine: AsyncEngine
) -> None:
    first = KeyRing(tmp_path / "keys", create=True)
    violation = await desk(store, first).violated()
    newer = first.rotate(IDENTITY)
    at = (AT - timedelta(days=100)).timestamp()
    os.utime(newer, (at, at))
    keys = KeyRing(first.directory)
    rule = OldKeys(keys, IDENTITY, partial(identity_rests_on, store.reads))
    run = ApplyRetention(((rule, 31),), store.recorder, store.clock)
    assert [(each.what, each.count, each.held_back) for each in await run()] == [("identity_keys", 1, "in_use")]
    assert not await gone(desk(store, KeyRing(first.directory)), violation)
    await OldIdentities(store.reads, engine).erase(AT + timedelta(days=1))
    assert [(each.count, each.held_back) for each in await run()] == [(1, None)]
    assert len(KeyRing(first.directory).secrets(IDENTITY)) == 1


@pytest.mark.postgres
@pytest.mark.parametrize("engine_name", ["postgresql"])
async def test_the_application_role_suffices_for_keeping_and_telling(url: str, ring: KeyRing) -> None:
    async with opened(url, ring, Clocked(), role="reuse_gateway_app") as store:
        here = desk(store, ring)
        assert not await gone(here, await here.violated())
        assert (await store.verified()).good


async def test_looks_are_found_by_the_index_that_is_made_for_them(store: Store) -> None:
    wanted = f"SELECT * FROM audit_events WHERE {LOOKS} AND target IN ('vio_a', 'dem_b') AND leaf_index < 9"
    if store.url.startswith("postgres"):
        async with store.reads._engine.connect() as connection:
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
            plan = (await connection.execute(text(f"EXPLAIN {wanted}"))).all()
    else:
        plan = await store.rows(f"EXPLAIN QUERY PLAN {wanted}")
    assert "ix_audit_events_target_leaf_index" in str(plan)
