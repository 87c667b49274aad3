"""Events at rest on both engines: one order, no gaps, bound to their leaves; every change behind our back is found."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from reuse_gateway.domain.errors import CallerError, Conflict
from reuse_gateway.domain.event import BEFORE_ALL, Event, Place
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.storage import migrate
from reuse_gateway.storage.engine import build_engine
from tests.storage.builders import AT, Clocked, Store, a_check, a_demand, as_owner, opened


def happened(number: int = 0, kind: str = "source.down") -> Event:
    return Event(kind, AT, {"source": "population", "number": number})


async def fill(store: Store) -> None:
    """A check at 0, a demand with two events at 1, an event of its own at 2."""
    await store.recorder.record_check(a_check(1), None)
    told = (happened(1, "demand.recorded"), happened(2, "violation.detected"))
    await store.recorder.record_demand(a_demand(1, a_check(1).id, papers=2), told)
    await store.recorder.record_event(happened(3))


async def test_events_are_told_in_the_order_of_the_ledger(store: Store) -> None:
    await fill(store)
    found = await store.events.events(BEFORE_ALL, 10)
    assert [str(each.place) for each in found] == ["1.0", "1.1", "2.0"]
    assert [each.event for each in found] == [
        happened(1, "demand.recorded"), happened(2, "violation.detected"), happened(3)
    ]  # fmt: skip
    assert (await store.verified()).good


async def test_a_page_may_end_between_two_events_of_one_leaf(store: Store) -> None:
    await fill(store)
    (first,) = await store.events.events(BEFORE_ALL, 1)
    assert [each.place for each in await store.events.events(first.place, 10)] == [Place(1, 1), Place(2, 0)]


async def test_a_kind_selects_and_still_keeps_the_place(store: Store) -> None:
    await fill(store)
    assert [each.place for each in await store.events.events(BEFORE_ALL, 10, "violation.detected")] == [Place(1, 1)]
    assert await store.events.events(Place(1, 1), 10, "violation.detected") == []


async def test_a_place_that_the_ledger_never_reached_is_refused_not_answered_with_nothing(store: Store) -> None:
    with pytest.raises(CallerError, match="place_unknown"):
        await store.events.events(Place(0, 0), 10)
    await fill(store)
    assert await store.events.events(Place(2, 5), 10) == []
    with pytest.raises(CallerError, match="place_unknown"):
        await store.events.events(Place(3, 0), 10)


async def test_an_event_recorded_long_after_it_happened_is_no_sign_of_tampering(store: Store) -> None:
    await store.recorder.record_event(Event("source.down", AT - timedelta(days=2), {}))
    assert (await store.verified()).good


async def test_a_demand_that_stands_already_tells_its_events_only_once(store: Store) -> None:
    await fill(store)
    again = a_demand(1, a_check(1).id, papers=2)
    with pytest.raises(Conflict, match="already_recorded"):
        await store.recorder.record_demand(again, (happened(9),))
    assert len(await store.events.events(BEFORE_ALL, 10)) == 3
    assert (await store.verified()).good


@pytest.mark.parametrize(
    ("statement", "what", "index"),
    [
        ("UPDATE events SET body = replace(body, 'population', 'land') WHERE leaf_index = 2", "events_changed", 2),
        ("UPDATE events SET kind = 'source.recovered' WHERE leaf_index = 2", "row_changed", 2),
        ("UPDATE events SET happened_at = '2026-11-01T00:00:00.000000Z' WHERE leaf_index = 2", "row_changed", 2),
        ("UPDATE events SET body = '[]' WHERE leaf_index = 2", "row_unreadable", 2),
        ("UPDATE events SET body = 'x' WHERE leaf_index = 2", "row_unreadable", 2),
        ("UPDATE events SET position = 7 WHERE leaf_index = 1 AND position = 1", "events_changed", 1),
        ("DELETE FROM events WHERE leaf_index = 2", "events_changed", 2),
        ("DELETE FROM events WHERE leaf_index = 1 AND position = 0", "events_changed", 1),
        ("UPDATE events SET leaf_index = 0 WHERE leaf_index = 2", "events_changed", 0),
        ("UPDATE events SET leaf_index = 77 WHERE leaf_index = 2", "row_without_leaf", 77),
        ("INSERT INTO events SELECT 0, 0, kind, happened_at, body FROM events WHERE leaf_index = 2", "events_changed", 0),
    ],
)
async def test_an_event_changed_behind_our_back_is_found(store: Store, statement: str, what: str, index: int) -> None:
    await fill(store)
    await as_owner(store.url, statement)
    assert (what, index) in await store.found()


async def test_two_events_of_a_leaf_that_changed_places_are_found(store: Store) -> None:
    await fill(store)
    moves = ((0, 9), (1, 0), (9, 1))
    await as_owner(store.url, *(f"UPDATE events SET position = {b} WHERE leaf_index = 1 AND position = {a}" for a, b in moves))
    assert await store.found() == {("events_changed", 1)}


@pytest.mark.parametrize("statement", ["UPDATE events SET kind = kind", "DELETE FROM events"])
async def test_the_database_itself_refuses_to_change_an_event(store: Store, statement: str) -> None:
    await fill(store)
    engine = build_engine(store.url)
    with pytest.raises(DBAPIError, match="insert-only"):
        async with engine.begin() as connection:
            await connection.execute(text(statement))
    await engine.dispose()


async def test_no_event_ever_appears_behind_a_place_already_given(url: str, ring: KeyRing) -> None:
    """Two writing processes' worth of writers against a reader that only ever goes on from where it was."""
    async with opened(url, ring, Clocked(), 30.0) as one, opened(url, ring, Clocked(), 30.0) as other:
        done = asyncio.Event()

        async def write(store: Store, first: int) -> None:
            for number in range(first, first + 60):
                await store.recorder.record_event(happened(number))
                if number % 3 == 0:
                    await store.recorder.record_check(a_check(number), None)

        async def follow() -> list[int]:
            seen, place, last = [], BEFORE_ALL, False
            while True:
                found = await one.events.events(place, 7)
                seen += [each.event.body["number"] for each in found]
                place = found[-1].place if found else place
                if not found and last:
                    return seen
                last = done.is_set()
                await asyncio.sleep(0.001)

        following = asyncio.create_task(follow())
        await asyncio.gather(
            *(write(store, 1_000 * at + 100 * part) for at, store in enumerate((one, other)) for part in (1, 2))
        )
        done.set()
        seen = await following
        everything = [each.event.body["number"] for each in await one.events.events(BEFORE_ALL, 1_000)]
        assert seen == everything
        assert len(seen) == 240
        assert (await one.verified()).good


def test_the_table_goes_down_and_up_again(url: str) -> None:
    migrate.downgrade(url, "0005")
    migrate.upgrade(url)
    assert migrate.current(url) == migrate.head()


@pytest.mark.postgres
@pytest.mark.parametrize("engine_name", ["postgresql"])
async def test_the_application_role_suffices_to_record_events_and_may_not_change_them(url: str, ring: KeyRing) -> None:
    async with opened(url, ring, Clocked(), role="reuse_gateway_app") as store:
        await fill(store)
        assert (await store.verified()).good
    connection = await asyncpg.connect(url)
    await connection.execute("SET ROLE reuse_gateway_app")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("DELETE FROM events")
    await connection.close()
