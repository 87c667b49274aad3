"""Whatever is kept for good refuses numbers of people in every spelling, and reasons that nobody can read."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from reuse_gateway.api.case_shapes import TransitionIn
from reuse_gateway.api.citizen_shapes import CitizenAnswerIn
from reuse_gateway.api.demand_shapes import DemandItemIn, Mau02In, OverrideIn
from reuse_gateway.api.export_shapes import ExportIn, FilterIn
from reuse_gateway.api.reveal_shapes import ApproveIn, RevealIn
from reuse_gateway.api.webhook_shapes import ReasonIn, ReplayIn, WebhookChangeIn, WebhookIn
from reuse_gateway.domain.errors import BadQuery
from reuse_gateway.domain.query_language import condition_of, parse_query
from reuse_gateway.domain.saved_filter import is_name
from reuse_gateway.domain.violation_query import Key
from tests.domain.test_free_text import SPELLINGS, UNSEEN

WHY = "lý do đầy đủ"
WORDS: tuple[tuple[type[BaseModel], str, dict[str, Any]], ...] = (
    (TransitionIn, "reason", {"to": "notified"}),
    (ApproveIn, "reason", {}),
    (RevealIn, "reason", {"purpose": "inspection"}),
    (ExportIn, "purpose", {"format": "csv"}),
    (FilterIn, "title", {"q": "agency:H41"}),
    (ReasonIn, "reason", {}),
    (WebhookIn, "reason", {"url": "https://siem.example/", "kinds": ["*"]}),
    (ReplayIn, "reason", {"after": "0.0"}),
)
CODES: tuple[tuple[type[BaseModel], str, dict[str, Any]], ...] = (
    (TransitionIn, "reason_code", {"to": "notified"}),
    (Mau02In, "number", {}),
    (DemandItemIn, "ref", {"evidence_type": "id_card"}),
    (DemandItemIn, "vneid_consent", {"ref": "a", "evidence_type": "id_card"}),
    (WebhookIn, "url", {"reason": WHY, "kinds": ["*"]}),
    (WebhookChangeIn, "url", {"reason": WHY}),
)
ASCII = {name: told for name, told in SPELLINGS.items() if told.isascii() and " " not in told and "," not in told}


def refused(shape: type[BaseModel], told: dict[str, Any]) -> str:
    """The code of the one fault; the fault repeats nothing of what was told."""
    with pytest.raises(ValidationError) as caught:
        shape.model_validate(told)
    (fault,) = caught.value.errors()
    return str(fault["msg"])


@pytest.mark.parametrize("number", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize(("shape", "field", "beside"), WORDS, ids=lambda each: getattr(each, "__name__", None))
def test_words_that_are_kept_name_nobody(shape: type[BaseModel], field: str, beside: dict[str, Any], number: str) -> None:
    assert "personal_number" in refused(shape, beside | {field: f"vụ của ông An {number}"})


@pytest.mark.parametrize("unseen", [each for each in UNSEEN if len(each) >= 10], ids=ascii)
@pytest.mark.parametrize(("shape", "field", "beside"), WORDS, ids=lambda each: getattr(each, "__name__", None))
def test_a_reason_that_nobody_can_read_is_none(shape: type[BaseModel], field: str, beside: dict[str, Any], unseen: str) -> None:
    assert "too_short" in refused(shape, beside | {field: unseen})


@pytest.mark.parametrize("number", ASCII.values(), ids=ASCII)
@pytest.mark.parametrize(("shape", "field", "beside"), CODES, ids=lambda each: getattr(each, "__name__", None))
def test_kept_codes_are_nobodys_number(shape: type[BaseModel], field: str, beside: dict[str, Any], number: str) -> None:
    told = {"url": f"https://siem.example/a?p={number}", "reason_code": f"a{number}"}.get(field, number)
    assert refused(shape, beside | {field: told})


@pytest.mark.parametrize("number", ASCII.values(), ids=ASCII)
def test_no_evidence_of_an_exception_is_a_persons_number(number: str) -> None:
    assert refused(OverrideIn, {"reason_code": "E1", "evidence": {"reference": number}})


@pytest.mark.parametrize("number", SPELLINGS.values(), ids=SPELLINGS)
def test_no_query_names_a_person_and_no_filter_is_named_by_one(number: str) -> None:
    for line in (number, f'"{number}"', f"source:{number}", f"agency:H41 -{number} severity:high"):
        with pytest.raises(BadQuery):
            parse_query(line)
    with pytest.raises(BadQuery) as caught:
        condition_of(Key.SOURCE, number)
    assert (caught.value.fault, is_name(number)) == ("personal_number_in_query", False)


@pytest.mark.parametrize("number", SPELLINGS.values(), ids=SPELLINGS)
def test_what_a_citizen_is_answered_names_nobody(number: str) -> None:
    assert "personal_number" in refused(CitizenAnswerIn, {"answer": "refused", "words": f"số {number}"})
