"""What no combination of answers may do: the promises of `decide`, over generated cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reuse_gateway.domain.decide import decide
from reuse_gateway.domain.holding import Doubt, Outcome
from reuse_gateway.domain.legal_basis import CitationRule, LawBook, Topic
from reuse_gateway.domain.source import Offer, Source, Tier
from reuse_gateway.domain.verdict import Decision, Reason

from .builders import ANSWERED, BIRTH, DAY, KINDS, basis, citizen, filed, law, source, unknown
from .scenarios import PAPERS, Scenario, scenarios

ASSERTED_ABSENT = {Reason.NOT_HELD, Reason.AGENCY_MUST_OBTAIN}
later_days = st.integers(1, 2000).map(lambda n: DAY + timedelta(n))


@settings(max_examples=250)
@given(scenarios())
def test_nothing_is_held_valid_without_a_valid_holding_of_the_right_owner(case: Scenario) -> None:
    verdict = case.verdict()
    if verdict.reason is not Reason.HELD_VALID:
        return
    lists = case.dossier.cases[0].requirements[0].any_of
    assert case.valid(BIRTH) or any(all(map(case.valid, together)) for together in lists)
    assert not verdict.satisfied_by or (verdict.satisfied_by in lists and all(map(case.valid, verdict.satisfied_by)))


@settings(max_examples=250)
@given(scenarios())
def test_a_valid_paper_of_the_person_that_may_be_looked_up_is_always_held_valid(case: Scenario) -> None:
    if case.valid(BIRTH):
        assert case.verdict().reason is Reason.HELD_VALID


@settings(max_examples=250)
@given(scenarios())
def test_only_the_word_of_every_usable_source_makes_a_paper_not_held(case: Scenario) -> None:
    if case.verdict().reason not in ASSERTED_ABSENT:
        return
    usable = case.usable(BIRTH)
    assert usable
    for each in usable:
        assert case.may_be_asked(each, BIRTH)
        answer = case.answer(each.id, BIRTH)
        assert answer is not None
        issued_later = answer.outcome is Outcome.HELD and answer.owner == citizen().key and (answer.issued_on or DAY) > DAY
        assert answer.outcome is Outcome.ABSENT or issued_later


@settings(max_examples=250)
@given(scenarios(), st.data())
def test_an_unknown_in_the_place_of_any_answer_never_leads_to_not_held(case: Scenario, data: st.DataObject) -> None:
    usable = case.usable(BIRTH)
    assume(usable)
    blind = data.draw(st.sampled_from(usable)).id
    doubt = data.draw(st.one_of(st.none(), st.sampled_from(Doubt)))
    answer = case.answer(blind, BIRTH)
    kept = tuple(each for each in case.answers if each is not answer)
    silent = replace(answer, outcome=Outcome.UNKNOWN, doubt=doubt) if answer else unknown(doubt, source=blind)
    assert replace(case, answers=(*kept, silent)).verdict().reason not in ASSERTED_ABSENT
    assert replace(case, answers=kept).verdict().reason not in ASSERTED_ABSENT


@settings(max_examples=250)
@given(scenarios(), st.data())
def test_adding_an_unknown_never_turns_may_ask_into_must_not_ask(case: Scenario, data: st.DataObject) -> None:
    assume(case.verdict().decision is Decision.MAY_ASK)
    paper, doubt = data.draw(st.sampled_from(PAPERS)), data.draw(st.sampled_from(Doubt))
    silent = unknown(doubt, source=data.draw(st.sampled_from(["s0", "s1", "s2"])), evidence_type=paper)
    assert case.verdict(silent).decision is not Decision.MUST_NOT_ASK
    newcomer = source("newcomer", *PAPERS)
    more = replace(case, sources=(*case.sources, newcomer), askable=case.askable | {"newcomer"})
    assert more.verdict(replace(silent, source="newcomer")).decision is not Decision.MUST_NOT_ASK


@settings(max_examples=250)
@given(scenarios())
def test_a_verdict_shows_as_held_only_papers_of_the_person_asked_about(case: Scenario) -> None:
    for shown in case.verdict().holdings:
        assert shown.outcome is not Outcome.HELD or shown.owner == citizen().key


@given(scenarios(), st.data())
def test_the_order_of_sources_and_answers_does_not_matter(case: Scenario, data: st.DataObject) -> None:
    shuffled = replace(
        case, sources=tuple(data.draw(st.permutations(case.sources))), answers=tuple(data.draw(st.permutations(case.answers)))
    )
    one, other = case.verdict(), shuffled.verdict()
    assert (one.reason, one.satisfied_by, one.legal_basis) == (other.reason, other.satisfied_by, other.legal_basis)


@st.composite
def later_sources(draw: st.DrawFn) -> Source:
    """A source that is connected, or whose scope is published, only after the usual day."""
    first, published = draw(st.one_of(st.none(), later_days)), draw(st.one_of(st.none(), later_days))
    offers = [Offer(paper, published_from=published) for paper in PAPERS]
    return source("later", *offers, connected_from=first, tier=draw(st.sampled_from(Tier)))


@st.composite
def amended(draw: st.DrawFn, book: LawBook) -> LawBook:
    """The book after later law: new instruments and rules, old ones ended, none of it touching the usual day or earlier."""
    starts = draw(st.lists(later_days, min_size=1, max_size=3))
    added = [basis(f"N-{number}", start) for number, start in enumerate(starts)]
    narrowed = st.sampled_from([frozenset(), frozenset({BIRTH})])
    codes = tuple(each.code for each in added)
    rules = [CitationRule(draw(st.sampled_from(Topic)), codes, start, None, draw(narrowed)) for start in starts]
    last = draw(st.one_of(st.just(DAY), later_days))
    ended = [replace(each, in_force_to=last, superseded_by=codes[0]) for each in book.bases.values()]
    old = [replace(rule, valid_to=last) for rule in book.rules]
    return LawBook({each.code: each for each in (*added, *ended)}, (*rules, *old))


@settings(max_examples=250)
@given(scenarios(), amended(law()), later_sources())
def test_an_answer_for_a_day_never_changes_when_later_law_is_added(case: Scenario, book: LawBook, newcomer: Source) -> None:
    silent = tuple(unknown(source="later", evidence_type=paper, answered_at=ANSWERED) for paper in PAPERS)
    more = replace(case, askable=case.askable | {"later"})
    before = decide(case.plan(), filed(*case.answers), law(), KINDS)
    after = decide(more.plan(newcomer), filed(*case.answers, *silent), book, KINDS)
    assert after == before
