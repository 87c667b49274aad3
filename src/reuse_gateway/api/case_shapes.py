"""What is sent to move a case."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from reuse_gateway.domain.case import CaseState
from reuse_gateway.domain.free_text import names_somebody, plain, says_something

To = Literal[
    "notified", "explained", "confirmed", "rejected", "defect", "source", "remedy_due", "remedied", "apology_due", "apologised",
    "reported", "closed", "detected", "explanation_due", "no_answer", "escalated",
]  # fmt: skip

_WORD = r"^[a-z][a-z0-9_]{0,63}$"


class TransitionIn(BaseModel):
    """POST /v1/violations/{id}/transitions: where its case is to go, and why."""

    model_config = ConfigDict(extra="forbid")

    to: To = Field(examples=["notified"])
    reason: str | None = Field(
        None, min_length=1, max_length=2_000, description="In plain words, kept for good: no names, no numbers of people."
    )
    reason_code: str | None = Field(
        None,
        max_length=64,
        json_schema_extra={"pattern": _WORD},
        description="A stable word of the caller's own (`duplicate`); kept, and nothing is decided by it.",
    )
    officer: str | None = Field(None, min_length=1, max_length=64, description="Opaque id; kept as a pseudonym.")

    @field_validator("reason")
    @classmethod
    def _names_nobody(cls, reason: str | None) -> str | None:
        """Steps are never deleted, so nothing that looks like a person's number gets in, nor what nobody can read."""
        if reason is None:
            return None
        if names_somebody(reason):
            raise ValueError("personal_number")
        if not says_something(reason):
            raise ValueError("too_short")
        return plain(reason)

    @field_validator("reason_code")
    @classmethod
    def _is_no_number(cls, code: str | None) -> str | None:
        if code is not None and names_somebody(code):
            raise ValueError("personal_number_in_ref")
        if code is not None and not re.fullmatch(_WORD.strip("^$"), code):
            raise ValueError("not_a_word_code")
        return code

    @property
    def state(self) -> CaseState:
        """Where it is to go."""
        return CaseState(self.to)
