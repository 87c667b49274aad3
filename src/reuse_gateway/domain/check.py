"""A check (lượt kiểm tra): one question about a whole case, and what is kept of the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from reuse_gateway.domain.procedure import ProcedureCode
from reuse_gateway.domain.subject import Business, Subject
from reuse_gateway.domain.verdict import Verdict

APPLICANT, ORGANISATION = "applicant", "organisation"
MOST_ITEMS = 64


class Stage(StrEnum):
    """When the paper is wanted: at intake, while the dossier is worked on, or as a supplement."""

    INTAKE = "intake"
    PROCESSING = "processing"
    SUPPLEMENT = "supplement"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, proved by a token: the client, the agency it speaks for and what it may do."""

    client_id: str
    agency: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One paper asked about. Exactly one of `evidence_type`, `result_code`, `label` is given.

    `role` None = not said: the applicant's, unless the dossier lists the paper for other people alone; `strict` False = words
    alone told the role, so that the rows of the dossier count more.
    `about` holds numbers of the thing a paper is about (plate, parcel, certificate number), as (name, value) pairs.
    """

    ref: str
    evidence_type: str | None = None
    result_code: str | None = None
    label: str | None = None
    role: str | None = None
    about: tuple[tuple[str, str], ...] = ()
    strict: bool = True

    @property
    def role_said(self) -> bool:
        """Somebody said whose paper is meant."""
        return self.role is not None and self.strict


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """Who + which procedure + which papers, as the caller put it; `as_of` is the day whose law decides."""

    procedure: ProcedureCode
    subject: Subject
    wanted: tuple[Wanted, ...]
    as_of: date
    case: str | None = None
    stage: Stage = Stage.INTAKE
    dossier: str | None = None
    officer: str | None = None
    dry_run: bool = False
    others: Mapping[str, Subject] = field(default_factory=dict)

    def subject_of(self, role: str) -> Subject | None:
        """The person or body that plays a role in the case; a body that applies is the organisation itself."""
        if role == APPLICANT or (role == ORGANISATION and role not in self.others and isinstance(self.subject, Business)):
            return self.subject
        return self.others.get(role)


@dataclass(frozen=True, slots=True)
class Check:
    """The decided case as it is recorded: pseudonyms only, codes only, nothing that names a person."""

    id: str
    short_code: str
    decided_at: datetime
    client_id: str
    agency: str
    procedure: str
    as_of: date
    stage: Stage
    policy_version: str
    subject: str
    verdicts: tuple[Verdict, ...]
    case: str | None = None
    dossier: str | None = None
    officer: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def degraded(self) -> bool:
        """Some source that could hold a paper has not answered."""
        return any(verdict.pending for verdict in self.verdicts)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a leaf stands in the ledger: its index, and the size of the tree that first held it."""

    index: int
    size: int


@dataclass(frozen=True, slots=True)
class RecordedCheck:
    """A check that is durable, with its place in the ledger."""

    check: Check
    position: Position
