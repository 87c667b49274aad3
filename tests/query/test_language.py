"""The one-line query language: what it says, and what it refuses with place and suggestion."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reuse_gateway.domain.errors import BadQuery
from reuse_gateway.domain.query_days import bounds
from reuse_gateway.domain.query_language import parse_query
from reuse_gateway.domain.vietnam import VIETNAM
from reuse_gateway.domain.violation_query import Condition, Key, Phrase, Query, Window


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=VIETNAM)


TERMS = (
    '"ban sao"',
    '-"ban s*"',
    "-dat",
    "da*",
    "has:letter",
    "agency:H41.*",
    "-type:V01,V05",
    "created:2026-11",
    "severity:<high",
    "is:closed",
    "x",
)


def test_the_line_of_the_guide_says_what_it_says():
    line = 'agency:H40.12.* is:open severity:>=medium created:2026-11-01..2026-11-23 -channel:lint "bản sao"'
    query = parse_query(line)
    assert query.conditions == (
        Condition(Key.AGENCY, ("H40.12.*",)),
        Condition(Key.IS, ("open",)),
        Condition(Key.SEVERITY, ("medium", "high")),
        Condition(Key.CHANNEL, ("lint",), negated=True),
    )
    assert query.phrases == (Phrase("ban sao"),)
    assert query.window == Window(at(2026, 11, 1), at(2026, 11, 24))


@pytest.mark.parametrize(
    ("told", "window"),
    [
        ("2026-11-23", (at(2026, 11, 23), at(2026, 11, 24))),
        ("2026-11", (at(2026, 11, 1), at(2026, 12, 1))),
        ("2026-12", (at(2026, 12, 1), at(2027, 1, 1))),
        ("2026", (at(2026, 1, 1), at(2027, 1, 1))),
        (">=2026-11-01", (at(2026, 11, 1), None)),
        (">2026-11-01", (at(2026, 11, 2), None)),
        ("<2026-11-01", (None, at(2026, 11, 1))),
        ("<=2026-02", (None, at(2026, 3, 1))),
        ("..2026-11-01", (None, at(2026, 11, 2))),
        ("2026-11-01..*", (at(2026, 11, 1), None)),
        ("2026-01..2026-02", (at(2026, 1, 1), at(2026, 3, 1))),
    ],
)
def test_days_are_vietnamese_and_included(told: str, window: tuple[datetime | None, datetime | None]):
    assert parse_query(f"created:{told}").window == Window(*window)


def test_two_windows_are_what_both_cover():
    assert parse_query("created:>=2026-11-01 created:2026-10..2026-11-05").window == Window(at(2026, 11, 1), at(2026, 11, 6))


def test_words_are_folded_and_nfd_says_the_same():
    nfd = "Đa\u0306ng ky\u0301"
    assert parse_query(f'"{nfd}"') == parse_query('"đăng ký"') == parse_query('"DANG  KY"')
    assert parse_query("quyền -đất").phrases == (Phrase("quyen"), Phrase("dat", negated=True))
    assert parse_query('quy* "đăng k*"').phrases == (Phrase("quy", exact=False), Phrase("dang k", exact=False))


def test_a_repeated_key_widens_and_an_excluded_one_excludes_each():
    query = parse_query("type:V01 -source:land type:v05,V01 -source:tax")
    assert query.conditions == (
        Condition(Key.TYPE, ("V01", "V05")),
        Condition(Key.SOURCE, ("land", "tax"), negated=True),
    )


def test_codes_are_read_in_either_spelling():
    query = parse_query("agency:000.02.14.H41 procedure:1.001193.000.00.00.H41 evidence:id_card severity:>=2")
    assert [each.values for each in query.conditions] == [("H41.14.2",), ("1.001193",), ("id_card",), ("medium", "high")]


@pytest.mark.parametrize(
    ("line", "fault", "place", "suggestion"),
    [
        ("agancy:H41", "unknown_key", 1, "agency"),
        ("is:open  sevrity:high", "unknown_key", 10, "severity"),
        ("severity:hihg", "unknown_value", 1, "high"),
        ("severity:>=4", "unknown_value", 1, "low"),
        ("type:V17", "unknown_value", 1, "V01"),
        ("channel:countr", "unknown_value", 1, "counter"),
        ("foo:H41", "unknown_key", 1, "agency"),
        ("has:explanatoin", "unknown_value", 1, "explanation"),
        ("*", "missing_value", 1, None),
        ("is:opne", "unknown_value", 1, "open"),
        ("has:liabilty", "unknown_value", 1, "liability"),
        ("state:detectd", "unknown_value", 1, "detected"),
        ("agency:", "missing_value", 1, None),
        ("-", "missing_value", 1, None),
        ('""', "missing_value", 1, None),
        ("...", "missing_value", 1, None),
        ('x "bản sao', "unclosed_quote", 3, None),
        ("agency:H41*12", "bad_value", 1, None),
        ("agency:*", "bad_value", 1, None),
        ("agency:H41,", "bad_value", 1, None),
        ("source:a'b", "bad_value", 1, None),
        ("created:yesterday", "bad_window", 1, None),
        ("created:2026-02-30", "bad_window", 1, None),
        ("created:2026-11-02..2026-11-01", "bad_window", 1, None),
        ("created:..", "bad_window", 1, None),
        ("created:0000", "bad_window", 1, None),
        ("created:0001-01-01", "bad_window", 1, None),
        ("created:9999", "bad_window", 1, None),
        ("-created:2026", "window_negated", 1, None),
        ("x 999090000001", "personal_number_in_query", 3, None),
        ("agency:999090000001", "personal_number_in_query", 1, None),
        ("a " * 33, "too_many_terms", 65, None),
        ("x" * 501, "too_long", 0, None),
        ("agency:" + ",".join(f"H{n}" for n in range(10, 61)), "too_many_values", 1, None),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(line: str, fault: str, place: int, suggestion: str | None):
    with pytest.raises(BadQuery) as refused:
        parse_query(line)
    assert (refused.value.fault, refused.value.at) == (fault, place)
    assert suggestion is None or suggestion in refused.value.suggestions
    assert "999090000001" not in str(refused.value)


@given(st.text(max_size=80))
def test_any_line_is_a_query_or_refused(line: str):
    with suppress(BadQuery):
        assert isinstance(parse_query(line), Query)


@given(st.lists(st.sampled_from(TERMS), max_size=20))
def test_the_one_spelling_reads_as_the_same_query(terms: list[str]):
    query = parse_query(" ".join(terms))
    spelled = str(query)
    again = parse_query(spelled)
    assert (set(again.conditions), set(again.phrases)) == (set(query.conditions), set(query.phrases))
    assert str(again) == spelled


@pytest.mark.parametrize(
    ("first", "last"), [("0001-01-01T00:00:00+07:00", None), (None, "9999-12-31T23:59:59-14:00"), ("1899-12-31", None)]
)
def test_an_instant_that_no_store_can_hold_is_no_window(first: str | None, last: str | None):
    with pytest.raises(ValueError, match="year"):
        bounds(first, last)
