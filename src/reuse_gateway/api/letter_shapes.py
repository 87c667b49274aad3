"""What is sent to have letters issued."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class LetterIn(BaseModel):
    """POST /v1/cases/{id}/letters/{kind}: who at the desk has it issued, and to whom an apology goes."""

    model_config = ConfigDict(extra="forbid")

    officer: str | None = Field(None, min_length=1, max_length=64, description="Opaque id; kept as a pseudonym.")
    violation_id: str | None = Field(
        None,
        pattern=r"^vio_[0-9a-f]{32}$",
        description="Any violation of the applicant in this round; needed for an apology where there are several.",
    )


class LetterBatchIn(BaseModel):
    """POST /v1/cases/{id}/letters/apology:batch: how many at most, and who at the desk has them issued."""

    model_config = ConfigDict(extra="forbid")

    officer: str | None = Field(None, min_length=1, max_length=64, description="Opaque id; kept as a pseudonym.")
    limit: int = Field(100, ge=1, le=200, strict=True)


LETTERS = (LetterIn, LetterBatchIn)
