"""What was counted in a period: papers asked about, dossiers seen, dossiers that the offices say they received."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum


class By(StrEnum):
    """What the rows of a report are by."""

    AGENCY = "agency"
    PROCEDURE = "procedure"
    EVIDENCE_TYPE = "evidence_type"


@dataclass(frozen=True, slots=True)
class PaperCounts:
    """Papers of one key. A paper is counted once for each case (dossier, else check), kind and role.

    `questions` counts every asking, `unanswered` those that a source still owes, `undecided` those nothing could be said about.
    `spared`: must not be asked for. `reusable`: found valid in a source; `reused`: of these, never demanded in that case.
    `requests`: papers that offices really demanded, `avoidable` those that were forbidden or turned out to be held.
    """

    questions: int = 0
    unanswered: int = 0
    undecided: int = 0
    papers: int = 0
    spared: int = 0
    reusable: int = 0
    reused: int = 0
    requests: int = 0
    avoidable: int = 0
    violations: int = 0

    def __add__(self, other: PaperCounts) -> PaperCounts:
        """Both together; right only for keys that have no paper in common."""
        return PaperCounts(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(PaperCounts)))


@dataclass(frozen=True, slots=True)
class DossierCounts:
    """Dossiers whose first check lies in the period, under the agency and procedure of that check.

    `reusing`: at least one paper was reused; `from_store`: from the national personal paper store; `population`: from the
    population database.
    """

    agency: str
    procedure: str
    dossiers: int
    reusing: int
    from_store: int
    population: int


@dataclass(frozen=True, slots=True)
class ReceivedDossiers:
    """So many dossiers were received (tiếp nhận) by an agency for a procedure on a day, as that agency's system tells."""

    agency: str
    procedure: str
    received_on: date
    dossiers: int


@dataclass(frozen=True, slots=True)
class ReceivedTotal:
    """All dossiers received in a period by one agency for one procedure."""

    agency: str
    procedure: str
    dossiers: int


@dataclass(frozen=True, slots=True)
class Counted:
    """Everything counted in one period. `days_told`: for how many of its days an agency has told what it received."""

    papers: dict[str, PaperCounts]
    dossiers: tuple[DossierCounts, ...]
    received: tuple[ReceivedTotal, ...]
    days_told: dict[str, int]
