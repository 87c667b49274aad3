"""Rows of the index on both engines: once each, the newest counts, and nothing changed goes unseen."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from reuse_gateway.domain.announcement import Announced, Standing
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.signing.pseudonyms import KeyedPseudonyms
from reuse_gateway.storage.holdings import StoredHoldings
from tests.holdings.builders import ORIGIN, PERSON, SOURCE, keeping, names_of, paper, record
from tests.storage.builders import AT, Clocked, Store, as_owner, opened

LATER = AT - timedelta(hours=1)


async def standing(store: Store, ring: KeyRing, owner: str = PERSON) -> list[Standing]:
    rows = await StoredHoldings(store.reads).standing(SOURCE, names_of(ring).every(f"owner {owner}"))
    return [row.standing for row in rows]


async def test_the_same_record_twice_is_nothing_new(store: Store, ring: KeyRing):
    keep = keeping(store, ring)
    first = await keep(ORIGIN, [record(), record()])
    again = await keep(ORIGIN, [record()])
    assert (first.new, again.new, again.position) == (1, 0, None)
    assert await standing(store, ring) == [Standing.VALID]
    assert (await store.verified()).good


async def test_a_revocation_is_a_row_and_the_older_version_coming_late_does_not_undo_it(store: Store, ring: KeyRing):
    keep = keeping(store, ring)
    await keep(ORIGIN, [record(revoked=True, at=LATER)])
    await keep(ORIGIN, [record()])
    assert await standing(store, ring) == [Standing.REVOKED]
    head = await StoredHoldings(store.reads).head(SOURCE)
    assert (head.number, head.papers) == (2, 0)


async def test_a_corrected_owner_takes_the_paper_away_from_the_wrong_one(store: Store, ring: KeyRing):
    keep = keeping(store, ring)
    await keep(ORIGIN, [record()])
    await keep(ORIGIN, [record("r1", paper("citizen:999090000002"), at=LATER)])
    assert await standing(store, ring) == []
    assert await standing(store, ring, "citizen:999090000002") == [Standing.VALID]


async def test_a_register_that_shows_a_record_otherwise_on_the_same_day_replaces_it(store: Store, ring: KeyRing):
    """Days of change have no hours: a co-owner struck out in the afternoon must not stay."""
    keep = keeping(store, ring)
    both = record("r1", paper(), paper("citizen:999090000002"))
    await keep(ORIGIN, [both], lambda head: head)
    await keep(ORIGIN, [record("r1", paper())], lambda head: head)
    assert await standing(store, ring, "citizen:999090000002") == []
    assert await standing(store, ring) == [Standing.VALID]


async def test_a_record_that_proves_nothing_any_more_takes_its_papers_along(store: Store, ring: KeyRing):
    keep = keeping(store, ring)
    await keep(ORIGIN, [record()], lambda head: head)
    await keep(ORIGIN, [Announced("r1", LATER, ())], lambda head: head)
    assert await standing(store, ring) == []
    assert (await StoredHoldings(store.reads).head(SOURCE)).papers == 0


async def test_ownerless_records_are_counted_once_and_leave_the_count_when_their_owner_is_known(store: Store, ring: KeyRing):
    keep, index = keeping(store, ring), StoredHoldings(store.reads)
    nobody = record("r9", paper(None))
    await keep(ORIGIN, [nobody])
    await keep(ORIGIN, [nobody])
    assert (await index.head(SOURCE)).ownerless == 1
    await keep(ORIGIN, [record("r9", paper(), at=LATER)])
    head = await index.head(SOURCE)
    assert (head.ownerless, head.papers) == (0, 1)


async def test_two_who_write_at_once_lose_nothing_and_count_nothing_twice(store: Store, ring: KeyRing):
    one, other = keeping(store, ring), keeping(store, ring)
    other.ids.count = 1_000
    told = [record(f"r{n}", paper(f"citizen:9990900{n:05d}")) for n in range(30)]
    await asyncio.gather(*(keep(ORIGIN, told[at : at + 10]) for keep in (one, other) for at in (0, 10, 20)))
    head = await StoredHoldings(store.reads).head(SOURCE)
    rows = await store.rows("SELECT count(*), count(DISTINCT ref) FROM held_papers")
    assert (head.papers, tuple(rows[0])) == (30, (30, 30))
    assert (await store.verified()).good


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE held_papers SET standing = 'valid' WHERE standing = 'revoked'", "row_changed"),
        ("UPDATE held_papers SET owner = NULL WHERE position = 0", "row_changed"),
        ("UPDATE held_papers SET changed_at = (SELECT kept_at FROM holding_batches LIMIT 1)", "row_changed"),
        ("DELETE FROM held_papers WHERE position = 0", "row_count"),
        ("UPDATE held_papers SET standing = 'x'", "row_unreadable"),
        ("UPDATE holding_batches SET number = number + 7", "row_changed"),
        ("UPDATE holding_batches SET body = replace(body, '\"announced_at\"', '\"announced_it\"')", "row_not_in_leaf"),
        ("DELETE FROM holding_batches", "leaf_without_row"),
        ("DELETE FROM holding_batches", "row_without_leaf"),
        ("UPDATE held_papers SET leaf_index = leaf_index + 900", "row_count"),
        ("UPDATE held_papers SET leaf_index = leaf_index + 900", "row_without_leaf"),
    ],
)
async def test_what_was_changed_in_the_index_is_found(store: Store, ring: KeyRing, statement: str, what: str):
    await keeping(store, ring)(ORIGIN, [record(), record("r2", revoked=True)])
    assert (await store.verified()).good
    await as_owner(store.url, statement)
    assert what in {name for name, _ in await store.found()}


async def test_nothing_of_a_person_or_of_a_reference_stands_in_the_index_or_the_ledger(store: Store, ring: KeyRing):
    await keeping(store, ring)(ORIGIN, [record("999090000001.1.000894.GT1.01")])
    kept = str([await store.rows(f"SELECT * FROM {name}") for name in ("held_papers", "holding_batches", "ledger_leaves")])
    assert "999090000001" not in kept
    assert "GT1.01" not in kept
    for identity in (PERSON, f"owner {PERSON}"):
        assert KeyedPseudonyms(ring.pseudonym_keys()).of(identity).partition(".")[2] not in kept


async def test_rows_of_before_a_rotation_are_found_and_revoked_under_the_new_key(url: str, tmp_path: Path):
    ring = KeyRing(tmp_path / "keys", create=True)
    async with opened(url, ring, Clocked()) as store:
        await keeping(store, ring)(ORIGIN, [record()])
        ring.rotate("pseudonym")
        newer = KeyRing(tmp_path / "keys")
        assert await standing(store, newer) == [Standing.VALID]
        await keeping(store, newer)(ORIGIN, [record(revoked=True, at=LATER)])
        assert await standing(store, newer) == [Standing.REVOKED]


async def test_a_destroyed_key_leaves_rows_that_lead_to_nobody(url: str, tmp_path: Path):
    ring = KeyRing(tmp_path / "keys", create=True)
    async with opened(url, ring, Clocked()) as store:
        await keeping(store, ring)(ORIGIN, [record()])
        ring.rotate("pseudonym")
        next((tmp_path / "keys").glob("pseudonym-0001.key")).unlink()
        assert await standing(store, KeyRing(tmp_path / "keys")) == []
        assert (await store.verified()).good
