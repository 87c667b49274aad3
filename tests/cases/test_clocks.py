"""Clocks: who does not explain in time has not answered, whoever is waited for is reminded once, by whatever process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
import pytest_asyncio

from reuse_gateway.application.run_clocks import RunClocks
from reuse_gateway.catalogue.case_rules import load_case_rules
from reuse_gateway.domain.case import CaseState, Fingerprint, Role
from reuse_gateway.domain.case_moves import Mover, moved
from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.violation import ViolationType
from reuse_gateway.domain.working_days import DayOff, WorkingCalendar
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.storage.cases import CaseLedger, StoredCases
from tests.storage.builders import Clocked, Store, a_demand, as_owner, opened

from .test_membership import CASE
from .test_moves import WHO

S = CaseState
RULES, PAPER = load_case_rules(), "birth_certificate"
TOLD_AT = datetime(2026, 11, 9, 9, 0, tzinfo=timezone(timedelta(hours=7)))  # a Monday: to be explained by the 16th


@pytest_asyncio.fixture
async def store(url: str, ring: KeyRing) -> AsyncIterator[Store]:
    """A store that opened on the day of the notice."""
    async with opened(url, ring, Clocked(TOLD_AT)) as running:
        yield running


def clocks(store: Store, at: datetime) -> RunClocks:
    store.clock.at = at
    return RunClocks(StoredCases(store.reads), CaseLedger(store.writer), RULES, Clocked(at))


async def told_to(
    store: Store, *states: CaseState, kind: ViolationType = ViolationType.HELD_NATIONALLY, paper: str = PAPER, number: int = 1
) -> None:
    store.clock.at, demand = TOLD_AT, a_demand(number)
    found = tuple(replace(each, type=kind, made_at=TOLD_AT, evidence_type=paper) for each in demand.violations)
    await store.recorder.record_demand(replace(demand, violations=found, recorded_at=TOLD_AT, made_at=TOLD_AT))
    case_id = Fingerprint("H41.12", "1.001193", paper).case_id
    rows, ledger = StoredCases(store.reads), CaseLedger(store.writer)
    for state in states:
        mover = Mover(WHO.get(state, Role.AUDITOR), "k.who", "H41")
        case = await rows.case(case_id)
        await ledger.record_step(
            moved(case, state, mover, TOLD_AT, RULES, violation_id="vio_1", reason="x", letter="01/XL-H41")
        )


async def state(store: Store) -> CaseState:
    return (await StoredCases(store.reads).case(CASE)).state


async def events(store: Store) -> list[str]:
    found = await store.rows("SELECT kind FROM events ORDER BY leaf_index, position")
    return [kind for (kind,) in found]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-16T23:59:59+07:00", S.EXPLANATION_DUE),
        ("2026-11-17T00:00:00+07:00", S.NO_ANSWER),
        ("2026-11-30T09:00:00+07:00", S.NO_ANSWER),
    ],
)
async def test_the_time_to_explain_ends_with_its_last_day_in_vietnam(store: Store, at: str, expected: CaseState) -> None:
    await told_to(store, S.NOTIFIED)
    await clocks(store, datetime.fromisoformat(at))()
    assert await state(store) is expected
    assert (await store.verified()).good


async def test_a_round_that_is_repeated_records_nothing_again(store: Store) -> None:
    await told_to(store, S.NOTIFIED)
    late = clocks(store, TOLD_AT + timedelta(days=10))
    assert [await late(), await late()] == [1, 0]
    assert (await StoredCases(store.reads).case(CASE)).last.seq == 2


async def test_of_two_processes_one_records(store: Store) -> None:
    await told_to(store, S.NOTIFIED)
    both = [clocks(store, TOLD_AT + timedelta(days=10)) for _ in range(2)]
    assert sorted(await asyncio.gather(*(each() for each in both))) == [0, 1]
    assert (await store.verified()).good


async def test_what_nobody_explained_of_an_abolished_paper_is_confirmed_by_rule(store: Store) -> None:
    await told_to(store, S.NOTIFIED, kind=ViolationType.ABOLISHED)
    await clocks(store, TOLD_AT + timedelta(days=10))()
    last = (await StoredCases(store.reads).case(CASE)).last
    assert (last.passed, last.by, last.actor) == ((S.NO_ANSWER, S.CONFIRMED, S.REMEDY_DUE), Role.RULE, "rule")


async def test_any_other_violation_waits_for_a_person_however_long(store: Store) -> None:
    await told_to(store, S.NOTIFIED)
    for days in (10, 60, 300):
        await clocks(store, TOLD_AT + timedelta(days=days))()
    assert await state(store) is S.NO_ANSWER


async def test_the_day_before_the_end_is_told_once(store: Store) -> None:
    await told_to(store, S.NOTIFIED)
    quiet, soon = (datetime.fromisoformat(f"2026-11-{day}T08:00:00+07:00") for day in (12, 13))
    assert await clocks(store, quiet)() == 0
    assert [await clocks(store, soon)() for _ in range(3)] == [1, 0, 0]
    assert await events(store) == ["case.due_soon"]
    assert (await store.verified()).good


async def test_a_remedy_that_is_late_is_told_once_and_nobody_is_judged_by_a_clock(store: Store) -> None:
    await told_to(store, S.NOTIFIED, S.EXPLAINED, S.CONFIRMED)
    late = TOLD_AT + timedelta(days=40)
    assert [await clocks(store, late)() for _ in range(3)] == [1, 0, 0]
    assert (await state(store), await events(store)) == (S.REMEDY_DUE, ["case.due_late"])
    (told,) = await store.rows("SELECT body FROM events")
    assert "k.who" not in told[0]


@pytest.mark.parametrize(("days", "reminders"), [(0, 0), (2, 0), (3, 1)])
async def test_auditors_are_reminded_once_of_what_nobody_told_the_agency(store: Store, days: int, reminders: int) -> None:
    await told_to(store)
    await told_to(store, number=2)
    late = TOLD_AT + timedelta(days=days)
    assert [await clocks(store, late)() for _ in range(3)] == [reminders, 0, 0]
    assert await events(store) == ["case.due_late"] * reminders
    assert await state(store) is S.DETECTED
    assert (await store.verified()).good


async def test_what_was_told_or_waits_for_its_round_is_nobodys_delay_and_a_closed_round_begins_their_clock(
    store: Store,
) -> None:
    await told_to(store, S.NOTIFIED, S.EXPLAINED, S.REJECTED)
    await told_to(store, S.NOTIFIED, number=3)
    await told_to(store, number=4)
    await told_to(store, S.EXPLAINED, S.REJECTED, S.CLOSED, number=5)
    for days in (2, 3):
        late = clocks(store, TOLD_AT + timedelta(days=days))
        assert [await late(), await late()] == [1, 0]
    assert await events(store) == ["case.due_soon", "case.due_late"]


async def test_auditors_are_reminded_of_those_that_wait_though_the_round_is_never_closed(store: Store) -> None:
    await told_to(store, S.NOTIFIED)
    await told_to(store, S.EXPLAINED, S.REJECTED, number=2)
    assert (await StoredCases(store.reads).case(CASE)).waiting == 1
    late = clocks(store, TOLD_AT + timedelta(days=3))
    assert [await late(), await late()] == [1, 0]


@pytest.mark.parametrize(
    ("days_off", "known_to", "at", "expected"),
    [
        ((), date.max, "2026-11-17T00:00:00+07:00", S.NO_ANSWER),
        ((date(2026, 11, 16),), date.max, "2026-11-17T09:00:00+07:00", S.EXPLANATION_DUE),
        ((date(2026, 11, 16),), date.max, "2026-11-18T00:00:00+07:00", S.NO_ANSWER),
        ((), date(2026, 11, 15), "2026-11-30T09:00:00+07:00", S.EXPLANATION_DUE),
        ((), date(2026, 11, 15), "2026-12-01T09:00:00+07:00", S.NO_ANSWER),
    ],
)
async def test_nobody_has_failed_to_answer_on_a_holiday_announced_since_or_not_yet(
    store: Store, days_off: tuple[date, ...], known_to: date, at: str, expected: CaseState
) -> None:
    await told_to(store, S.NOTIFIED)
    calendar = WorkingCalendar({day: DayOff("nghỉ") for day in days_off}, known_to)
    store.clock.at = datetime.fromisoformat(at)
    await replace(clocks(store, store.clock.at), rules=replace(RULES, calendar=calendar))()
    assert await state(store) is expected


async def test_a_case_that_was_altered_keeps_no_other_from_its_clock(store: Store) -> None:
    await told_to(store, S.NOTIFIED, paper="id_card")
    await told_to(store, S.NOTIFIED, number=2)
    altered = Fingerprint("H41.12", "1.001193", "id_card").case_id
    await as_owner(
        store.url, f"UPDATE case_steps SET body = replace(body, 'explanation_due', 'no_answer') WHERE case_id = '{altered}'"
    )
    with pytest.raises(StoreError):
        await clocks(store, TOLD_AT + timedelta(days=10))()
    assert await state(store) is S.NO_ANSWER


@pytest.mark.parametrize("change", ["UPDATE case_reminders SET kind = 'soon'", "DELETE FROM case_reminders"])
async def test_a_reminder_that_was_altered_is_found(store: Store, change: str) -> None:
    await told_to(store, S.NOTIFIED, S.EXPLAINED, S.CONFIRMED)
    await clocks(store, TOLD_AT + timedelta(days=40))()
    await as_owner(store.url, change)
    assert {"row_not_in_leaf", "leaf_without_row"} & {found for found, _ in await store.found()}


async def test_those_who_were_reminded_keep_nobody_else_from_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reuse_gateway.application.run_clocks._AT_ONCE", 1)
    for number, paper in enumerate((PAPER, "id_card"), 1):
        await told_to(store, S.NOTIFIED, S.EXPLAINED, S.CONFIRMED, paper=paper, number=number)
    assert [await clocks(store, TOLD_AT + timedelta(days=40))() for _ in range(3)] == [1, 1, 0]
    assert await events(store) == ["case.due_late"] * 2
