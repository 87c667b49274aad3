"""The neutral decision in itself: what counts as refused, changed or clear."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from reuse_gateway.domain.form_guard import FieldVerdict, FormAnswer, Phase, undecided
from reuse_gateway.domain.registered_form import BoundField, FormState, FormVersion
from reuse_gateway.domain.verdict import FormAction, Reason, Verdict

FORM = FormVersion(
    "f1", 1, "1", FormState.PUBLISHED, "formio", "1.000894", "{}", (), "H41.12", "c", datetime(2026, 1, 1, tzinfo=UTC)
)
BOUND = BoundField("cccd", "id_card")
HELD = Verdict("cccd", "id_card", Reason.HELD_VALID, FormAction.HIDE)
ASKED = Verdict("cccd", "id_card", Reason.NOT_HELD, FormAction.SHOW)


@pytest.mark.parametrize(
    ("verdict", "present", "phase", "outcome"),
    [
        (HELD, True, Phase.SUBMIT, "blocked"),
        (HELD, True, Phase.PAGE, "blocked"),
        (HELD, True, Phase.RENDER, "partial"),
        (HELD, False, Phase.SUBMIT, "partial"),
        (ASKED, True, Phase.SUBMIT, "clear"),
        (undecided(BOUND), True, Phase.SUBMIT, "partial"),
    ],
)
def test_only_a_sure_paper_that_was_sent_blocks(verdict: Verdict, present: bool, phase: Phase, outcome: str) -> None:
    assert FormAnswer(FORM, phase, (FieldVerdict(BOUND, verdict, present),)).outcome == outcome


def test_a_form_without_bound_fields_is_clear() -> None:
    assert FormAnswer(FORM, Phase.SUBMIT, ()).outcome == "clear"


@pytest.mark.parametrize(
    ("agency", "may"), [("H41.12", True), ("H41.12.3", True), ("H41.1", False), ("H41", False), ("H41.123", False)]
)
def test_a_form_is_for_its_agency_and_those_below_it(agency: str, may: bool) -> None:
    assert FORM.open_to(agency) is may


def test_what_is_undecided_names_whose_paper_it_is() -> None:
    assert undecided(BoundField("x", "birth_certificate", "child")).role == "child"
    assert undecided(BOUND).role == "applicant"
