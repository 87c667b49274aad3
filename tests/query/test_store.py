"""Both engines find what the plain meaning of a query finds, page by page, and the channel is held against the demand."""

from __future__ import annotations

import pytest
from sqlalchemy.dialects import sqlite

from reuse_gateway.application.seek_violations import SeekViolations
from reuse_gateway.application.violation_ports import Named, PageEnd
from reuse_gateway.domain.case import CaseState, Role, Step
from reuse_gateway.domain.query_language import parse_query
from reuse_gateway.domain.violation import RecordedViolation
from reuse_gateway.storage import violation_search
from reuse_gateway.storage.case_json import step_append
from reuse_gateway.storage.published_names import PublishedNames
from reuse_gateway.storage.violation_search import StoredViolations
from tests.api.audit_fakes import MemoryViolations
from tests.query.builders import NAMES, recorded, spread
from tests.storage.builders import AT, Store, a_demand, as_owner

LINES = (
    "",
    "agency:H41.12",
    "agency:H41.12.*",
    "agency:H41.12*",
    "agency:H41.12,H41.20 -agency:H41.12.3",
    "agency:H42.*",
    "-agency:H41.*",
    "procedure:1.00* type:V05",
    "source:land",
    "-source:land",
    "-source:l*",
    "has:source",
    "-has:source",
    "has:liability has:proof",
    "-has:liability,proof",
    "severity:>=medium -type:V10",
    "severity:<low",
    "-severity:<low",
    "channel:counter,citizen_report",
    "-channel:lint",
    "is:open",
    "is:closed",
    "-is:open",
    "created:2026-11",
    "created:<2026-11-01 agency:H41",
    "created:2026-10-15..2026-11-02 severity:high",
    '"khai sinh"',
    "kha",
    "khai sinh",
    "khai -sinh",
    '"khai de"',
    '"dang k"',
    '"dang k*"',
    "dang k*",
    "-kha*",
    '"su dung dat"',
    '-"su dung dat"',
    "đất",
    "một cửa",
    "H41.20",
    "nothingsaysthis",
    "-nothingsaysthis",
    'agency:H41.12.* is:open severity:>=medium created:2026-10..2026-11-23 -channel:lint "khai sinh"',
)


async def filled(store: Store, count: int = 60) -> list[RecordedViolation]:
    demands = spread(count)
    for demand in demands:
        await store.recorder.record_demand(demand)
    return recorded(demands)


def seeking(store: Store) -> SeekViolations:
    return SeekViolations(StoredViolations(store.reads), PublishedNames(NAMES, store.reads))


async def walked(seek: SeekViolations, line: str, limit: int) -> list[RecordedViolation]:
    found, end = [], None
    while True:
        page, end = await seek.page(parse_query(line), end, limit)
        assert len(page) <= limit
        found += page
        if end is None:
            return found


@pytest.mark.parametrize("glance", [2_000, 3])
async def test_every_query_finds_what_it_means_page_by_page(store: Store, monkeypatch: pytest.MonkeyPatch, glance: int):
    monkeypatch.setattr(violation_search, "_GLANCE", glance)
    memory = MemoryViolations(await filled(store), NAMES)
    sizes = []
    for line in LINES:
        expected = await walked(SeekViolations(memory, memory), line, 1_000)
        sizes.append(len(expected))
        assert await walked(seeking(store), line, 2) == expected, line
        assert await walked(seeking(store), line, 50) == expected, line
    assert sum(0 < size < sizes[0] for size in sizes) > 25, "lines that find all or nothing prove little"


async def test_equal_instants_neither_repeat_nor_vanish_between_pages(store: Store):
    for number in range(5):
        await store.recorder.record_demand(a_demand(number, papers=3))
    found = await walked(seeking(store), "", 2)
    assert len({each.violation.id for each in found}) == len(found) == 15


async def test_what_arrives_meanwhile_shifts_no_page(store: Store):
    await filled(store)
    first, end = await seeking(store).page(parse_query(""), None, 20)
    await store.recorder.record_demand(a_demand(900))
    second, _ = await seeking(store).page(parse_query(""), end, 20)
    assert not {each.violation.id for each in first} & {each.violation.id for each in second}
    assert second[0].violation.made_at <= first[-1].violation.made_at


async def test_a_walk_sees_the_ledger_as_it_stood_when_it_began(store: Store):
    kept = await filled(store, 10)
    rows = StoredViolations(store.reads)
    size = await rows.size()
    await store.recorder.record_demand(a_demand(900))
    walk = [page.count async for page in seeking(store).cells(parse_query(""), ("violation_id",), "UTC", size)]
    assert (size, sum(walk)) == (10, len(kept))


@pytest.mark.parametrize("line", ["", "severity:low,high agency:H41,H41.12", "agency:H41.12.*", "-type:V05", '"khai sinh"'])
async def test_a_walk_never_sorts_the_whole_table_for_each_page(store: Store, line: str):
    """SQLite tells its plan; without statistics it would take the first index that fits and sort."""
    if store.reads.dialect == "postgresql":
        pytest.skip("PostgreSQL plans by statistics")
    await filled(store, 3)
    asked, reads = [], store.reads

    class Listening:
        dialect = reads.dialect

        async def rows(self, statement):
            asked.append(statement)
            return await reads.rows(statement)

    sought = await seeking(store).sought(parse_query(line))
    await StoredViolations(Listening()).page(sought, None, 2_000)
    walk = next(each for each in asked if "ORDER BY violations.made_at" in str(each))
    told = str(walk.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
    plan = [row[3] for row in await store.rows(f"EXPLAIN QUERY PLAN {told.replace(':', chr(92) + ':')}")]
    assert not [step for step in plan if "TEMP B-TREE FOR" in step and "ORDER BY" in step], plan


async def test_a_page_begins_nowhere_but_at_its_end(store: Store):
    kept = await filled(store, 10)
    beyond = PageEnd(min(each.violation.made_at for each in kept), "vio_")
    assert list((await seeking(store).page(parse_query(""), beyond, 5))[0]) == []


@pytest.mark.parametrize("changed", ["'intake_receipt'", "NULL", "''"])
async def test_a_channel_that_is_not_the_demands_is_found(store: Store, changed: str):
    await store.recorder.record_demand(a_demand(1))
    assert (await store.verified()).good
    await as_owner(store.url, f"UPDATE violations SET channel = {changed}")
    assert {what for what, _ in await store.found()} == {"row_changed"}


async def test_a_state_is_that_of_the_case_now(store: Store):
    kept = await filled(store, 40)
    moved = {each.case_id for each in kept if each.violation.agency == "H41.12"}
    for case_id in moved:
        one = next(each for each in kept if each.case_id == case_id)
        await store.writer.append(step_append(a_step(case_id, one.violation.id, 40)))
    for line, expected in (
        ("state:notified", moved),
        ("is:open state:notified severity:high", moved),
        ("state:detected", {each.case_id for each in kept} - moved),
        ("-state:detected,explained", moved),
        ("state:confirmed,closed", set()),
        ("is:closed", set()),
    ):
        found = await walked(seeking(store), line, 4)
        assert {each.case_id for each in found} <= expected, line
        if "severity" not in line:
            assert {each.violation.id for each in found} == {each.violation.id for each in kept if each.case_id in expected}
        assert all(each.state == ("notified" if each.case_id in moved else "detected") for each in found)


def a_step(case_id: str, violation_id: str, seen: int) -> Step:
    passed, came_from = (CaseState.NOTIFIED,), CaseState.DETECTED
    return Step(case_id, 1, 1, seen, came_from, passed, Role.AUDITOR, "k1.somebody", "H41", AT, violation_id)


async def test_names_of_imports_are_searched_once_they_are_there(store: Store):
    names = PublishedNames((Named(NAMES[0].key, "x", "x"),), store.reads)
    assert [each.code for each in await names.names()] == ["x"]
