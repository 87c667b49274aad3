"""Clocks run in working days of Vietnam: its own day is not counted, weekends and holidays neither, exchanged days are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from reuse_gateway.catalogue.case_rules import load_calendar, load_case_rules
from reuse_gateway.catalogue.loader import SHIPPED, load
from reuse_gateway.domain.case import CaseState
from reuse_gateway.domain.case_rules import Apology
from reuse_gateway.domain.errors import FactsError
from reuse_gateway.domain.violation import ViolationType
from reuse_gateway.domain.working_days import DayOff, WorkingCalendar

CALENDAR = load_calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("told", "days", "due"),
    [
        ("2026-11-16T09:00:00+07:00", 2, date(2026, 11, 18)),
        ("2026-11-20T09:00:00+07:00", 1, date(2026, 11, 23)),  # Friday
        ("2026-11-21T09:00:00+07:00", 1, date(2026, 11, 23)),  # Saturday
        ("2026-11-23T09:00:00+07:00", 1, date(2026, 11, 25)),  # the 24th is Culture Day
        ("2026-02-13T09:00:00+07:00", 1, date(2026, 2, 23)),  # Tết
        ("2026-08-28T09:00:00+07:00", 1, date(2026, 9, 3)),  # National Day with its exchanged day
        ("2026-08-21T09:00:00+07:00", 1, date(2026, 8, 22)),  # a Saturday on which is worked
        ("2026-01-01T09:00:00+07:00", 5, date(2026, 1, 9)),
        ("2026-01-09T09:00:00+07:00", 1, date(2026, 1, 10)),
        ("2026-11-15T17:30:00+00:00", 1, date(2026, 11, 17)),  # half past midnight on Monday in Vietnam
        ("2026-11-15T16:59:59+00:00", 1, date(2026, 11, 16)),  # still Sunday there
    ],
)
def test_a_period_ends_with_its_last_working_day(told: str, days: int, due: date) -> None:
    assert CALENDAR.due_on(at(told), days) == due


def test_a_reminder_goes_out_on_a_working_day_before() -> None:
    assert CALENDAR.before(date(2026, 11, 25), 1) == date(2026, 11, 23)


def test_days_that_nobody_has_announced_yet_are_told_as_not_known() -> None:
    assert CALENDAR.is_known(date(2027, 1, 31))
    assert not CALENDAR.is_known(date(2027, 2, 1))


def test_without_holidays_only_weekends_are_left_out() -> None:
    assert WorkingCalendar().due_on(datetime(2026, 9, 1, tzinfo=UTC), 1) == date(2026, 9, 2)
    assert not WorkingCalendar({date(2026, 9, 2): DayOff("x")}).works(date(2026, 9, 2))


def test_every_type_of_violation_has_a_policy_of_apology_whose_law_is_in_force_from_its_first_day_on() -> None:
    rules, law = load_case_rules(), load().law
    now = datetime(2026, 11, 23, tzinfo=UTC)
    for kind in ViolationType:
        (policy,) = rules.policies({kind.value}, now)
        assert policy.legal_basis or policy.apology is Apology.NONE
    for row in (*rules.apologies, *rules.clocks):
        for code in row.legal_basis:
            basis = law.bases[code]
            assert basis.in_force(row.valid_from)
            assert row.valid_to is None or basis.in_force(row.valid_to)
            assert row.valid_to is not None or basis.in_force_to is None


def test_the_day_of_the_demand_decides_which_law_asks_for_the_apology() -> None:
    rules = load_case_rules()
    for day, wanted in ((datetime(2025, 6, 30, tzinfo=UTC), "ND-61-2018"), (datetime(2025, 7, 1, tzinfo=UTC), "ND-118-2025")):
        (policy,) = rules.policies({"V01"}, day)
        assert wanted in policy.legal_basis


def test_the_strictest_policy_of_all_types_speaks() -> None:
    rules, now = load_case_rules(), datetime(2026, 11, 23, tzinfo=UTC)
    assert rules.apology({"V10", "V12"}, now) is Apology.RECOMMENDED
    assert rules.apology({"V10", "V12", "V01"}, now) is Apology.DUE
    assert rules.apology({"V10"}, now) is Apology.NONE
    assert rules.apology((), now) is Apology.NONE


@pytest.mark.parametrize("state", ["detected", "explanation_due", "explained", "no_answer", "remedy_due", "apology_due"])
def test_every_state_in_which_somebody_is_waited_for_has_a_clock(state: str) -> None:
    assert load_case_rules().clock(CaseState(state), date(2026, 11, 23)) is not None


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (("to: 2026-02-20", "to: 2026-02-10"), "days.3.to"),
        (("on: 2026-04-27", "on: 2026-02-17"), "days.4.on"),
        (("known_to: 2027-01-31", "known_to: 2026-12-31"), "days.11.to"),
    ],
)
def test_a_calendar_that_contradicts_itself_refuses_the_start(tmp_path: Path, change: tuple[str, str], path: str) -> None:
    text = (SHIPPED / "holidays.yaml").read_text(encoding="utf-8")
    assert change[0] in text
    (tmp_path / "holidays.yaml").write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(FactsError) as told:
        load_calendar(tmp_path)
    assert told.value.path == path


@pytest.mark.parametrize("kind", list(ViolationType))
def test_every_type_has_one_policy_for_every_day_and_says_why(kind: ViolationType) -> None:
    rows = sorted((each for each in load_case_rules().apologies if kind.value in each.types), key=lambda each: each.valid_from)
    assert rows[0].valid_from == date(2024, 1, 1)
    for row, following in pairwise(rows):
        assert following.valid_from - row.valid_to == timedelta(days=1)
    assert rows[-1].valid_to is None
    assert all(row.why.vi and row.why.en for row in rows)
