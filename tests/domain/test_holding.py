"""How long a held paper is good: its own last day or the months of its kind, whichever comes first."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reuse_gateway.domain.decide import last_good_day
from reuse_gateway.domain.holding import State
from reuse_gateway.domain.source import Offer
from reuse_gateway.domain.verdict import Reason

from .builders import BIRTH, DAY, MARRIAGE, absent, decided, holding, kind, request, row, source, unknown, version, wanted

SIX_MONTHS = kind("k", validity_months=6)


@pytest.mark.parametrize(
    ("issued", "months", "last"),
    [
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 3, 31), 1, date(2026, 4, 30)),
        (date(2026, 6, 30), 6, date(2026, 12, 30)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 1, 1), 120, date(2036, 1, 1)),
    ],
)
def test_months_are_counted_to_the_same_day_or_the_last_of_a_shorter_month(issued: date, months: int, last: date) -> None:
    assert last_good_day(holding(issued_on=issued), kind("k", validity_months=months)) == last


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 240))
def test_a_validity_of_months_ends_that_many_calendar_months_later_and_never_on_a_later_day(issued: date, months: int) -> None:
    last = last_good_day(holding(issued_on=issued), kind("k", validity_months=months))
    assert (last.year * 12 + last.month) - (issued.year * 12 + issued.month) == months
    assert last.day == issued.day or (last.day < issued.day and (last + timedelta(1)).month != last.month)


@pytest.mark.parametrize(
    ("expires", "last"), [(None, date(2026, 7, 1)), (date(2026, 5, 1), date(2026, 5, 1)), (date(2030, 1, 1), date(2026, 7, 1))]
)
def test_the_earlier_of_both_last_days_counts(expires: date | None, last: date) -> None:
    assert last_good_day(holding(issued_on=date(2026, 1, 1), expires_on=expires), SIX_MONTHS) == last


def test_a_paper_without_any_limit_is_good_until_changed() -> None:
    assert last_good_day(holding(issued_on=DAY), kind("k")) is None
    assert last_good_day(holding(), SIX_MONTHS) is None
    assert last_good_day(holding(issued_on=DAY), None) is None


@pytest.mark.parametrize(("expires", "reason"), [(DAY, Reason.HELD_VALID), (DAY - timedelta(1), Reason.HELD_EXPIRED)])
def test_a_paper_is_good_on_its_last_day_and_not_after(expires: date, reason: Reason) -> None:
    assert decided(holding(expires_on=expires)).reason is reason


@pytest.mark.parametrize(
    ("issued", "reason"), [(date(2026, 5, 23), Reason.HELD_VALID), (date(2026, 5, 22), Reason.HELD_EXPIRED)]
)
def test_a_paper_good_for_six_months_is_expired_after_them(issued: date, reason: Reason) -> None:
    parts = {"sources": (source("registry", MARRIAGE),), "asked": request(wanted(MARRIAGE)), "dossier": version(row(MARRIAGE))}
    assert decided(holding(evidence_type=MARRIAGE, issued_on=issued), **parts).reason is reason


@pytest.mark.parametrize(("issued", "reason"), [(DAY, Reason.HELD_VALID), (DAY + timedelta(1), Reason.NOT_HELD)])
def test_a_paper_issued_later_was_not_held_on_that_day(issued: date, reason: Reason) -> None:
    assert decided(holding(issued_on=issued)).reason is reason


def test_an_unknown_answer_with_a_later_day_of_issue_stays_unknown() -> None:
    assert decided(unknown(issued_on=DAY + timedelta(1))).reason is Reason.SOURCE_TIMED_OUT


@pytest.mark.parametrize("owner", ["citizen:999090000002", "business:999090000001", "999090000001", "", None])
@pytest.mark.parametrize(
    "changes", [{}, {"state": State.EXPIRED}, {"issued_on": DAY + timedelta(1)}], ids=["valid", "expired", "later"]
)
def test_another_owners_paper_is_no_answer_about_this_person(owner: str | None, changes: dict) -> None:
    told = {"result_code": "KQ.G15.000031", "expires_on": DAY} | changes
    verdict = decided(holding(owner=owner, **told), absent(source="other"), sources=(source(), source("other")))
    assert verdict.reason is Reason.BAD_ANSWER
    shown = verdict.holdings[0]
    assert (shown.owner, shown.result_code, shown.issued_on, shown.expires_on, shown.state) == (None,) * 5


def test_a_found_paper_whose_state_is_not_told_is_no_answer() -> None:
    assert decided(holding(state=None)).reason is Reason.BAD_ANSWER


def test_a_holding_filed_about_another_thing_is_not_this_papers() -> None:
    plates = request(wanted(BIRTH, about=(("plate", "37A"),)))
    by_plate = source("registry", Offer(BIRTH, needs=frozenset({"about.plate"})))
    assert decided(holding(), asked=plates, sources=(by_plate,)).reason is Reason.SOURCE_UNAVAILABLE
    assert decided(holding(), asked=plates).reason is Reason.NO_USABLE_SOURCE, "a source that knows no plates proves none"
