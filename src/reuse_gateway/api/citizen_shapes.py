"""Citizens' requests on the wire: what they and the offices send, and what they get."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field, field_validator

from reuse_gateway.api.schemas import Strict
from reuse_gateway.domain.free_text import names_somebody, plain


class CitizenRequestIn(Strict):
    """POST /v1/me/requests. `paper` is the number of the paper as `/v1/me/checks` tells it; none = the check as a whole."""

    kind: Literal["objection", "correction"]
    ground: Literal["not_applied", "not_needed", "wrong", "outdated", "missing", "not_mine"]
    check_id: str = Field(max_length=40)
    paper: int | None = Field(None, ge=0, le=63)


class CitizenAnswerIn(Strict):
    """POST /v1/citizen-requests/{id}/answer. A refusal needs words; they stand where the citizen reads them."""

    answer: Literal["accepted", "passed_on", "refused"]
    words: str = Field("", max_length=1_000)

    @field_validator("words")
    @classmethod
    def _no_personal_number(cls, words: str) -> str:
        if names_somebody(words):
            raise ValueError("personal_number")
        return plain(words)


class NamedOut(BaseModel):
    """A code with its name where it is known."""

    code: str
    name: dict[str, str] | None


class MyPaperOut(BaseModel):
    """One paper that was asked about; `sources` are the databases that were asked, with what each said."""

    paper: int
    evidence_type: str | None
    name: dict[str, str] | None
    decision: str
    reason: str
    sources: list[dict[str, str]]


class MyCheckOut(BaseModel):
    """One check about the person: which office, for what, when, which papers, with what outcome."""

    check_id: str
    at: str
    agency: NamedOut
    procedure: NamedOut
    stage: str
    dossier: str | None
    by_the_gateway: bool
    receipt_page: str
    papers: list[MyPaperOut]


class MyChecksOut(BaseModel):
    """GET /v1/me/checks."""

    items: list[MyCheckOut]
    next_cursor: str | None
    note: dict[str, str] | None = None


class AnswerOut(BaseModel):
    """The office's answer."""

    answer: Literal["accepted", "passed_on", "refused"]
    words: str
    at: str
    agency: str


class CitizenRequestOut(BaseModel):
    """One request with its clock: `due_on` is the last day, in Vietnam."""

    request_id: str
    kind: Literal["objection", "correction", "report"]
    ground: str
    state: Literal["open", "overdue", "answered"]
    made_at: str
    due_on: str
    check_id: str
    agency: str
    procedure: str
    paper: int | None
    evidence_type: str | None
    answer: AnswerOut | None
    ledger: dict[str, int]


class CitizenRequestsOut(BaseModel):
    """A page of requests, the newest first."""

    items: list[CitizenRequestOut]
    next_cursor: str | None


class MyRequestsOut(CitizenRequestsOut):
    """GET /v1/me/requests; `note` where nothing is found."""

    note: dict[str, str] | None = None


CITIZENS = (CitizenRequestIn, CitizenAnswerIn)
