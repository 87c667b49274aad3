"""What a demand that waited for a source turned out to be (xem xét lại) once the source answered. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reuse_gateway.domain.verdict import Decision, Reason, Verdict


class Outcome(StrEnum):
    """`justified`: nothing stood in for the paper; `avoidable`: the State holds it, give it back; `still_open`: never told."""

    JUSTIFIED = "justified"
    AVOIDABLE = "avoidable"
    STILL_OPEN = "still_open"


@dataclass(frozen=True, slots=True)
class Reclassification:
    """The end of waiting for one paper. `check_id` None = no source was asked (the case could not be read any more)."""

    demand_id: str
    ref: str
    evidence_type: str | None
    outcome: Outcome
    at: datetime
    agency: str
    procedure: str
    check_id: str | None = None
    reason: Reason | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class RecordedReclassification:
    """A reclassification that is durable, with its ledger index."""

    reclassification: Reclassification
    index: int


def outcome_of(verdict: Verdict) -> Outcome | None:
    """What the new verdict makes of the old demand; None = a source still owes its answer.

    One that leaves the paper undecided (no authority, too little known) may yet be answered: it does not end the waiting.
    """
    if verdict.decision is Decision.MUST_NOT_ASK:
        return Outcome.AVOIDABLE
    return Outcome.JUSTIFIED if verdict.decision is Decision.MAY_ASK else None
