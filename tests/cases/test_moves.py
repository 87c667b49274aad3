"""No state is skipped, nobody judges himself, a mended case that comes back begins again and is escalated."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from reuse_gateway.domain.case import REOPENS, CaseState, Fingerprint, RecordedStep, Role, RoundFacts, ViolationCase
from reuse_gateway.domain.case_moves import MOVES, Mover, is_path, legal, moved, role_of
from reuse_gateway.domain.case_rules import Apology, ApologyPolicy, CaseClock, CaseRules
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.errors import Conflict, InvalidInput, NotAllowed

S = CaseState
AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
DUE = ApologyPolicy(frozenset({"V01"}), Apology.DUE, date(2024, 1, 1))
RULES = CaseRules((CaseClock(S.EXPLANATION_DUE, 5, date(2024, 1, 1)),), (DUE,))
COMMON = Fingerprint("H41.12", "1.001193", "birth_certificate")
LIFE = (S.NOTIFIED, S.EXPLAINED, S.CONFIRMED, S.REMEDIED, S.APOLOGISED, S.REPORTED, S.CLOSED)
WHO = dict.fromkeys((S.EXPLAINED, S.REMEDIED, S.APOLOGISED), Role.AGENCY)


def facts(*types: str, newest: int = 0, made_at: datetime = AT) -> RoundFacts:
    return RoundFacts(frozenset(types or ("V01",)), 1, newest, made_at, made_at, made_at)


def case(*types: str, newest: int = 0) -> ViolationCase:
    return ViolationCase(COMMON.case_id, COMMON, 1, newest, (), facts(*types, newest=newest))


def stepped(
    one: ViolationCase, to: CaseState, by: Role | None = None, at: datetime = AT, rules: CaseRules = RULES
) -> ViolationCase:
    mover = Mover(by or WHO.get(to, Role.AUDITOR), "k.who", "H41")
    step = moved(one, to, mover, at, rules, violation_id="vio_1", reason="vì vậy", letter="01/XL-H41.12")
    return replace(one, steps=(*one.steps, RecordedStep(step, len(one.steps) + 10)))


def lived(one: ViolationCase, *states: CaseState) -> ViolationCase:
    for state in states:
        one = stepped(one, state)
    return one


def again(one: ViolationCase, newest: int, made_at: datetime) -> ViolationCase:
    """Another violation of the same kind comes."""
    return replace(one, count=one.count + 1, newest=newest, facts=facts(newest=newest, made_at=made_at))


def test_a_whole_life_passes_every_state_in_order() -> None:
    done = lived(case(), *LIFE)
    passed = [state for each in done.steps for state in each.step.passed]
    assert passed == [
        S.NOTIFIED, S.EXPLANATION_DUE, S.EXPLAINED, S.CONFIRMED, S.REMEDY_DUE, S.REMEDIED, S.APOLOGY_DUE, S.APOLOGISED,
        S.REPORTED, S.CLOSED,
    ]  # fmt: skip
    assert (done.state, done.round) == (S.CLOSED, 1)
    assert all(is_path(each.step) for each in done.steps)


@pytest.mark.parametrize(("state", "to"), [(a, b) for a, b in product(S, S) if b not in MOVES[a]])
def test_a_move_that_the_law_does_not_know_is_a_conflict_that_tells_the_legal_ones(state: CaseState, to: CaseState) -> None:
    standing = ViolationCase(COMMON.case_id, COMMON, 1, 0, (_at(state),) if state is not S.DETECTED else (), facts())
    with pytest.raises(Conflict) as told:
        stepped(standing, to, Role.AUDITOR)
    assert told.value.code == "illegal_transition"
    assert told.value.facts["legal"] == legal(state, Role.AUDITOR)


def _at(state: CaseState) -> RecordedStep:
    return RecordedStep(replace(_some_step(), passed=(state,)), 10)


def _some_step():
    return moved(case(), S.NOTIFIED, Mover(Role.AUDITOR, "k", "H41"), AT, RULES, violation_id="v")


@pytest.mark.parametrize("state", S)
def test_an_agency_never_judges_and_an_auditor_never_explains_or_mends(state: CaseState) -> None:
    assert not {S.CONFIRMED, S.REJECTED, S.DEFECT, S.SOURCE, S.CLOSED, S.NOTIFIED} & set(legal(state, Role.AGENCY))
    assert not {S.EXPLAINED, S.REMEDIED, S.APOLOGISED} & set(legal(state, Role.AUDITOR))
    assert legal(state, None) == ()


def test_a_move_of_somebody_elses_is_refused_though_it_is_legal() -> None:
    with pytest.raises(NotAllowed) as told:
        stepped(case(), S.NOTIFIED, Role.AGENCY)
    assert told.value.code == "not_your_move"


@pytest.mark.parametrize(
    ("agency", "scopes", "role"),
    [
        ("H41", {"audit:act"}, Role.AUDITOR),
        ("H41", {"admin"}, Role.AUDITOR),
        ("H41.12", {"audit:act"}, Role.AGENCY),
        ("H41.12", {"admin"}, Role.AGENCY),
        ("H41.12", {"demand:write"}, Role.AGENCY),
        ("H41.12.3", {"audit:act"}, None),
        ("H41.12.3", {"demand:write"}, None),
        ("H41.20", {"audit:act"}, Role.AUDITOR),
        ("H41.20", {"demand:write"}, None),
        ("H41", {"demand:write"}, Role.AGENCY),
        ("H41.12", {"audit:read"}, None),
        ("H41", {"audit:read"}, None),
        ("H41.1", {"demand:write"}, None),
        ("H99", {"audit:act"}, None),
        ("H99", {"admin"}, None),
        ("G22", {"audit:act"}, None),
        ("H4", {"audit:act"}, None),
    ],
)
def test_nobody_judges_the_case_of_his_own_body(agency: str, scopes: set[str], role: Role | None) -> None:
    assert role_of(Caller("c", agency, frozenset(scopes)), "H41.12") is role


@pytest.mark.parametrize(
    ("agency", "took_part", "role"),
    [
        ("H41", {"H41.12"}, Role.AUDITOR),
        ("H41", {"H41.12", "H41"}, None),
        ("H41.20", {"H41"}, Role.AUDITOR),
        ("H41.20", {"H41.20"}, None),
        ("H41.20.1", {"H41.20"}, None),
        ("H41.2", {"H41.20"}, Role.AUDITOR),
    ],
)
def test_nobody_judges_what_his_own_body_recorded_or_answered(agency: str, took_part: set[str], role: Role | None) -> None:
    assert role_of(Caller("c", agency, frozenset({"audit:act"})), "H41.12", took_part) is role


@pytest.mark.parametrize("to", [S.EXPLAINED, S.CONFIRMED, S.REJECTED, S.DEFECT, S.SOURCE])
def test_a_judgment_without_a_reason_is_no_judgment(to: CaseState) -> None:
    standing = lived(case(), S.NOTIFIED) if to is S.EXPLAINED else lived(case(), S.NOTIFIED, S.EXPLAINED)
    mover = Mover(WHO.get(to, Role.AUDITOR), "k", "H41")
    with pytest.raises(InvalidInput) as told:
        moved(standing, to, mover, AT, RULES, violation_id="v")
    assert told.value.faults[0].pointer == "/reason"


def test_an_apology_without_its_letter_is_none() -> None:
    standing = lived(case(), *LIFE[:4])
    assert standing.state is S.APOLOGY_DUE
    with pytest.raises(Conflict) as told:
        moved(standing, S.APOLOGISED, Mover(Role.AGENCY, "k", "H41.12"), AT, RULES, violation_id="v")
    assert told.value.code == "letter_missing"


def test_an_abolished_paper_is_confirmed_by_rule_only_after_the_agency_was_heard() -> None:
    heard = lived(case("V05"), S.NOTIFIED)
    assert heard.state is S.EXPLANATION_DUE
    assert stepped(heard, S.EXPLAINED).last.passed == (S.EXPLAINED, S.CONFIRMED, S.REMEDY_DUE)
    assert stepped(heard, S.NO_ANSWER, Role.RULE).last.passed == (S.NO_ANSWER, S.CONFIRMED, S.REMEDY_DUE)


@pytest.mark.parametrize("types", [("V01",), ("V05", "V01")])
def test_nothing_but_an_abolished_paper_is_confirmed_by_rule(types: tuple[str, ...]) -> None:
    heard = lived(case(*types), S.NOTIFIED)
    assert stepped(heard, S.EXPLAINED).state is S.EXPLAINED
    assert stepped(heard, S.NO_ANSWER, Role.RULE).state is S.NO_ANSWER


@pytest.mark.parametrize("done", [LIFE, LIFE[:6], LIFE[:5]])
def test_a_mended_case_that_comes_back_begins_again_and_is_escalated(done: tuple[CaseState, ...]) -> None:
    back = again(lived(case(), *done), 50, AT + timedelta(days=1))
    assert (back.state, back.round, back.repeats, back.reopened) == (S.DETECTED, 2, 1, True)
    heard = lived(back, S.NOTIFIED, S.EXPLAINED)
    assert (heard.round, heard.last.seen, heard.repeats) == (2, 50, 1)
    assert stepped(heard, S.CONFIRMED).last.passed == (S.CONFIRMED, S.ESCALATED)


def test_what_was_demanded_before_the_remedy_reopens_but_is_no_relapse() -> None:
    late = again(lived(case(), *LIFE), 50, AT - timedelta(days=3))
    assert (late.round, late.repeats) == (2, 0)
    assert stepped(lived(late, S.NOTIFIED, S.EXPLAINED), S.CONFIRMED).state is S.REMEDY_DUE


@pytest.mark.parametrize(("proof", "repeats"), [(timedelta(hours=1), 1), (timedelta(0), 0), (timedelta(days=-2), 0)])
def test_whoever_had_been_told_after_the_remedy_asked_after_it_whatever_he_says(proof: timedelta, repeats: int) -> None:
    late = again(lived(case(), *LIFE), 50, AT - timedelta(days=3))
    assert replace(late, facts=replace(late.facts, last_proof_at=AT + proof)).repeats == repeats


def test_a_rejected_round_takes_no_remedy_back() -> None:
    between = again(lived(case(), *LIFE), 17, AT - timedelta(days=3))
    over = lived(between, S.NOTIFIED, S.EXPLAINED, S.REJECTED, S.CLOSED)
    assert (over.repeats, again(over, 60, AT + timedelta(days=1)).repeats) == (0, 1)


def test_what_comes_back_after_a_rejection_is_no_relapse() -> None:
    over = lived(case(), S.NOTIFIED, S.EXPLAINED, S.REJECTED)
    assert again(over, 50, AT + timedelta(days=1)).repeats == 0


def test_an_apology_that_is_owed_is_made_before_the_case_begins_again() -> None:
    owing = again(lived(case(), *LIFE[:4]), 50, AT + timedelta(days=1))
    assert (owing.state, owing.reopened) == (S.APOLOGY_DUE, False)
    made = stepped(owing, S.APOLOGISED)
    assert made.last.seen == 0


def test_what_comes_before_the_agency_is_told_is_told_with_the_rest() -> None:
    told = stepped(again(case(newest=3), 50, AT), S.NOTIFIED)
    assert (told.state, told.round, told.last.seen, told.span) == (S.EXPLANATION_DUE, 1, 50, (-1, 50))


@pytest.mark.parametrize("lived_to", range(1, len(LIFE)))
def test_nobody_is_judged_for_what_he_was_not_told_of(lived_to: int) -> None:
    """Wherever it comes, it waits; the rest of the round goes on without it."""
    waits = again(lived(case(newest=5), *LIFE[:1]), 50, AT - timedelta(days=1))
    waits = replace(waits, steps=tuple(replace(each, index=60) for each in waits.steps))
    for state in LIFE[1:lived_to]:
        waits = stepped(waits, state)
        waits = replace(waits, steps=(*waits.steps[:-1], replace(waits.steps[-1], index=60)))
    assert (waits.round, waits.reopened, waits.span, {each.step.seen for each in waits.steps}) == (1, False, (-1, 5), {5})


@pytest.mark.parametrize("end", sorted(REOPENS - {S.CLOSED, S.APOLOGISED}))
def test_those_that_wait_begin_a_round_with_the_next_that_comes(end: CaseState) -> None:
    over = replace(case(newest=5), steps=(RecordedStep(replace(_some_step(), passed=(end,), seen=5), 60),), newest=50)
    assert (over.state, over.reopened) == (end, False)
    begun = replace(over, newest=61)
    assert (begun.state, begun.round, begun.span) == (S.DETECTED, 2, (5, None))


def test_those_that_wait_are_heard_when_the_case_is_closed_with_a_clock_of_their_own() -> None:
    rules = replace(RULES, clocks=(CaseClock(S.DETECTED, 2, date(2024, 1, 1)),))
    waits = replace(lived(case(), *LIFE[:6]), newest=12)
    closed = stepped(waits, S.CLOSED, rules=rules)
    assert (closed.state, closed.round, closed.last.due_on) == (S.DETECTED, 2, date(2026, 11, 25))
    assert stepped(lived(case(), *LIFE[:6]), S.CLOSED, rules=rules).last.due_on is None


def test_the_tag_changes_with_every_step_and_every_violation_that_joins() -> None:
    one = case()
    assert len({one.tag, again(one, 7, AT).tag, stepped(one, S.NOTIFIED).tag}) == 3


def test_one_that_waits_takes_the_round_from_nobody_who_is_judging_it() -> None:
    told = stepped(case(), S.NOTIFIED)
    assert again(told, 7, AT).tag == told.tag


def test_the_violations_of_a_round_lie_beyond_what_the_last_one_saw() -> None:
    done = lived(case(newest=5), *LIFE)
    assert done.span == (-1, 5)
    assert again(done, 50, AT).span == (5, None)
