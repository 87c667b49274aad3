"""A demand made by an office (yêu cầu) and what it was: lawful, a violation (vi phạm), or not the officer's fault."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from reuse_gateway.domain.source import Tier
from reuse_gateway.domain.verdict import Decision, Reason, Verdict

# Law 148/2025/QH15 answers for the official only from its first day, and only after a successful query of a connected source.
LIABILITY_FROM = date(2026, 7, 1)


class ViolationType(StrEnum):
    """The types that a check can prove (V01-V05, V11), and V16: a form that was told before goes on asking."""

    HELD_NATIONALLY = "V01"
    HELD_IN_SECTOR = "V02"
    HELD_PROVINCIALLY = "V03"
    OUTSIDE_DOSSIER = "V04"
    ABOLISHED = "V05"
    AGENCY_MUST_OBTAIN = "V11"
    FORM_KEPT_ASKING = "V16"


class Finding(StrEnum):
    """What a demand turns out to be, paper by paper."""

    LAWFUL = "lawful"
    VIOLATION = "violation"
    CATALOGUE_DEFECT = "catalogue_defect"
    SOURCE_FAILURE = "source_failure"
    PROVISIONAL = "provisional"


class DemandKind(StrEnum):
    """Where the office asked."""

    INTAKE_RECEIPT = "intake_receipt"
    SUPPLEMENT_REQUEST = "supplement_request"
    COUNTER = "counter"
    CITIZEN_REPORT = "citizen_report"
    ONLINE_FORM = "online_form"


@dataclass(frozen=True, slots=True)
class Demand:
    """An office really asked. It is judged by a check made for it; `check_id` leads to what was known."""

    id: str
    kind: DemandKind
    made_at: datetime
    recorded_at: datetime
    agency: str
    client_id: str
    procedure: str
    check_id: str
    subject: str
    findings: tuple[tuple[str, Finding], ...]
    dossier: str | None = None
    officer: str | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """One forbidden demand for one paper, as detected. Immutable; what becomes of it is told by later events."""

    id: str
    type: ViolationType
    demand_id: str
    check_id: str
    ref: str
    evidence_type: str
    agency: str
    procedure: str
    source: str | None
    severity: str
    personal_liability: bool
    legal_basis: tuple[str, ...]
    made_at: datetime


@dataclass(frozen=True, slots=True)
class RecordedViolation:
    """A violation with the ledger index of the demand's leaf."""

    violation: Violation
    index: int


# The catalogue of violations weighs every type that a check alone can prove as high; others will differ.
SEVERITY = dict.fromkeys(ViolationType, "high")
_BY_TIER = {
    Tier.NATIONAL: ViolationType.HELD_NATIONALLY,
    Tier.SECTOR: ViolationType.HELD_IN_SECTOR,
    Tier.PROVINCIAL: ViolationType.HELD_PROVINCIALLY,
}
_BY_REASON = {
    Reason.ABOLISHED_DOCUMENT: ViolationType.ABOLISHED,
    Reason.OUTSIDE_PUBLISHED_DOSSIER: ViolationType.OUTSIDE_DOSSIER,
    Reason.AGENCY_MUST_OBTAIN: ViolationType.AGENCY_MUST_OBTAIN,
}


def finding(verdict: Verdict) -> Finding:
    """What demanding this paper was. Undecided and pending demands stay provisional until they are asked again."""
    if verdict.decision is Decision.MUST_NOT_ASK:
        return Finding.VIOLATION
    if verdict.decision is Decision.MAY_ASK:
        return Finding.LAWFUL
    return Finding.PROVISIONAL


def violation_type(verdict: Verdict) -> ViolationType | None:
    """The type of violation that a demand against this verdict is; None where it is none."""
    if verdict.reason is not Reason.HELD_VALID:
        return _BY_REASON.get(verdict.reason)
    tiers = {holding.tier for holding in verdict.proofs}
    return next((_BY_TIER[tier] for tier in Tier if tier in tiers), None)


def personal_liability(verdict: Verdict, made_on: date, answered_before_demand: bool) -> bool:
    """Law 148/2025/QH15: connected, queried with valid data before the demand, on or after 1 July 2026; else never."""
    return verdict.reason is Reason.HELD_VALID and made_on >= LIABILITY_FROM and answered_before_demand
