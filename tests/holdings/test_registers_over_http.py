"""The simulated register in its true shape over real HTTP: windows, pages, marks, and what goes wrong with them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from reuse_gateway.application.holdings_ports import RegisterTrouble
from reuse_gateway.domain.announcement import Standing
from reuse_gateway.domain.register_cursor import Window
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.simulation.register_facts import Entry
from reuse_gateway.storage.holdings import StoredHoldings
from tests.holdings.builders import keeping, names_of
from tests.holdings.reading import SINCE, reader, simulated
from tests.storage.builders import Store

pytestmark = [pytest.mark.acceptance, pytest.mark.parametrize("engine_name", ["sqlite"])]


def entry(serial: int, day: int | None = None, **values: str) -> Entry:
    told = {"number": f"9990900{serial:05d}"} | values
    changed = SINCE + timedelta(days=serial % 20 if day is None else day)
    return Entry(key=f"VB-{serial}", changed=changed.isoformat(), **{"with": told})


async def read(store: Store, ring: KeyRing, entries: list[Entry], faults: dict[str, Any] | None = None, **changes: Any):
    async with simulated(**changes) as (register, there):
        there.entries, there.faults = entries, faults or {}
        report = await reader(keeping(store, ring))(register)
        return report, there


async def standing(store: Store, ring: KeyRing, number: int) -> list[Standing]:
    owners = names_of(ring).every(f"owner citizen:9990900{number:05d}")
    return [row.standing for row in await StoredHoldings(store.reads).standing("windowed", owners)]


async def test_windows_pages_and_marks_over_http(store: Store, ring: KeyRing):
    report, there = await read(store, ring, [entry(n) for n in range(33)])
    assert (report.outcome, report.new, report.head.papers) == ("synced", 33, 33)
    assert there.marked == {f"VB-{n}" for n in range(33)}
    assert {(last - first).days for first, last, _, _ in there.asked} <= {0, 1, 2, 3, 4}
    assert max(page for *_, page in there.asked) > 1
    assert (await store.verified()).good


@pytest.mark.parametrize("fault", ["error", "html", "lost", "twice"])
@pytest.mark.parametrize("call", ["1", "2", "4"])
async def test_one_bad_page_costs_time_and_no_record(store: Store, ring: KeyRing, fault: str, call: str):
    report, _ = await read(store, ring, [entry(n, n // 8) for n in range(24)], {call: fault})
    assert (report.outcome, report.new, report.head.papers) == ("synced", 24, 24)


async def test_a_register_that_stays_down_leaves_what_was_read_and_goes_on_there(store: Store, ring: KeyRing):
    entries = [entry(n, n // 4) for n in range(40)]
    report, _ = await read(store, ring, entries, {str(n): "error" for n in range(5, 40)})
    assert (report.outcome, report.code) == ("failed", "source_unavailable")
    kept = (await StoredHoldings(store.reads).head("windowed")).papers
    assert 0 < kept < 40
    report, there = await read(store, ring, entries)
    assert (report.outcome, report.new) == ("synced", 40 - kept)
    assert there.asked[0][3] > 0 or there.asked[0][0] > SINCE


async def test_a_window_that_is_too_wide_is_refused_and_proves_no_absence(store: Store, ring: KeyRing):
    report, _ = await read(store, ring, [entry(1)], window_days=6)
    assert (report.outcome, report.code) == ("failed", "bad_answer")
    assert (await StoredHoldings(store.reads).head("windowed")).fresh_at is None


async def test_records_without_a_number_that_people_have_stay_out_and_are_counted(store: Store, ring: KeyRing):
    nobody = [entry(1, number=""), entry(2, number="000000001"), entry(3, number="999000003"), entry(4, number="abc")]
    report, _ = await read(store, ring, [*nobody, entry(5)])
    head = report.head
    assert (head.papers, head.ownerless) == (2, 4)
    old = names_of(ring).every("owner citizen:999000003")
    assert len(await StoredHoldings(store.reads).standing("windowed", old)) == 1


async def test_revoked_unknown_and_unreadable_records_are_told_apart(store: Store, ring: KeyRing):
    entries = [
        entry(1, state="2"),
        entry(2, state="9"),
        entry(3, issued="2020-02-31"),
        entry(4, kind="XX"),
        entry(5, kind="CC"),
    ]
    report, _ = await read(store, ring, entries)
    assert await standing(store, ring, 1) == [Standing.REVOKED]
    assert await standing(store, ring, 2) == [Standing.UNREADABLE]
    assert await standing(store, ring, 3) == [Standing.UNREADABLE]
    assert (report.head.papers, report.head.unreadable, report.head.ownerless) == (0, 3, 0)


async def test_a_record_that_is_corrected_and_one_that_is_revoked_take_the_place_of_the_old_ones(store: Store, ring: KeyRing):
    await read(store, ring, [entry(1, 21), entry(2, 21, number="999090000099"), entry(3, 21, number="")])
    report, _ = await read(store, ring, [entry(1, 21, state="2"), entry(2, 21), entry(3, 22)])
    assert [await standing(store, ring, n) for n in (1, 2, 3, 99)] == [
        [Standing.REVOKED],
        [Standing.VALID],
        [Standing.VALID],
        [],
    ]
    assert (report.head.papers, report.head.ownerless) == (2, 0)
    assert (await store.verified()).good


@pytest.mark.parametrize("body", ['{"code": "00"}', '{"code": "00", "total": 3, "data": "x"}', '{"code": "99"}', "[]", ""])
async def test_a_page_that_is_built_otherwise_is_never_an_empty_one(store: Store, ring: KeyRing, body: str):
    async with simulated() as (register, there):
        there._bodies = {**there._bodies, "listing": body, "nothing": body}
        there.entries = [entry(1, 0)]
        with pytest.raises(RegisterTrouble) as told:
            await register.page("", Window(SINCE, SINCE), 0)
        assert told.value.code == "bad_answer"


async def test_a_source_that_shuts_its_door_is_not_asked_again_and_again(store: Store, ring: KeyRing):
    async with simulated() as (register, there):
        there._bodies = {**there._bodies, "nothing": '{"code": "403"}'}
        there.entries = []
        report = await reader(keeping(store, ring))(register)
        assert (report.outcome, report.code, len(there.asked)) == ("failed", "source_denied", 1)


async def test_days_are_days_of_viet_nam(store: Store, ring: KeyRing):
    report, there = await read(store, ring, [])
    assert there.asked[-1][1] == date(2026, 11, 23)
    assert report.goal == date(2026, 11, 23)
