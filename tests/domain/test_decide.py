"""Rows 6 to 9 of the decision table (design.md section 3): what the answers of the sources mean, in the law's order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reuse_gateway.domain.check import CheckRequest
from reuse_gateway.domain.decide import decide
from reuse_gateway.domain.holding import Doubt, State
from reuse_gateway.domain.source import Offer
from reuse_gateway.domain.verdict import Decision, Duty, FormAction, Reason

from .builders import (
    BIRTH,
    HOUSEHOLD_BOOK,
    ID_CARD,
    KINDS,
    MARRIAGE,
    RESIDENCE,
    absent,
    agency,
    business,
    citizen,
    decided,
    filed,
    holding,
    law,
    obtained_by_the_agency,
    planned,
    request,
    row,
    source,
    unknown,
    verdict,
    version,
    wanted,
)

OTHER = "other_registry"
NEEDY = source("registry", Offer(BIRTH, needs=frozenset({"full_name"})))


def asked(evidence_type: str, **changes) -> CheckRequest:
    """The usual case asking for one paper."""
    return request(wanted(evidence_type), **changes)


def test_6_a_valid_paper_of_the_right_owner_must_not_be_asked_for() -> None:
    answer = decided(holding())
    assert (answer.decision, answer.reason, answer.duty) == (Decision.MUST_NOT_ASK, Reason.HELD_VALID, None)


@pytest.mark.parametrize(
    "other",
    [holding(state=state, source=OTHER) for state in State] + [absent(source=OTHER), unknown(source=OTHER)],
    ids=[*State, "absent", "unknown"],
)
def test_6_one_valid_holding_is_enough_whatever_the_other_sources_say(other) -> None:
    assert decided(other, holding(), sources=(source(OTHER), source())).reason is Reason.HELD_VALID


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (State.EXPIRED, Reason.HELD_EXPIRED),
        (State.REVOKED, Reason.HELD_EXPIRED),
        (State.INCOMPLETE, Reason.HELD_INCOMPLETE),
        (State.MISMATCH, Reason.HELD_MISMATCH),
    ],
)
@pytest.mark.parametrize("other", [absent(source=OTHER), unknown(source=OTHER)], ids=["8_absent", "9_unknown"])
def test_7_a_paper_found_but_no_good_may_be_asked_for_and_the_source_is_to_be_mended(state, reason, other) -> None:
    answer = decided(holding(state=state), other, sources=(source(), source(OTHER)), dossier=obtained_by_the_agency())
    assert (answer.decision, answer.reason, answer.duty) == (Decision.MAY_ASK, reason, Duty.UPDATE_SOURCE)


def test_8_a_paper_that_every_usable_source_lacks_may_be_asked_for() -> None:
    answer = decided(absent(), absent(source=OTHER), sources=(source(), source(OTHER)))
    assert (answer.decision, answer.reason, answer.duty) == (Decision.MAY_ASK, Reason.NOT_HELD, None)


def test_8_a_paper_that_the_agency_itself_must_obtain_is_not_asked_of_the_person() -> None:
    answer = decided(absent(), dossier=obtained_by_the_agency())
    told = (answer.decision, answer.reason, answer.duty)
    assert told == (Decision.MUST_NOT_ASK, Reason.AGENCY_MUST_OBTAIN, Duty.AGENCY_REQUEST)


@pytest.mark.parametrize(
    ("doubt", "reason"),
    [
        (Doubt.SOURCE_TIMED_OUT, Reason.SOURCE_TIMED_OUT),
        (Doubt.SOURCE_UNAVAILABLE, Reason.SOURCE_UNAVAILABLE),
        (Doubt.CIRCUIT_OPEN, Reason.CIRCUIT_OPEN),
        (Doubt.BAD_ANSWER, Reason.BAD_ANSWER),
        (Doubt.AMBIGUOUS_ANSWER, Reason.BAD_ANSWER),
        (Doubt.WRONG_OWNER, Reason.BAD_ANSWER),
        (Doubt.NOT_READY, Reason.BAD_ANSWER),
        (None, Reason.BAD_ANSWER),
    ],
)
@pytest.mark.parametrize("dossier", [version(), obtained_by_the_agency()], ids=["ask_subject", "agency_obtains"])
def test_9_a_source_that_has_not_answered_is_asked_again_later(doubt, reason, dossier) -> None:
    for others in ((), (absent(source=OTHER),)):
        answer = decided(
            unknown(doubt), *others, sources=(source(), *(source(each.source) for each in others)), dossier=dossier
        )
        assert (answer.decision, answer.reason, answer.pending) == (Decision.ASK_LATER, reason, True)


def test_9_an_answer_that_never_came_is_a_source_that_is_unavailable() -> None:
    assert decided().reason is Reason.SOURCE_UNAVAILABLE
    assert decided(absent(), sources=(source(), source(OTHER))).reason is Reason.SOURCE_UNAVAILABLE


def test_9_a_usable_source_that_may_not_be_asked_keeps_the_paper_from_being_called_not_held() -> None:
    sources = (source(), source(OTHER))
    assert decided(absent(), sources=sources, who=agency("registry")).reason is Reason.NO_AUTHORITY
    needy = replace(NEEDY, id=OTHER)
    assert decided(absent(), sources=(source(), needy)).reason is Reason.INSUFFICIENT_SUBJECT_DATA


@pytest.mark.parametrize("paper", [holding(source=OTHER), holding(source=OTHER, state=State.EXPIRED)], ids=["valid", "expired"])
def test_9_the_answer_of_a_source_that_may_not_be_asked_is_not_used(paper) -> None:
    verdict = decided(absent(), paper, sources=(source(), source(OTHER)), who=agency("registry"))
    assert verdict.reason is Reason.NO_AUTHORITY
    assert [each.source for each in verdict.holdings] == ["registry"]


def test_9_waiting_comes_before_leaving_undecided() -> None:
    sources = (source(), source(OTHER))
    assert decided(unknown(), sources=sources, who=agency("registry")).reason is Reason.SOURCE_TIMED_OUT


def test_verdicts_come_in_the_order_asked_each_with_its_own_row() -> None:
    papers = [wanted(HOUSEHOLD_BOOK, "a"), wanted(MARRIAGE, "b"), wanted(BIRTH, "c"), wanted(ID_CARD, "d"), wanted("x", "e")]
    plan = planned(source(), asked=request(*papers), dossier=version(row(BIRTH), row(ID_CARD)))
    told = [(each.ref, each.reason) for each in decide(plan, filed(holding()), law(), KINDS)]
    assert told == [
        ("a", Reason.ABOLISHED_DOCUMENT),
        ("b", Reason.OUTSIDE_PUBLISHED_DOSSIER),
        ("c", Reason.HELD_VALID),
        ("d", Reason.NO_USABLE_SOURCE),
        ("e", Reason.UNRECOGNISED_ITEM),
    ]


@pytest.mark.parametrize(("paper", "action"), [(RESIDENCE, FormAction.PREFILL), (BIRTH, FormAction.HIDE)])
def test_a_held_paper_is_hidden_or_its_facts_fill_the_form(paper: str, action: FormAction) -> None:
    plan = planned(source("registry", paper), asked=asked(paper), dossier=version(row(paper)))
    assert verdict(plan, holding(evidence_type=paper)).form_action is action


def test_a_business_is_answered_by_what_is_offered_about_businesses() -> None:
    firms = source("registry", Offer(BIRTH, subject_kinds=frozenset({"business"})))
    plan = planned(firms, asked=request(subject=business()))
    assert plan.items[0].settled is None
    assert planned(source(), asked=request(subject=business())).items[0].settled is Reason.NO_USABLE_SOURCE
    assert citizen().kind != business().kind
