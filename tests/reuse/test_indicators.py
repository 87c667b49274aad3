"""The figures: their parts, their edges, and when there is none."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reuse_gateway.domain.indicators import INDICATORS, REUSED_PAPERS, VIOLATIONS, figure
from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.reuse_counts import By, Counted, DossierCounts, PaperCounts, ReceivedTotal
from reuse_gateway.domain.reuse_report import ReuseRow, reuse_rows

REUSE = INDICATORS[0]
DAY = Period(date(2026, 11, 23), date(2026, 11, 23))
SEEN = DossierCounts("H41.12", "1.001193", 4, 3, 1, 2)
TOLD = ReceivedTotal("H41.12", "1.001193", 5)


def counted(**changes: object) -> Counted:
    told = {"papers": {}, "dossiers": (SEEN,), "received": (TOLD,), "days_told": {"H41.12": 1}}
    return Counted(**(told | changes))


def official(row: ReuseRow) -> dict[str, tuple[int | None, int | None, str | None]]:
    return {each.formula.id: (each.numerator, each.denominator, each.why_not) for each in row.official}


@pytest.mark.parametrize(
    ("numerator", "denominator", "rate", "points"),
    [
        (0, 5, "0.00", "0.00"),
        (1, 3, "33.33", "0.83"),
        (2, 3, "66.67", "1.67"),
        (4, 5, "80.00", "2.00"),
        (79999, 100000, "80.00", "2.00"),
        (5, 5, "100.00", "2.00"),
        (1, 800, "0.13", "0.00"),
    ],
)
def test_full_marks_from_eighty_percent_and_below_it_pro_rata(numerator, denominator, rate, points) -> None:
    found = figure(REUSE, numerator, denominator)
    assert (found.rate, found.points) == (Decimal(rate), Decimal(points))


def test_where_nothing_was_received_there_is_no_rate_and_no_point() -> None:
    found = figure(REUSE, 0, 0)
    assert (found.rate, found.points, found.why_not) == (None, None, "nothing_counted")


def test_a_part_larger_than_the_whole_is_no_rate() -> None:
    assert (figure(REUSE, 6, 5).why_not, figure(REUSE, 6, 5).rate) == ("received_below_counted", None)


def test_violations_may_outnumber_papers() -> None:
    assert figure(VIOLATIONS, 3, 2).rate == Decimal("1500.00")


@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_no_points_beyond_the_most_and_none_below_zero(numerator: int, denominator: int) -> None:
    for formula in INDICATORS:
        points = figure(formula, numerator, denominator).points
        assert points is None or 0 <= points <= formula.most_points


def test_what_nobody_told_is_not_invented() -> None:
    whole, rows = reuse_rows(counted(received=(), days_told={}), By.AGENCY, DAY)
    for row in (whole, *rows):
        assert official(row)["4.3"] == (3, None, "received_not_told")
        assert all(each.rate is None and each.points is None for each in row.official)


def test_a_period_told_in_part_has_no_rate() -> None:
    week = Period(date(2026, 11, 17), date(2026, 11, 23))
    whole, (row,) = reuse_rows(counted(days_told={"H41.12": 6}), By.AGENCY, week)
    assert official(row)["4.3"] == official(whole)["4.3"] == (3, 5, "received_incomplete")


def test_one_agency_that_tells_nothing_leaves_the_whole_without_a_rate_but_not_the_others() -> None:
    silent = DossierCounts("H41.13", "1.001193", 1, 0, 0, 0)
    whole, rows = reuse_rows(counted(dossiers=(SEEN, silent)), By.AGENCY, DAY)
    by_key = {row.key: official(row)["4.3"] for row in rows}
    assert by_key == {"H41.12": (3, 5, None), "H41.13": (0, None, "received_not_told")}
    assert official(whole)["4.3"] == (3, 5, "received_incomplete")
    _, (procedure,) = reuse_rows(counted(dossiers=(SEEN, silent)), By.PROCEDURE, DAY)
    assert official(procedure)["4.3"] == (3, 5, "received_incomplete")


def test_the_official_parts_are_those_of_the_decision() -> None:
    second = DossierCounts("H41.12", "1.000894", 2, 0, 0, 0)
    more = (TOLD, ReceivedTotal("H41.12", "1.000894", 3), ReceivedTotal("H41.12", "2.001199", 0))
    _, (row,) = reuse_rows(counted(dossiers=(SEEN, second), received=more), By.AGENCY, DAY)
    assert official(row) == {"4.3": (3, 8, None), "4.4": (1, 8, None), "4.5a": (1, 2, None), "4.5b": (2, 8, None)}


def test_no_dossier_is_of_a_kind_of_paper() -> None:
    papers = {"birth_certificate": PaperCounts(papers=4, reusable=3, reused=2)}
    whole, (row,) = reuse_rows(counted(papers=papers), By.EVIDENCE_TYPE, DAY)
    assert {why for _, _, why in official(row).values()} == {"not_by_evidence_type"}
    assert official(whole)["4.3"] == (3, 5, None)
    assert next(each for each in row.rates if each.formula is REUSED_PAPERS).rate == Decimal("66.67")


def test_the_whole_is_the_sum_of_its_rows() -> None:
    papers = {"a": PaperCounts(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), "": PaperCounts(1, 1, 1, 1, 1, 1, 1, 1, 1, 1)}
    whole, rows = reuse_rows(counted(papers=papers), By.EVIDENCE_TYPE, DAY)
    assert whole.papers == PaperCounts(2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
    assert [row.key for row in rows] == ["", "a"]


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        ("2026-11-01", "2026-11-30", ("2026-10-01", "2026-10-31")),
        ("2026-03-01", "2026-03-31", ("2026-02-01", "2026-02-28")),
        ("2026-01-01", "2026-03-31", ("2025-10-01", "2025-12-31")),
        ("2024-01-01", "2024-12-31", ("2023-01-01", "2023-12-31")),
        ("2026-11-02", "2026-11-30", ("2026-10-04", "2026-11-01")),
        ("2026-11-23", "2026-11-23", ("2026-11-22", "2026-11-22")),
    ],
)
def test_whole_months_are_compared_with_whole_months(first: str, last: str, before: tuple[str, str]) -> None:
    found = Period(date.fromisoformat(first), date.fromisoformat(last)).before
    assert tuple(day.isoformat() for day in found) == before


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        ("2026-11-24", "2026-11-23", "reversed_days"),
        ("2025-11-22", "2026-11-23", "period_too_long"),
        ("0001-01-01", "0001-01-01", "period_too_early"),
    ],
)
def test_a_period_that_cannot_be_is_refused(first: str, last: str, code: str) -> None:
    with pytest.raises(ValueError, match=code):
        Period(date.fromisoformat(first), date.fromisoformat(last))


def test_a_day_begins_at_midnight_in_vietnam() -> None:
    assert DAY.begins_at == datetime(2026, 11, 22, 17, tzinfo=UTC)
    assert DAY.ends_at == datetime(2026, 11, 23, 17, tzinfo=UTC)
