"""Dated law: what is cited for what on which day, and that later law leaves earlier days alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reuse_gateway.domain.legal_basis import CitationRule, LawBook, Topic

from .builders import BIRTH, DAY, basis, law

OLD, NEW = date(2025, 1, 1), date(2026, 1, 1)
EVE = NEW - timedelta(1)


def codes(book: LawBook, day: date, topic: Topic = Topic.REUSE, paper: str | None = BIRTH) -> list[str]:
    """Codes cited, in order."""
    return [each.code for each in book.cite(topic, paper, day)]


def book(*rules: CitationRule, **dates) -> LawBook:
    """A book of these rules; instruments are in force for ever unless dated."""
    named = {code for rule in rules for code in rule.codes}
    return LawBook({code: basis(code, *dates.get(code, ())) for code in named}, rules)


def test_an_instrument_is_in_force_from_its_first_day_to_its_last() -> None:
    each = basis("ND-1", OLD, EVE)
    assert [each.in_force(day) for day in (OLD - timedelta(1), OLD, EVE, NEW)] == [False, True, True, False]
    assert basis("ND-1", OLD).in_force(date.max)


def test_the_law_of_the_day_is_cited_and_an_old_demand_keeps_its_old_citation() -> None:
    superseded = book(CitationRule(Topic.REUSE, ("A",), OLD, EVE), CitationRule(Topic.REUSE, ("B",), NEW))
    assert [codes(superseded, day) for day in (OLD, EVE, NEW)] == [["A"], ["A"], ["B"]]


def test_an_instrument_out_of_force_is_not_cited_even_where_a_rule_names_it() -> None:
    ended = book(CitationRule(Topic.REUSE, ("A", "B"), OLD), A=(OLD, EVE))
    assert (codes(ended, EVE), codes(ended, NEW)) == (["A", "B"], ["B"])


def test_an_instrument_not_yet_in_force_is_not_cited() -> None:
    early = book(CitationRule(Topic.REUSE, ("A",), OLD), A=(NEW, None))
    assert (codes(early, EVE), codes(early, NEW)) == ([], ["A"])


def test_rules_about_the_paper_come_before_general_ones_and_nothing_is_cited_twice() -> None:
    general = CitationRule(Topic.REUSE, ("A", "B"), OLD)
    narrow = CitationRule(Topic.REUSE, ("C", "B"), OLD, None, frozenset({BIRTH}))
    assert codes(book(general, narrow), NEW) == ["C", "B", "A"]


@pytest.mark.parametrize("paper", ["marriage", None, ""])
def test_a_rule_about_one_paper_is_silent_about_others(paper: str | None) -> None:
    narrow = book(CitationRule(Topic.REUSE, ("A",), OLD, None, frozenset({BIRTH})))
    assert codes(narrow, NEW, paper=paper) == []


def test_a_rule_about_one_topic_is_silent_about_others() -> None:
    assert codes(book(CitationRule(Topic.REUSE, ("A",), OLD)), NEW, Topic.ORIGINAL) == []


def test_a_rule_that_names_an_unknown_instrument_is_an_error_and_never_silence() -> None:
    broken = LawBook({}, (CitationRule(Topic.REUSE, ("A",), OLD),))
    with pytest.raises(KeyError):
        broken.cite(Topic.REUSE, BIRTH, NEW)


def test_the_first_day_is_that_of_the_earliest_prohibition() -> None:
    rules = (
        CitationRule(Topic.REUSE, ("A",), NEW),
        CitationRule(Topic.REUSE, ("B",), OLD),
        CitationRule(Topic.PRIVACY, ("C",), date.min),
    )
    assert book(*rules).first_day == OLD


def test_a_book_without_a_prohibition_has_no_first_day() -> None:
    with pytest.raises(ValueError, match="empty"):
        _ = book(CitationRule(Topic.PRIVACY, ("C",), OLD)).first_day


later = st.integers(1, 3000).map(lambda n: DAY + timedelta(n))


@given(
    st.sampled_from(Topic),
    st.lists(st.tuples(st.sampled_from(Topic), later, st.booleans()), max_size=4),
    later,
    st.integers(0, 2000),
)
def test_a_citation_for_a_day_never_changes_when_later_law_is_added(topic, added, end, days_before) -> None:
    before, day = law(), DAY - timedelta(days_before)
    rules = [
        CitationRule(t, (f"N{n}",), start, None, frozenset({BIRTH} if narrow else ()))
        for n, (t, start, narrow) in enumerate(added)
    ]
    bases = {f"N{n}": basis(f"N{n}", start) for n, (_, start, _) in enumerate(added)}
    ended = {code: replace(each, in_force_to=end, superseded_by="N0") for code, each in before.bases.items()}
    after = LawBook({**bases, **ended}, (*rules, *(replace(rule, valid_to=end) for rule in before.rules)))
    assert codes(after, day, topic) == codes(before, day, topic)
    assert after.first_day == before.first_day
