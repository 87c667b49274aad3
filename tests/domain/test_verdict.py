"""The closed words of an answer: every reason has one decision, and undecided is no licence to ask."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from reuse_gateway.domain.legal_basis import Topic
from reuse_gateway.domain.verdict import RULING, Decision, Duty, FormAction, Reason, Ruling

from .builders import BIRTH, DAY, citizen, decided, holding
from .scenarios import Scenario, scenarios

CONTRACT = {
    Decision.MUST_NOT_ASK: {"abolished_document", "outside_published_dossier", "held_valid", "agency_must_obtain"},
    Decision.MAY_ASK: {"original_required", "no_usable_source", "not_held", "held_expired", "held_incomplete", "held_mismatch"},
    Decision.ASK_LATER: {"source_timed_out", "source_unavailable", "circuit_open", "bad_answer"},
    Decision.NOT_DECIDED: {"no_authority", "insufficient_subject_data", "unrecognised_item"},
}
DUTIES = {
    "original_required": Duty.ORIGINAL_ONLY,
    "held_expired": Duty.UPDATE_SOURCE,
    "held_incomplete": Duty.UPDATE_SOURCE,
    "held_mismatch": Duty.UPDATE_SOURCE,
    "agency_must_obtain": Duty.AGENCY_REQUEST,
}


def test_every_reason_has_exactly_one_ruling() -> None:
    assert set(RULING) == set(Reason)
    assert all(isinstance(ruling, Ruling) and isinstance(ruling.topic, Topic) for ruling in RULING.values())


@pytest.mark.parametrize("reason", Reason)
def test_the_decision_and_duty_of_a_reason_are_those_of_the_design(reason: Reason) -> None:
    assert reason.value in CONTRACT[RULING[reason].decision]
    assert RULING[reason].duty is DUTIES.get(reason.value)


def test_the_reasons_of_the_design_are_all_there_and_no_others() -> None:
    assert {reason.value for reason in Reason} == set().union(*CONTRACT.values())


@settings(max_examples=200)
@given(scenarios())
def test_a_form_shows_a_field_exactly_when_the_paper_may_be_asked_for(case: Scenario) -> None:
    verdict = case.verdict()
    assert (verdict.form_action is FormAction.SHOW) is (verdict.decision is Decision.MAY_ASK)
    undecided = verdict.decision in {Decision.ASK_LATER, Decision.NOT_DECIDED}
    assert (verdict.form_action is FormAction.DEFER) is undecided


@settings(max_examples=100)
@given(scenarios())
def test_only_a_source_that_owes_an_answer_makes_a_verdict_pending(case: Scenario) -> None:
    verdict = case.verdict()
    assert verdict.pending is (verdict.decision is Decision.ASK_LATER)


@settings(max_examples=100)
@given(scenarios())
def test_a_verdict_cites_the_law_of_its_reason(case: Scenario) -> None:
    verdict = case.verdict()
    assert verdict.legal_basis == (f"L-{RULING[verdict.reason].topic}",)


def test_a_verdict_tells_what_was_asked_and_how_it_was_tied() -> None:
    verdict = decided(holding(expires_on=DAY))
    assert (verdict.ref, verdict.evidence_type, verdict.matched_by, verdict.score) == ("a", BIRTH, "code", 1.0)
    assert (verdict.role, [each.owner for each in verdict.holdings]) == ("applicant", [citizen().key])
