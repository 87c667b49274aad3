"""What is sent to move a case."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from reuse_gateway.domain.case import CaseState
from reuse_gateway.domain.text import nfc

_PERSONAL_NUMBER = re.compile(r"(?:[0-9][\s.-]?){9,}")
To = Literal[
    "notified", "explained", "confirmed", "rejected", "defect", "source", "remedy_due", "remedied", "apology_due", "apologised",
    "reported", "closed", "detected", "explanation_due", "no_answer", "escalated",
]  # fmt: skip


class TransitionIn(BaseModel):
    """POST /v1/violations/{id}/transitions: where its case is to go, and why."""

    model_config = ConfigDict(extra="forbid")

    to: To = Field(examples=["notified"])
    reason: str | None = Field(
        None, min_length=1, max_length=2_000, description="In plain words, kept for good: no names, no numbers of people."
    )
    reason_code: str | None = Field(None, pattern=r"^[a-z][a-z0-9_]{0,63}$", description="A stable word of the caller's own.")
    officer: str | None = Field(None, min_length=1, max_length=64, description="Opaque id; kept as a pseudonym.")

    @field_validator("reason")
    @classmethod
    def _names_nobody(cls, reason: str | None) -> str | None:
        """Steps are never deleted, so nothing that looks like a person's number gets in."""
        if reason is not None and _PERSONAL_NUMBER.search(reason):
            raise ValueError("personal_number")
        return reason and nfc(reason)

    @property
    def state(self) -> CaseState:
        """Where it is to go."""
        return CaseState(self.to)
