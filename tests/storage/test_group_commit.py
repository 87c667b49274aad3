"""The writer keeps one order, acknowledges only what is durable, and lets no write spoil its neighbours."""

from __future__ import annotations

import asyncio

import pytest

from reuse_gateway.application.ports import Claim
from reuse_gateway.domain.check import Position
from reuse_gateway.domain.errors import ClockWentBack, Conflict, KeyReused, StoreError, TooLarge
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.storage.batch import Append
from reuse_gateway.storage.tables import checks

from .builders import Clocked, Store, a_check, event, opened


async def test_concurrent_appends_get_contiguous_places_in_the_order_they_came(store: Store):
    positions = await asyncio.gather(*(store.writer.append(event(number)) for number in range(600)))
    assert [position.index for position in positions] == list(range(600))
    assert (await store.verified()).good


async def test_a_whole_group_shares_one_checkpoint(store: Store):
    positions = await asyncio.gather(*(store.writer.append(event(number)) for number in range(100)))
    assert len({position.size for position in positions}) <= 3
    assert (await store.verified()).checkpoints <= 4


async def test_a_position_names_the_first_signed_tree_that_holds_the_leaf(store: Store):
    first = await store.writer.append(event(1))
    second = await store.writer.append(event(2))
    assert (first, second) == (Position(0, 1), Position(1, 2))


async def test_two_writers_on_one_database_keep_one_order(store: Store, ring: KeyRing):
    async with opened(store.url, ring, Clocked()) as other:
        writers = (store.writer, other.writer)
        positions = await asyncio.gather(*(writers[number % 2].append(event(number)) for number in range(400)))
    assert sorted(position.index for position in positions) == list(range(400))
    assert (await store.verified()).good


async def test_a_repeated_claim_leaves_its_neighbours_unharmed(store: Store):
    claim = Claim("demo", "key", b"f" * 32)
    recorded = await store.recorder.record_check(a_check(1), claim)
    outcomes = await asyncio.gather(
        store.recorder.record_check(a_check(2), None),
        store.recorder.record_check(a_check(3), claim),
        store.recorder.record_check(a_check(4), Claim("demo", "key", b"other" * 6)),
        store.recorder.record_check(a_check(5), Claim("elsewhere", "key", b"f" * 32)),
        return_exceptions=True,
    )
    assert recorded.index == 0
    assert [type(outcome) for outcome in outcomes] == [Position, Conflict, KeyReused, Position]
    assert outcomes[1].facts == {"check_id": a_check(1).id}
    assert await store.archive.check(a_check(3).id) is None
    assert (await store.verified()).good


async def test_of_fifty_equal_claims_at_once_exactly_one_is_recorded(store: Store):
    claim = Claim("demo", "key", b"f" * 32)
    calls = (store.recorder.record_check(a_check(number), claim) for number in range(50))
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    kept = [outcome for outcome in outcomes if isinstance(outcome, Position)]
    assert len(kept) == 1
    assert {type(outcome) for outcome in outcomes} == {Position, Conflict}
    assert await store.rows("SELECT count(*) FROM checks") == [(1,)]


async def test_a_check_id_recorded_twice_is_a_conflict_and_its_neighbours_are_kept(store: Store):
    await store.recorder.record_check(a_check(1), None)
    outcomes = await asyncio.gather(
        *(store.recorder.record_check(a_check(number), None) for number in (2, 1, 3)), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [Position, Conflict, Position]
    assert (await store.verified()).good


async def test_a_row_that_cannot_be_stored_fails_alone(store: Store):
    poison = Append(b"{}", "test", "x", {checks: [tuple([None] * 15)]})
    outcomes = await asyncio.gather(
        store.writer.append(event(1)), store.writer.append(poison), store.writer.append(event(2)), return_exceptions=True
    )
    assert [type(outcome) is Position for outcome in outcomes] == [True, False, True]
    assert isinstance(outcomes[1], StoreError)
    assert await store.rows("SELECT leaf_index, ref FROM ledger_leaves ORDER BY 1") == [(0, "t1"), (1, "t2")]


async def test_text_no_column_takes_fails_alone(store: Store):
    outcomes = await asyncio.gather(
        store.writer.append(event(1)), store.writer.append(Append(b"{}", "test", "\ud800")), return_exceptions=True
    )
    assert isinstance(outcomes[0], Position)
    assert isinstance(outcomes[1], StoreError)


async def test_a_clock_behind_the_last_signed_instant_signs_nothing(store: Store):
    await store.writer.append(event(1))
    store.clock.turn(-2.5)
    with pytest.raises(ClockWentBack):
        await store.writer.append(event(2))
    store.clock.turn(+1)
    assert (await store.writer.append(event(3))).index == 1


async def test_small_steps_back_never_add_up(store: Store):
    await store.writer.append(event(1))
    store.clock.turn(-1.5)
    await store.writer.append(event(2))
    store.clock.turn(-1.5)
    with pytest.raises(ClockWentBack):
        await store.writer.append(event(3))
    assert (await store.verified()).good


async def test_a_restart_goes_on_from_the_last_head(url: str, ring: KeyRing):
    for number in range(3):
        async with opened(url, ring, Clocked()) as store:
            assert (await store.writer.append(event(number))).index == number
            assert (await store.verified()).good


async def test_a_caller_that_left_is_not_written(store: Store):
    leaving = asyncio.ensure_future(store.writer.append(event(1)))
    await asyncio.sleep(0)
    leaving.cancel()
    await store.writer.append(event(2))
    assert await store.rows("SELECT ref FROM ledger_leaves") == [("t2",)]


async def test_stopping_writes_what_is_pending_and_refuses_what_comes_after(url: str, ring: KeyRing):
    async with opened(url, ring, Clocked()) as store:
        pending = [asyncio.ensure_future(store.writer.append(event(number))) for number in range(5)]
        await asyncio.sleep(0)
        await store.writer.stop()
        assert [position.index for position in await asyncio.gather(*pending)] == list(range(5))
        with pytest.raises(StoreError):
            await store.writer.append(event(9))


def test_a_leaf_too_long_for_a_tile_is_refused():
    with pytest.raises(TooLarge):
        Append(b"x" * 65_536, "test", "t")
