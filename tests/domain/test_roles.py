"""Roles, lists and lookups: whose paper it is, what else would prove the same, and that each source is asked once."""

from __future__ import annotations

from datetime import date

import pytest

from reuse_gateway.domain.decide import decide
from reuse_gateway.domain.holding import Holding
from reuse_gateway.domain.plan import Lookup
from reuse_gateway.domain.source import Offer
from reuse_gateway.domain.verdict import Decision, Reason, Verdict

from .builders import (
    BIRTH,
    ID_CARD,
    KINDS,
    MARRIAGE,
    RESIDENCE,
    absent,
    agency,
    citizen,
    decided,
    filed,
    holding,
    law,
    planned,
    recorded,
    request,
    row,
    source,
    unknown,
    version,
    wanted,
)

CHILD = citizen(2)
REGISTRY = source("registry", BIRTH, MARRIAGE, RESIDENCE, ID_CARD)


def of_the_child(**changes) -> Verdict:
    """The child's birth certificate, wanted of a case that names the child; the answer is filed about the child."""
    asked = request(wanted(role="child"), others={"child": CHILD})
    plan = planned(REGISTRY, asked=asked, dossier=version(row(role="child")))
    return decide(plan, filed(holding(**changes), subject_key=CHILD.key), law(), KINDS)[0]


def proved(*answers: Holding, lists: tuple = ((BIRTH,), (MARRIAGE, RESIDENCE))) -> Verdict:
    """The birth certificate, where a row also takes other papers."""
    return decided(*answers, sources=(REGISTRY,), dossier=version(row(*lists)))


def test_the_childs_birth_certificate_is_looked_up_and_judged_as_the_childs() -> None:
    assert of_the_child(owner=CHILD.key).reason is Reason.HELD_VALID


def test_the_childs_birth_certificate_is_not_the_applicants() -> None:
    assert of_the_child(owner=citizen().key).reason is Reason.BAD_ANSWER
    plan = planned(REGISTRY, asked=request(wanted(role="child"), others={"child": CHILD}), dossier=version(row(role="child")))
    assert decide(plan, filed(holding()), law(), KINDS)[0].reason is Reason.SOURCE_UNAVAILABLE


@pytest.mark.parametrize(("asked_of", "row_of"), [("applicant", "child"), ("child", "applicant"), ("spouse", "child")])
def test_a_dossier_that_wants_a_paper_of_one_person_does_not_want_it_of_another(asked_of: str, row_of: str) -> None:
    asked = request(wanted(role=asked_of), others={"child": CHILD, "spouse": citizen(3)})
    answer = decided(asked=asked, dossier=version(row(role=row_of)))
    assert answer.reason is Reason.OUTSIDE_PUBLISHED_DOSSIER


@pytest.mark.parametrize(
    ("roles", "role"), [(("child",), "child"), (("child", "applicant"), "applicant"), (("spouse", "child"), "child")]
)
def test_where_nobody_says_whose_paper_it_is_the_dossier_tells(roles: tuple[str, ...], role: str) -> None:
    asked = request(wanted(), others={"child": CHILD, "spouse": citizen(3)})
    verdict = decided(asked=asked, dossier=version(*(row(role=each) for each in roles)))
    assert verdict.role == role


def test_a_caller_cannot_put_someone_else_in_the_applicants_place() -> None:
    assert request(others={"applicant": CHILD}).subject_of("applicant") == citizen()


def test_a_role_that_nobody_plays_has_no_subject() -> None:
    assert request().subject_of("child") is None


@pytest.mark.parametrize("own", [absent(), unknown(), holding(expires_on=date(2020, 1, 1))])
def test_another_list_whose_papers_are_all_held_proves_the_requirement(own: Holding) -> None:
    verdict = proved(own, holding(evidence_type=MARRIAGE), holding(evidence_type=RESIDENCE))
    assert (verdict.reason, verdict.satisfied_by) == (Reason.HELD_VALID, (MARRIAGE, RESIDENCE))


@pytest.mark.parametrize(
    "other",
    [absent(evidence_type=RESIDENCE), unknown(evidence_type=RESIDENCE), holding(evidence_type=RESIDENCE, owner=CHILD.key)],
)
def test_a_list_with_one_paper_missing_proves_nothing(other: Holding) -> None:
    verdict = proved(absent(), holding(evidence_type=MARRIAGE), other)
    assert (verdict.decision, verdict.satisfied_by) == (Decision.MAY_ASK, ())


def test_papers_of_different_lists_do_not_add_up() -> None:
    lists = ((BIRTH,), (MARRIAGE, RESIDENCE), (ID_CARD, RESIDENCE))
    verdict = proved(absent(), holding(evidence_type=MARRIAGE), holding(evidence_type=ID_CARD), lists=lists)
    assert verdict.reason is Reason.NOT_HELD


def test_a_paper_of_another_row_proves_nothing_about_this_one() -> None:
    dossier = version(row(BIRTH), row(MARRIAGE))
    verdict = decided(absent(), holding(evidence_type=MARRIAGE), sources=(REGISTRY,), dossier=dossier)
    assert verdict.reason is Reason.NOT_HELD


def test_each_paper_of_a_list_is_judged_by_itself() -> None:
    verdict = proved(holding(), absent(evidence_type=MARRIAGE), lists=((BIRTH, MARRIAGE),))
    assert (verdict.reason, verdict.satisfied_by) == (Reason.HELD_VALID, ())


def test_a_wanted_paper_that_no_source_holds_can_be_proved_by_one_that_is_held() -> None:
    marriages = source("registry", MARRIAGE)
    verdict = decided(holding(evidence_type=MARRIAGE), sources=(marriages,), dossier=version(row(BIRTH, MARRIAGE)))
    assert (verdict.reason, verdict.satisfied_by) == (Reason.HELD_VALID, (MARRIAGE,))


def test_a_source_is_asked_once_for_all_papers_it_may_hold() -> None:
    papers = (wanted(BIRTH, "a"), wanted(MARRIAGE, "b"), wanted(BIRTH, "c"))
    plan = planned(REGISTRY, asked=request(*papers), dossier=version(row(BIRTH, RESIDENCE), row(MARRIAGE)))
    assert plan.lookups == (Lookup("registry", citizen(), (BIRTH, MARRIAGE, RESIDENCE)),)


def test_two_people_and_two_things_are_asked_about_apart() -> None:
    papers = (wanted(BIRTH, "a"), wanted(BIRTH, "b", role="child"), wanted(BIRTH, "c", about=(("plate", "37A"),)))
    asked = request(*papers, others={"child": CHILD})
    plates = source("plates", Offer(BIRTH, needs=frozenset({"about.plate"})))
    plan = planned(source(), plates, asked=asked, dossier=version(row(), row(role="child")))
    assert [(each.subject, each.about) for each in plan.lookups] == [
        (citizen(), ()),
        (CHILD, ()),
        (citizen(), (("plate", "37A"),)),
    ]


@pytest.mark.parametrize(
    "parts",
    [
        {"asked": request(wanted(MARRIAGE))},
        {"dossier": version(row(original=True))},
        {"who": agency("nothing")},
        {"asked": request(wanted("no_such_paper"))},
    ],
    ids=["outside", "original", "no authority", "unrecognised"],
)
def test_what_is_settled_already_is_asked_of_no_source(parts: dict) -> None:
    assert planned(REGISTRY, **parts).lookups == ()


def test_a_source_that_the_agency_may_not_ask_is_not_asked() -> None:
    plan = planned(source(), source("other"), who=agency("registry"))
    assert [each.source for each in plan.lookups] == ["registry"]


@pytest.mark.parametrize(("answer", "degraded"), [(unknown(), True), (holding(), False), (absent(), False)])
def test_a_check_is_degraded_while_a_source_owes_an_answer(answer: Holding, degraded: bool) -> None:
    assert recorded(decided(holding()), decided(answer)).check.degraded is degraded
