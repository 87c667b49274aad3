"""Reading a register: wherever it breaks nothing is lost and nothing counted twice, and checks wait for none of it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reuse_gateway.application.watch_registers import WatchRegisters
from reuse_gateway.domain.errors import StoreError
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.storage.holdings import StoredHoldings
from tests.holdings.builders import keeping
from tests.holdings.reading import ScriptedRegister, down, no_pause, reader, spread
from tests.storage.builders import Store


class Killed(BaseException):
    """The process ends here."""


async def head(store: Store):
    return await StoredHoldings(store.reads).head("windowed")


async def rows(store: Store) -> tuple[int, int]:
    return tuple((await store.rows("SELECT count(*), count(DISTINCT ref) FROM held_papers"))[0])


async def test_a_whole_register_is_read_and_a_second_round_finds_nothing_new(store: Store, ring: KeyRing):
    register, keep = ScriptedRegister(spread(30)), keeping(store, ring)
    first = await reader(keep)(register)
    assert (first.outcome, first.new, first.head.papers) == ("synced", 30, 30)
    store.clock.turn(3_600)
    again = await reader(keep)(register)
    assert (again.outcome, again.new) == ("synced", 0)
    assert again.head.cursor.synced_at == store.clock.at
    assert await rows(store) == (30, 30)
    assert (await store.verified()).good


@pytest.mark.parametrize("marks", [False, True])
@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_killed_at_every_page_nothing_is_lost_or_counted_twice(store: Store, ring: KeyRing, marks: bool):
    register, rounds = ScriptedRegister(spread(24), marks=marks), 0
    while True:
        rounds += 1
        register.calls.clear()
        register.troubles = {1 + rounds % 3: Killed()}
        try:
            report = await reader(keeping(store, ring))(register)
        except Killed:
            continue
        break
    assert report.outcome == "synced"
    assert rounds > 3
    assert await rows(store) == (24, 24)
    assert (await head(store)).papers == 24
    assert set(register.marked) == ({str(n) for n in range(24)} if marks else set())


@pytest.mark.parametrize("drains", [False, True])
async def test_killed_between_keeping_and_marking_the_page_is_marked_at_the_next_start(
    store: Store, ring: KeyRing, drains: bool
):
    register = ScriptedRegister(spread(6, days=1), marks=True, drains=drains)
    register.mark_troubles = {3: Killed()}
    with pytest.raises(Killed):
        await reader(keeping(store, ring))(register)
    assert await rows(store) == (4, 4)
    assert register.marked == ["0", "1"]
    assert (await reader(keeping(store, ring))(register)).outcome == "synced"
    assert set(register.marked) == {str(n) for n in range(6)}
    assert await rows(store) == (6, 6)


async def test_a_store_that_takes_nothing_keeps_the_source_from_being_told_that_it_was_received(store: Store, ring: KeyRing):
    register, keep = ScriptedRegister(spread(4), marks=True), keeping(store, ring)

    class Broken:
        async def record_holdings(self, batch: Any) -> Any:
            raise StoreError()

    object.__setattr__(keep, "recorder", Broken())
    report = await reader(keep)(register)
    assert (report.outcome, report.code) == ("failed", "storage_unavailable")
    assert register.marked == []


async def test_a_call_that_fails_is_tried_again_and_then_the_round_is_failed(store: Store, ring: KeyRing):
    register = ScriptedRegister(spread(10))
    register.troubles = {2: down(), 3: down(), 4: down()}
    assert (await reader(keeping(store, ring))(register)).outcome == "synced"
    register.version, register.troubles = "v2", {len(register.calls) + n: down() for n in range(2, 6)}
    report = await reader(keeping(store, ring))(register)
    assert (report.outcome, report.code) == ("failed", "source_unavailable")
    assert (await head(store)).cursor.synced_at is not None


async def test_what_will_not_get_better_is_not_tried_again(store: Store, ring: KeyRing):
    register = ScriptedRegister(spread(10))
    register.troubles = {1: down("source_denied", retryable=False)}
    report = await reader(keeping(store, ring))(register)
    assert (report.outcome, report.code, len(register.calls)) == ("failed", "source_denied", 1)
    assert (await head(store)).number == 0


async def test_a_lost_page_is_found_by_the_sources_own_count_and_read_again(store: Store, ring: KeyRing):
    register = ScriptedRegister(spread(6, days=1), lost={2})
    assert (await reader(keeping(store, ring))(register)).outcome == "synced"
    assert await rows(store) == (6, 6)


async def test_pages_that_stay_lost_fail_the_round_and_never_make_the_register_whole(store: Store, ring: KeyRing):
    register = ScriptedRegister(spread(6, days=1), lost=set(range(2, 99)))
    report = await reader(keeping(store, ring))(register)
    assert (report.outcome, report.code) == ("failed", "page_lost")
    assert (await head(store)).cursor.synced_at is None


async def test_what_is_entered_late_under_a_past_day_is_found_by_the_next_round(store: Store, ring: KeyRing):
    register = ScriptedRegister(spread(4, days=4))
    await reader(keeping(store, ring))(register)
    yesterday = (store.clock.at - timedelta(days=1)).date()
    register.days[yesterday] = ["77"]
    assert (await reader(keeping(store, ring))(register)).new == 1


async def test_a_clock_that_was_ahead_loses_nothing_that_came_meanwhile(store: Store, ring: KeyRing):
    register, keep = ScriptedRegister(spread(4, days=4)), keeping(store, ring)
    right = store.clock.at
    keep.clock.turn(86_400 * 40)
    await reader(keep)(register)
    register.days[(right - timedelta(days=9)).date()] = ["78"]
    # The ledger refuses to sign before what it has signed; a store that was set right again goes on from here.
    store.clock.at = right

    class Kept:
        async def record_holdings(self, batch: Any) -> Any:
            heads.append(batch)

    heads: list[Any] = []
    object.__setattr__(keep, "recorder", Kept())
    register.calls.clear()
    await reader(keep)(register)
    assert register.calls[0][0].first == min(register.days)
    assert [row.standing for batch in heads for row in batch.rows] == ["valid"]


async def test_two_processes_that_read_one_register_keep_each_record_once(store: Store, ring: KeyRing):
    one, other = keeping(store, ring), keeping(store, ring)
    other.ids.count = 5_000
    register, same = ScriptedRegister(spread(40)), ScriptedRegister(spread(40))
    reports = await asyncio.gather(reader(one)(register), reader(other)(same))
    outcomes = sorted(report.outcome for report in reports)
    assert outcomes in (["overtaken", "synced"], ["synced", "synced"])
    assert await rows(store) == (40, 40)
    assert (await head(store)).papers == 40


async def test_a_reader_that_was_left_behind_never_turns_the_cursor_back(store: Store, ring: KeyRing):
    slow, fast = keeping(store, ring), keeping(store, ring)
    fast.ids.count = 5_000
    register = ScriptedRegister(spread(40))
    asked = register.page

    async def overtaken(*told: Any) -> Any:
        page = await asked(*told)
        if len(register.calls) == 3:
            assert (await reader(fast)(ScriptedRegister(spread(40)))).outcome == "synced"
        return page

    register.page = overtaken
    assert (await reader(slow)(register)).outcome == "overtaken"
    cursor = (await head(store)).cursor
    assert (cursor.goal, cursor.synced_at) == (None, store.clock.at)
    assert await rows(store) == (40, 40)


async def test_an_announcement_in_between_does_not_stop_the_reading(store: Store, ring: KeyRing):
    from tests.holdings.builders import Origin, paper, record

    keep, register = keeping(store, ring), ScriptedRegister(spread(10))
    asked = register.page

    async def between(*told: Any) -> Any:
        if len(register.calls) == 2:
            await keep(Origin("windowed", "demo-settlement", "H41"), [record("announced", paper(evidence_type="diploma"))])
        return await asked(*told)

    register.page = between
    assert (await reader(keep)(register)).outcome == "synced"
    told = await head(store)
    assert (told.papers, told.announced_at) == (11, store.clock.at)


async def test_marks_that_change_nothing_end_in_trouble_and_not_in_a_circle(store: Store, ring: KeyRing):
    register = ScriptedRegister(spread(4, days=1), marks=True, drains=True)

    async def ignored(stream: str, marks: tuple[str, ...]) -> None:
        return None

    register.received = ignored
    report = await reader(keeping(store, ring))(register)
    assert (report.outcome, report.code) == ("failed", "marks_without_effect")


async def test_empty_windows_are_not_each_a_leaf(store: Store, ring: KeyRing):
    register = ScriptedRegister({}, window_days=1)
    assert (await reader(keeping(store, ring))(register)).windows == 23
    assert (await head(store)).number == 1


class Times:
    """Sleeps without waiting, and ends after so many rounds."""

    def __init__(self, store: Store, most: int) -> None:
        self.store, self.most, self.slept = store, most, []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.store.clock.turn(seconds)
        if len(self.slept) >= self.most:
            raise Killed


async def watched(store: Store, ring: KeyRing, register: ScriptedRegister, most: int) -> tuple[list[str], list[float]]:
    reports: list[str] = []
    times = Times(store, most)
    watch = WatchRegisters(reader(keeping(store, ring)), lambda report: reports.append(report.outcome), times.sleep)
    with pytest.raises(Killed):
        await watch.follow(register)
    return reports, times.slept


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_rounds_come_in_their_rhythm_and_after_failures_later_and_later(store: Store, ring: KeyRing):
    register = ScriptedRegister(spread(4))
    reports, slept = await watched(store, ring, register, 2)
    assert (reports, slept) == (["synced", "synced"], [60, 60])
    register.troubles = {n: down(retryable=False) for n in range(1, 99)}
    register.calls.clear()
    reports, slept = await watched(store, ring, register, 3)
    assert reports == ["failed"] * 3
    assert all(5 <= pause <= 60 for pause in slept)


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_what_another_process_has_read_is_not_due(store: Store, ring: KeyRing):
    register = ScriptedRegister(spread(4))
    await reader(keeping(store, ring))(register)
    register.calls.clear()
    store.clock.turn(20)
    reports, slept = await watched(store, ring, register, 1)
    assert (reports, slept, register.calls) == ([], [40], [])


async def test_a_check_is_answered_while_a_register_does_not_answer(store: Store, ring: KeyRing):
    register = ScriptedRegister({})

    async def silent(*_: Any) -> Any:
        await asyncio.sleep(60)

    register.page = silent
    watch = WatchRegisters(reader(keeping(store, ring)), lambda _: None, no_pause)
    async with watch.watching([register]):
        async with asyncio.timeout(2):
            assert await StoredHoldings(store.reads).standing("windowed", ["x"]) == []
            assert datetime.now(UTC)
