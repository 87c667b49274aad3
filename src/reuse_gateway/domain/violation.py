"""Violations (vi phạm) V01 to V16 and findings D01, D02 that are nobody's at the desk: types, weights, what each cites."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from reuse_gateway.domain.legal_basis import Topic
from reuse_gateway.domain.source import Tier
from reuse_gateway.domain.verdict import Reason, Verdict

# Law 148/2025/QH15 answers for the official only from its first day, and only after a successful query of a connected source.
LIABILITY_FROM = date(2026, 7, 1)
CERTIFIED_COPY = "certified_copy"


class ViolationType(StrEnum):
    """The catalogue of violations."""

    HELD_NATIONALLY = "V01"
    HELD_IN_SECTOR = "V02"
    HELD_PROVINCIALLY = "V03"
    OUTSIDE_DOSSIER = "V04"
    ABOLISHED = "V05"
    ORIGINAL_OF_E_RESULT = "V06"
    COPY_OF_SHOWN = "V07"
    CERTIFIED_ON_TOP = "V08"
    SHOWN_IN_VNEID = "V09"
    TYPED_AGAIN = "V10"
    AGENCY_MUST_OBTAIN = "V11"
    SECOND_SUPPLEMENT = "V12"
    SUPPLEMENT_WITHOUT_FORM = "V13"
    PAPER_AFTER_ELECTRONIC = "V14"
    WITHOUT_EVIDENCE = "V15"
    FORM_KEPT_ASKING = "V16"


class Defect(StrEnum):
    """What a demand brings to light that is not the officer's fault."""

    CATALOGUE = "D01"
    SOURCE = "D02"


@dataclass(frozen=True, slots=True)
class Violation:
    """One forbidden demand, as detected. Immutable; what becomes of it is told by later events.

    `ref` and `evidence_type` are empty where the whole demand is meant; `proof_check_id`: the earlier check that told the
    agency.
    """

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
    proof_check_id: str | None = None


@dataclass(frozen=True, slots=True)
class RecordedViolation:
    """A violation with the ledger index of the demand's leaf. `channel`: the kind of the demand that it was found in.

    `state` is that of its case as it stands now; empty where nobody asked.
    """

    violation: Violation
    index: int
    channel: str = ""
    case_id: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class SeenDefect:
    """A catalogue defect or source failure that one demanded paper showed. `place`: the dossier's row, or the source."""

    code: Defect
    ref: str
    evidence_type: str
    place: str
    legal_basis: tuple[str, ...] = ()


_WEIGHTS = ("low", "medium", "high")
_HIGH = ("V01", "V02", "V03", "V04", "V05", "V09", "V11")
SEVERITY = {kind: "high" if kind in _HIGH else "low" if kind == "V10" else "medium" for kind in ViolationType}
# What forbids it. None = a rule of this gateway alone, so that no instrument is cited and no day needs one.
TOPIC: dict[ViolationType, Topic | None] = {
    ViolationType.HELD_NATIONALLY: Topic.REUSE,
    ViolationType.HELD_IN_SECTOR: Topic.REUSE,
    ViolationType.HELD_PROVINCIALLY: Topic.REUSE,
    ViolationType.OUTSIDE_DOSSIER: Topic.OUTSIDE_DOSSIER,
    ViolationType.ABOLISHED: Topic.ABOLISHED,
    ViolationType.ORIGINAL_OF_E_RESULT: Topic.E_RESULT,
    ViolationType.COPY_OF_SHOWN: Topic.SHOWN_ONLY,
    ViolationType.CERTIFIED_ON_TOP: Topic.ABOLISHED,
    ViolationType.SHOWN_IN_VNEID: Topic.VNEID,
    ViolationType.TYPED_AGAIN: Topic.PREFILL,
    ViolationType.AGENCY_MUST_OBTAIN: Topic.AGENCY_OBTAINS,
    ViolationType.SECOND_SUPPLEMENT: Topic.SECOND_SUPPLEMENT,
    ViolationType.SUPPLEMENT_WITHOUT_FORM: Topic.SUPPLEMENT_FORM,
    ViolationType.PAPER_AFTER_ELECTRONIC: Topic.END_TO_END,
    ViolationType.WITHOUT_EVIDENCE: None,
    ViolationType.FORM_KEPT_ASKING: Topic.FORM_OBEYS,
}
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


def violation_type(verdict: Verdict) -> ViolationType | None:
    """The type of violation that a demand against this verdict is; None where it is none."""
    if verdict.reason is Reason.ABOLISHED_DOCUMENT and verdict.evidence_type == CERTIFIED_COPY:
        return ViolationType.CERTIFIED_ON_TOP
    if verdict.reason is not Reason.HELD_VALID:
        return _BY_REASON.get(verdict.reason)
    tiers = {holding.tier for holding in verdict.proofs}
    return next((_BY_TIER[tier] for tier in Tier if tier in tiers), None)


def weight(kind: ViolationType, untold: ViolationType | None) -> str:
    """The severity by the table; that of a form that was told is never less than what it would be, had nobody told it.

    `untold`: what asking for the paper is by itself. That one was told beforehand aggravates, it excuses nothing.
    """
    own = untold if kind is ViolationType.FORM_KEPT_ASKING else None
    return max((SEVERITY[each] for each in (kind, own) if each), key=_WEIGHTS.index)


def personal_liability(verdict: Verdict, made_on: date, answered_before_demand: bool) -> bool:
    """Law 148/2025/QH15: connected, queried with valid data before the demand, on or after 1 July 2026; else never."""
    return verdict.reason is Reason.HELD_VALID and made_on >= LIABILITY_FROM and answered_before_demand
