"""What callers get (shapes on the wire), for the OpenAPI document; `rendering` writes them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from reuse_gateway.api.fact_shapes import ConnectionIn, ExceptionIn, OutageIn, ScopeIn, WaiverIn
from reuse_gateway.api.form_shapes import FormCallIn, FormIn, FormSecretIn, FormSessionIn, LintIn
from reuse_gateway.api.holding_lines import HoldingIn
from reuse_gateway.api.schemas import CheckIn, ReceiptIn
from reuse_gateway.domain.form_finding import Level, Rule


class TextOut(BaseModel):
    """A sentence or name in both languages."""

    vi: str
    en: str


class FaultOut(BaseModel):
    """One mistake in the input: where and what, never the value. `limit`: the length that was missed, where it is one."""

    pointer: str
    code: str
    message: str
    limit: int | None = None
    suggestions: list[str] | None = None


class ProblemOut(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    code: str
    instance: str | None = None
    errors: list[FaultOut] | None = None


class MatchedOut(BaseModel):
    """How the paper was recognised."""

    score: float = Field(ge=0, le=1)
    by: Literal["code", "result_code", "label"] | None


class HoldingOut(BaseModel):
    """What one source said."""

    source: str
    tier: Literal["national", "sector", "provincial"]
    evidence_type: str
    outcome: Literal["held", "absent", "unknown"]
    reason: str | None
    answered_at: str
    cached: bool
    result_code: str | None
    issued_on: str | None
    expires_on: str | None


class CitationOut(BaseModel):
    """An instrument in force on the day that decides."""

    code: str
    citation: str
    citation_en: str
    in_force_from: str
    article: str | None
    verified: bool


class SuggestionOut(BaseModel):
    """A kind of paper that may be meant."""

    evidence_type: str
    name: TextOut


class VerdictOut(BaseModel):
    """The answer for one paper."""

    ref: str
    evidence_type: str | None
    role: str
    matched: MatchedOut
    decision: Literal["must_not_ask", "may_ask", "ask_later", "not_decided"]
    reason: str
    duty: Literal["update_source", "agency_request", "original_only"] | None
    holdings: list[HoldingOut]
    satisfied_by: list[str]
    legal_basis: list[CitationOut]
    form_action: Literal["hide", "prefill", "show", "defer"]
    notice: TextOut
    suggestions: list[SuggestionOut]


class WarningOut(BaseModel):
    """A contradiction worth telling, no ground for refusal."""

    code: str
    notice: TextOut


class CheckOut(BaseModel):
    """A decided case. `receipt` and `short_code` are null for a dry run, which keeps nothing."""

    check_id: str
    decided_at: str
    procedure: str
    as_of: str
    policy_version: str
    degraded: bool
    warnings: list[WarningOut]
    items: list[VerdictOut]
    short_code: str | None
    receipt: str | None


class BatchOut(BaseModel):
    """Each its own check or problem, in the order asked."""

    results: list[CheckOut | ProblemOut]


class ReceiptOut(BaseModel):
    """The signed receipt of a check (compact JWS, Ed25519)."""

    check_id: str
    receipt: str


class VerifiedOut(BaseModel):
    """Whether a receipt is ours and what it says."""

    valid: bool
    code: str | None
    claims: dict[str, Any] | None


class RefusedLineOut(BaseModel):
    """A line that was not kept: its number from 1, where in it, and why. What stood there is not repeated."""

    line: int
    pointer: str
    code: str


class HoldingsOut(BaseModel):
    """An announcement that is kept. `new`: rows of the index; `refusals` tells the first 500 of `refused` lines."""

    source: str
    read: int
    new: int
    refused: int
    refusals: list[RefusedLineOut]


class EventOut(BaseModel):
    """Something that happened; `place` is where it stands in the one order of all events."""

    place: str
    kind: str
    at: str
    body: dict[str, Any]
    withheld: bool
    ledger: dict[str, int]


class EventsOut(BaseModel):
    """A page of events; `next_after` is the `after` of the next call, also where the page is empty."""

    items: list[EventOut]
    next_after: str | None


class AvailabilityOut(BaseModel):
    """What the probe log says of a source; `availability` is the share of the time known, planned outages left out."""

    model_config = ConfigDict(populate_by_name=True)

    source: str
    from_: str = Field(alias="from")
    to: str
    availability: float | None
    seconds: dict[str, float]
    intervals: list[dict[str, Any]]
    evidence: list[dict[str, Any]]


class FormFindingOut(BaseModel):
    """Something found in a form; `fix` mends it alone, empty where a person must decide."""

    rule: Rule
    level: Level
    pointer: str
    field: str
    evidence_type: str | None
    role: str | None
    message: TextOut
    legal_basis: list[CitationOut]
    fix: list[dict[str, Any]]


class LintOut(BaseModel):
    """What was found in a form on a day; `patch` (RFC 6902) mends all that can be mended at once."""

    procedure: str
    as_of: str
    policy_version: str
    findings: list[FormFindingOut]
    patch: list[dict[str, Any]]


PUBLISHED = (CheckIn, ReceiptIn, ProblemOut, CheckOut, BatchOut, ReceiptOut, VerifiedOut, EventsOut)
PUBLISHED += (ScopeIn, ConnectionIn, ExceptionIn, WaiverIn, OutageIn, AvailabilityOut)
PUBLISHED += (HoldingIn, HoldingsOut)
PUBLISHED += (FormIn, FormSessionIn, FormSecretIn, FormCallIn, LintIn)
