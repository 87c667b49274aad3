"""A demand made by an office (yêu cầu): who asked for what, how and when, and what it turned out to be."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from reuse_gateway.domain.asking import Asked, Channel, DemandKind, Manner, Mau02, Means
from reuse_gateway.domain.check import CheckRequest
from reuse_gateway.domain.override import Override, OverrideRuling
from reuse_gateway.domain.verdict import RULING, Decision, Reason
from reuse_gateway.domain.violation import Defect, SeenDefect, Violation, ViolationType


class Finding(StrEnum):
    """What a demand turns out to be, paper by paper."""

    LAWFUL = "lawful"
    VIOLATION = "violation"
    CATALOGUE_DEFECT = "catalogue_defect"
    SOURCE_FAILURE = "source_failure"
    PROVISIONAL = "provisional"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Everything about a demand but whom it is about and which papers. `made_at` is aware UTC.

    `by_inspector`: a citizen's report that an auditor wrote down (`case_moves.hears_citizens`), not the office's word.
    """

    kind: DemandKind
    made_at: datetime
    asked: tuple[Asked, ...] = ()
    received_by: Channel | None = None
    means: Means | None = None
    mau_02: Mau02 | None = None
    reason_stated: bool = False
    shown_check: str | None = None
    override: Override | None = None
    form: str | None = None
    by_inspector: bool = False

    def how(self, ref: str) -> Asked:
        """How this paper was asked for; nothing is known of one that was not told."""
        return next((each for each in self.asked if each.ref == ref), Asked(ref))


@dataclass(frozen=True, slots=True)
class DemandCase:
    """What an office really asked, as it came in: the case to be checked and how it was put."""

    request: CheckRequest
    circumstances: Circumstances


@dataclass(frozen=True, slots=True)
class JudgedPaper:
    """What the demand for one paper was. `relied_on`: the earlier check that had told the agency it may ask.

    `reason` None = a demand of before reasons were kept beside findings.
    """

    ref: str
    evidence_type: str | None
    reason: Reason | None
    finding: Finding
    manner: Manner | None = None
    defects: tuple[Defect, ...] = ()
    override: OverrideRuling | None = None
    relied_on: str | None = None

    @property
    def waits(self) -> bool:
        """A source owed the answer when it was asked for."""
        return self.reason is not None and RULING[self.reason].decision is Decision.ASK_LATER


@dataclass(frozen=True, slots=True)
class Breach:
    """A violation before it is recorded; `ref` is empty where the whole demand is meant."""

    type: ViolationType
    ref: str = ""
    evidence_type: str = ""
    severity: str = "medium"
    source: str | None = None
    legal_basis: tuple[str, ...] = ()
    personal_liability: bool = False
    proof_check_id: str | None = None


@dataclass(frozen=True, slots=True)
class Judgment:
    """What the pure rule says of a demand: per paper, the violations with neither id nor place, the defects seen."""

    papers: tuple[JudgedPaper, ...]
    breaches: tuple[Breach, ...] = ()
    defects: tuple[SeenDefect, ...] = ()


@dataclass(frozen=True, slots=True)
class Demand:
    """An office really asked. It is judged by a check made for it; `check_id` leads to what was known.

    `supplement_no` counts the supplement requests of one dossier from 1; None = none, or no dossier was named.
    `form`: the registered form that asked, with its revision. `told_late`: recorded after an own check that found a paper of
    it held, though made before that check by the office's word alone. `by_inspector`: as in `Circumstances`.
    """

    id: str
    kind: DemandKind
    made_at: datetime
    recorded_at: datetime
    agency: str
    client_id: str
    procedure: str
    check_id: str
    subject: str
    papers: tuple[JudgedPaper, ...]
    dossier: str | None = None
    officer: str | None = None
    received_by: Channel | None = None
    means: Means | None = None
    mau_02: Mau02 | None = None
    reason_stated: bool = False
    supplement_no: int | None = None
    override: Override | None = None
    form: str | None = None
    told_late: bool = False
    by_inspector: bool = False
    violations: tuple[Violation, ...] = field(default=())
    defects: tuple[SeenDefect, ...] = field(default=())

    @property
    def findings(self) -> tuple[tuple[str, Finding], ...]:
        """What each paper was, by the caller's own name for it."""
        return tuple((paper.ref, paper.finding) for paper in self.papers)


@dataclass(frozen=True, slots=True)
class RecordedDemand:
    """A demand that is durable, with the ledger index of its leaf."""

    demand: Demand
    index: int


@dataclass(frozen=True, slots=True)
class PendingCase:
    """A demand that waits for sources. `sealed` is the case, readable with the key ring alone; `attempts` so far."""

    demand_id: str
    sealed: bytes
    sources: tuple[str, ...]
    next_at: datetime
    ends_at: datetime
    attempts: int = 0
