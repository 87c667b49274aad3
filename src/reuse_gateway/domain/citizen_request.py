"""What citizens ask of a check about them (yêu cầu của công dân): objection, correction, report of a demand.

Grounds are a closed list, so that nothing personal has to be kept: whoever wants to say more does so at the counter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from reuse_gateway.domain.case import Role
from reuse_gateway.domain.case_moves import role_of
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.event import Event

# Law 91/2025/QH15 on personal data and Decree 356/2025: a request of the person is answered within 2 working days (unverified).
ANSWER_WORKING_DAYS = 2


class RequestKind(StrEnum):
    """Objection to being asked about, correction of what a source said, report of a demand made all the same."""

    OBJECTION = "objection"
    CORRECTION = "correction"
    REPORT = "report"


class Ground(StrEnum):
    """Why; each belongs to one kind (`GROUNDS`)."""

    NOT_APPLIED = "not_applied"
    NOT_NEEDED = "not_needed"
    WRONG = "wrong"
    OUTDATED = "outdated"
    MISSING = "missing"
    NOT_MINE = "not_mine"
    DEMANDED = "demanded"


GROUNDS = {
    RequestKind.OBJECTION: frozenset({Ground.NOT_APPLIED, Ground.NOT_NEEDED}),
    RequestKind.CORRECTION: frozenset({Ground.WRONG, Ground.OUTDATED, Ground.MISSING, Ground.NOT_MINE}),
    RequestKind.REPORT: frozenset({Ground.DEMANDED}),
}


class RequestState(StrEnum):
    """`overdue`: the last day is over and nobody answered."""

    OPEN = "open"
    OVERDUE = "overdue"
    ANSWERED = "answered"


class Answer(StrEnum):
    """`accepted`: done as asked; `passed_on`: the owner of the source was told; `refused`: with a reason."""

    ACCEPTED = "accepted"
    PASSED_ON = "passed_on"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class CitizenRequest:
    """One request. `place` is the number of the paper in its check; None = the check as a whole.

    `subject` is the pseudonym whose token asked; None for a report, which needs the receipt in hand and no name.
    `due_on` is the last day in Vietnam. `again` counts the reports of the same paper that were answered before this one.
    """

    id: str
    kind: RequestKind
    ground: Ground
    made_at: datetime
    due_on: date
    check_id: str
    agency: str
    procedure: str
    place: int | None = None
    evidence_type: str | None = None
    subject: str | None = None
    again: int = 0

    def state(self, answer: RequestAnswer | None, today: date) -> RequestState:
        """Where it stands on a Vietnamese day."""
        if answer:
            return RequestState.ANSWERED
        return RequestState.OVERDUE if today > self.due_on else RequestState.OPEN

    @property
    def told(self) -> Event:
        """What others are told: ids and codes, neither the check nor the person."""
        body = {"request_id": self.id, "kind": self.kind.value, "ground": self.ground.value, "agency": self.agency,
                "procedure": self.procedure, "evidence_type": self.evidence_type}  # fmt: skip
        return Event("citizen.reported" if self.kind is RequestKind.REPORT else "citizen.requested", self.made_at, body)


@dataclass(frozen=True, slots=True)
class RequestAnswer:
    """The one answer of a request; `words` are the office's and stand where the citizen reads them."""

    request_id: str
    answer: Answer
    words: str
    answered_at: datetime
    client_id: str
    agency: str

    @property
    def told(self) -> Event:
        """What others are told."""
        body = {"request_id": self.request_id, "answer": self.answer.value, "agency": self.agency}
        return Event("citizen.answered", self.answered_at, body)


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A durable request with its ledger index, and its answer if there is one."""

    request: CitizenRequest
    index: int
    answer: RequestAnswer | None = None


def may_answer(caller: Caller, kind: RequestKind, agency: str) -> bool:
    """The asking agency for itself, whoever may judge its cases for all; a report the latter alone: nobody judges himself."""
    if role_of(caller, agency) is Role.AUDITOR:
        return True
    own = caller.agency == agency and bool(caller.scopes & {"check:write", "demand:write", "admin"})
    return own and kind is not RequestKind.REPORT
