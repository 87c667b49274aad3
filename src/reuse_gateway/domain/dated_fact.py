"""Facts kept beside the shipped ones (dữ kiện có hiệu lực theo ngày): scopes, connections, exceptions, waivers, outages.

A change is a new row, never an edit. A row tells how its subject stands from its first day on, until a later row whose own
first day has come tells otherwise; so a row for a later day can change nothing about an earlier one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from reuse_gateway.domain.lawful_exception import Invoker


class FactKind(StrEnum):
    """What a dated fact is about."""

    SCOPE = "scope"
    CONNECTION = "connection"
    EXCEPTION = "exception"
    WAIVER = "waiver"
    OUTAGE = "outage"


@dataclass(frozen=True, slots=True)
class PublishedScope:
    """The owner has published this kind of paper as usable in place of papers (Resolution 66.7/2025).

    `territory` is an agency code, for dossiers of that branch of the tree alone; empty = everywhere. `procedures` are
    base codes, for these alone; empty = all.
    """

    source: str
    evidence_type: str
    territory: str = ""
    procedures: tuple[str, ...] = ()

    @property
    def narrowed(self) -> bool:
        """Does it hold for a part of the dossiers only?"""
        return bool(self.territory or self.procedures)

    def covers(self, agency: str, procedure: str) -> bool:
        """Does it speak about a dossier of this agency and procedure?"""
        here = not self.territory or agency == self.territory or agency.startswith(self.territory + ".")
        return here and (not self.procedures or procedure in self.procedures)


@dataclass(frozen=True, slots=True)
class Connection:
    """The settlement system draws live data from the source (Law 148/2025)."""

    source: str


@dataclass(frozen=True, slots=True)
class ExceptionTerms:
    """Other terms for one of the shipped exceptions."""

    code: str
    invokers: tuple[Invoker, ...]
    evidence: tuple[str, ...]
    max_days: int
    shown_to_applicant: bool


class WaivedThing(StrEnum):
    """What a waiver is for."""

    FORM = "form"
    PROCEDURE = "procedure"


@dataclass(frozen=True, slots=True)
class Waiver:
    """Until its last day this form, or every form of this procedure, may be published with errors; changes no verdict."""

    thing: WaivedThing
    target: str
    ground: str


@dataclass(frozen=True, slots=True)
class PlannedOutage:
    """The owner has announced that the source is out of service (tạm dừng để bảo trì) from `from_at` on, until `to_at`.

    `announcement` names the writing, never a person.
    """

    source: str
    from_at: datetime
    to_at: datetime
    announcement: str


Said = PublishedScope | Connection | ExceptionTerms | Waiver | PlannedOutage


@dataclass(frozen=True, slots=True)
class DatedFact:
    """One row. `revision` counts the rows of the same kind and id from 1; `withdrawn` = from its first day on no more."""

    kind: FactKind
    id: str
    revision: int
    says: Said
    valid_from: date
    valid_to: date | None = None
    withdrawn: bool = False
    legal_basis: tuple[str, ...] = ()

    @property
    def ref(self) -> str:
        """Its name in the ledger."""
        return f"{self.kind}/{self.id}@{self.revision}"

    def in_force(self, day: date) -> bool:
        """First and last day included."""
        return not self.withdrawn and self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class FactChange:
    """A row with who added it, when and why. `number` counts all changes of the store from 1 without a gap."""

    number: int
    fact: DatedFact
    client_id: str
    agency: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FactBook:
    """All changes known, in the order of their numbers."""

    changes: tuple[FactChange, ...] = ()

    @property
    def number(self) -> int:
        """Of the newest change; 0 = none."""
        return self.changes[-1].number if self.changes else 0

    def known_at(self, number: int) -> FactBook:
        """The book as it was when this change was the newest: what a decision of that time knew."""
        return FactBook(tuple(change for change in self.changes if change.number <= number))

    def history(self, kind: FactKind, id: str) -> tuple[FactChange, ...]:
        """All rows of one subject, the oldest first."""
        return tuple(change for change in self.changes if change.fact.kind is kind and change.fact.id == id)

    def newest(self, kind: FactKind) -> dict[str, FactChange]:
        """The row recorded last per id, whatever its days."""
        return {change.fact.id: change for change in self.changes if change.fact.kind is kind}

    def speaking_on(self, kind: FactKind, day: date) -> tuple[DatedFact, ...]:
        """Per id the row that tells how its subject stands on that day, in order of id."""
        begun = (change.fact for change in self.changes if change.fact.kind is kind and change.fact.valid_from <= day)
        speaking = {fact.id: fact for fact in begun}
        return tuple(speaking[id] for id in sorted(speaking))
