"""What handling cases needs from the world, beside `ports.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from reuse_gateway.domain.case import CaseState, RecordedStep, Step, ViolationCase
from reuse_gateway.domain.check import Position
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.violation import RecordedViolation


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a violation stands: its case, the round it belongs to and the state of that round."""

    case_id: str
    round: int
    state: CaseState


@dataclass(frozen=True, slots=True)
class DueStep:
    """The newest step of a case whose clock has run, or is about to."""

    case_id: str
    seq: int
    state: CaseState
    due_on: date
    violation_id: str


@dataclass(frozen=True, slots=True)
class UnheardCase:
    """A case of which nobody has told the agency yet: its newest step (0 = none) and its first unheard violation."""

    case_id: str
    seq: int
    violation_id: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A case in a list; `place` is where its first violation stands: ledger index and id."""

    place: tuple[int, str]
    case: ViolationCase


class CaseRows(Protocol):
    """Cases as they have been recorded; every method raises StoreError."""

    async def case(self, case_id: str) -> ViolationCase | None:
        """The case with all its steps and the facts of its present round."""
        ...

    async def case_of(self, violation_id: str) -> str | None:
        """The case that a violation belongs to."""
        ...

    async def recorders(self, case_id: str) -> frozenset[str]:
        """The bodies whose tokens recorded demands of the case; not those that wrote down what a citizen reported."""
        ...

    async def standings(self, violation_ids: Sequence[str]) -> Mapping[str, Standing]:
        """Where these violations stand."""
        ...

    async def listing(self, after: tuple[int, str], limit: int, filters: Mapping[str, str]) -> Sequence[ListedCase]:
        """Cases by their first violation, the newest first, below the place `after`."""
        ...

    async def violations(
        self, case_id: str, limit: int, span: tuple[int, int | None] = (-1, None)
    ) -> Sequence[RecordedViolation]:
        """Its violations, those of one round where its span is told, the newest first."""
        ...

    async def claimed(self, claim: str) -> RecordedStep | None:
        """The step that was recorded under this claim."""
        ...

    async def due(self, first: date | None, last: date, limit: int, kind: str) -> Sequence[DueStep]:
        """Newest steps whose clock ends within those days and that have no reminder of this kind yet; the longest due first."""
        ...

    async def unheard(self, first: datetime, before: datetime, limit: int, kind: str) -> Sequence[UnheardCase]:
        """Rounds begun by a violation recorded between these instants, without a step and a reminder of this kind."""
        ...


class CaseRecorder(Protocol):
    """One leaf each, durable when it returns; raises StoreError."""

    async def record_step(self, step: Step, events: Sequence[Event] = ()) -> Position:
        """Raises Conflict when the case has moved on meanwhile, or the claim stands."""
        ...

    async def record_reminder(self, due: DueStep, kind: str, at: datetime, events: Sequence[Event]) -> Position:
        """Raises Conflict when the reminder was recorded before."""
        ...
