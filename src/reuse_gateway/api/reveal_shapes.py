"""What auditors send to lift a pseudonym, and how steps and looks are told."""

from __future__ import annotations

from typing import Any

from pydantic import Field, field_validator

from reuse_gateway.api.schemas import Strict, SubjectIn
from reuse_gateway.application.reveal_identity import Answered
from reuse_gateway.domain.free_text import names_somebody, plain, says_something
from reuse_gateway.domain.receipt import instant
from reuse_gateway.domain.reveal import Look, RevealPurpose, RevealStep

_LETTERS = 5
_PURPOSES = ", ".join(RevealPurpose)


class ApproveIn(Strict):
    """Why, in plain words, kept for good: no names, no numbers of people."""

    reason: str = Field(min_length=10, max_length=500)

    @field_validator("reason")
    @classmethod
    def _names_nobody(cls, told: str) -> str:
        """Steps are never deleted, so nothing that looks like a person's number gets in; ten blanks or dots are no reason."""
        if names_somebody(told):
            raise ValueError("personal_number")
        if len(plain(told)) < 10 or not says_something(told, _LETTERS):
            raise ValueError("too_short")
        return plain(told)


class RevealIn(ApproveIn):
    """POST /v1/violations/{id}/officer:reveal: what for, and why."""

    purpose: str = Field(max_length=40, description=f"One of {_PURPOSES}.", examples=["inspection"])


class ConfirmIn(RevealIn):
    """POST /v1/violations/{id}/subject:confirm: the person whom the auditor has in mind."""

    subject: SubjectIn


REVEALS = (ApproveIn, RevealIn, ConfirmIn)


def step_told(answered: Answered) -> dict[str, Any]:
    """A recorded step; `state` says what comes next: another client's approval, opening, or nothing."""
    reveal = answered.reveal
    state = {RevealStep.ASKED: "asked", RevealStep.APPROVED: "approved", RevealStep.TOLD: "told"}[reveal.step]
    told = {
        "reveal_id": reveal.id,
        "violation_id": reveal.violation_id,
        "state": state,
        "purpose": reveal.purpose,
        "at": instant(reveal.at),
        "ledger": {"index": answered.position.index},
    }
    return told | ({"officer": answered.officer} if answered.officer is not None else {})


def look_told(look: Look) -> dict[str, Any]:
    """Who, when and what; of reveals also what for and why, never what was shown or whether a guess was right."""
    return {
        "at": instant(look.at),
        "client_id": look.client_id,
        "agency": look.agency,
        "what": look.what,
        "reveal_id": look.reveal_id,
        "step": look.step,
        "purpose": look.purpose,
        "reason": look.reason,
        "ledger": {"index": look.index},
    }
