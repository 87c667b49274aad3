"""What letters of cases need from the world, beside `case_ports.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from reuse_gateway.domain.applicant import Applicant, Owed, RoundSpan
from reuse_gateway.domain.case_letter import CaseLetter, LetterKind, RecordedLetter
from reuse_gateway.domain.check import Position
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.violation import RecordedViolation


class LetterRows(Protocol):
    """Letters as they were issued; every method raises StoreError."""

    async def letter(self, case_id: str, round: int, kind: LetterKind, addressee: str = "") -> RecordedLetter | None:
        """The registered letter of that round to this addressee, or the one to all of them."""
        ...

    async def letters(self, case_id: str, after: int, limit: int) -> Sequence[RecordedLetter]:
        """Letters of the case beyond the ledger index `after`, in the order of the ledger, without their files."""
        ...

    async def last_number(self, issuer: str, kind: LetterKind, year: int) -> int:
        """The number of the issuer's last letter of that kind and year; 0 = none."""
        ...


class ApplicantRows(Protocol):
    """Who is owed letters; every method raises StoreError. MUST NOT hold more than a page of applicants."""

    async def applicants(self, span: RoundSpan, after: tuple[int, int], limit: int, owed: bool) -> Sequence[Applicant]:
        """Applicants of the round in the order of their first violation, beyond the place `after`; `owed` = without letter."""
        ...

    async def applicant(self, span: RoundSpan, violation_id: str) -> Applicant | None:
        """The applicant whom this violation of the round concerns; None = it is not of this round."""
        ...

    async def owed(self, span: RoundSpan) -> Owed:
        """How many there are and how many wait."""
        ...

    async def wronged(self, span: RoundSpan, applicant: Applicant, limit: int) -> Sequence[RecordedViolation]:
        """The applicant's violations of the round, the newest first."""
        ...


class LetterRecorder(Protocol):
    """One leaf each, durable when it returns; raises StoreError."""

    async def record_letter(self, letter: CaseLetter, events: Sequence[Event] = ()) -> Position:
        """Raises Conflict when the number is taken, or the letter to this addressee stands."""
        ...
