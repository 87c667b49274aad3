"""A case (vụ việc): the violations of one kind at one place together, its rounds and the steps of its life. Pure.

A case is opened by its first violation and by nothing else; what state it is in follows from its violations and its steps.
A round is what the agency was told of at once; what comes later waits for the next.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from reuse_gateway.domain.receipt import canonical


class CaseState(StrEnum):
    """What has become of a case, in the order of its life."""

    DETECTED = "detected"
    NOTIFIED = "notified"
    EXPLANATION_DUE = "explanation_due"
    EXPLAINED = "explained"
    NO_ANSWER = "no_answer"
    CONFIRMED = "confirmed"
    ESCALATED = "escalated"
    REJECTED = "rejected"
    DEFECT = "defect"
    SOURCE = "source"
    REMEDY_DUE = "remedy_due"
    REMEDIED = "remedied"
    APOLOGY_DUE = "apology_due"
    APOLOGISED = "apologised"
    REPORTED = "reported"
    CLOSED = "closed"


OVER = frozenset({CaseState.CLOSED})
# A violation that comes now begins the next round; an apology that is owed is made first.
REOPENS = OVER | {
    *(CaseState.REJECTED, CaseState.DEFECT, CaseState.SOURCE),
    *(CaseState.REMEDIED, CaseState.APOLOGISED, CaseState.REPORTED),
}


class Role(StrEnum):
    """Who moves a case: whoever inspects, the body that made the demands, or a rule of this gateway alone."""

    AUDITOR = "auditor"
    AGENCY = "agency"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What the violations of one case have in common. `form`: the registered form with its version, where one asked."""

    agency: str
    procedure: str
    evidence_type: str
    form: str | None = None

    @property
    def case_id(self) -> str:
        """`case_` and 128 bits that follow from the fingerprint alone: no two processes can name a case differently."""
        told = canonical([self.agency, self.procedure, self.evidence_type, self.form])
        return f"case_{hashlib.sha256(told).hexdigest()[:32]}"


@dataclass(frozen=True, slots=True)
class Step:
    """One move, for good. `passed` are the states gone through, the last one is where the case rests.

    `seen` is the ledger index of the newest violation that belongs to the round, the same in all its steps: nobody is judged
    for what he was not told of. `actor` is a keyed pseudonym; `repeats` counts the rounds in which a mended case had come
    back; `claim` and `claim_print` keep a repeated call apart from a new one.
    """

    case_id: str
    seq: int
    round: int
    seen: int
    came_from: CaseState
    passed: tuple[CaseState, ...]
    by: Role
    actor: str
    agency: str
    at: datetime
    violation_id: str
    reason_code: str | None = None
    reason: str | None = None
    due_on: date | None = None
    repeats: int = 0
    letter: str | None = None
    claim: str | None = None
    claim_print: str | None = None

    @property
    def state(self) -> CaseState:
        """Where the case rests after it."""
        return self.passed[-1]


@dataclass(frozen=True, slots=True)
class RecordedStep:
    """A step that is durable, with the index of its leaf."""

    step: Step
    index: int


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """The violations of the round at hand: types, how many, the newest one's ledger index, when first and last made.

    `opened_at` is when the first of them was recorded; `last_proof_at`, when the newest of the checks was decided that prove
    them: what an office had been told before it demanded.
    """

    types: frozenset[str] = frozenset()
    count: int = 0
    newest: int = -1
    first_made_at: datetime | None = None
    last_made_at: datetime | None = None
    opened_at: datetime | None = None
    last_proof_at: datetime | None = None

    @property
    def last_asked_at(self) -> datetime | None:
        """Before this the newest demand was not made, whatever the office says: a demand follows the check that proves it."""
        return max(filter(None, (self.last_made_at, self.last_proof_at)), default=None)


@dataclass(frozen=True, slots=True)
class ViolationCase:
    """A case as it stands. `facts` are of the present round; `count` counts all violations, `newest` is the last index.

    `waiting` counts those that came after the agency was told of the round: they are heard in the next one.
    """

    id: str
    fingerprint: Fingerprint
    count: int
    newest: int
    steps: tuple[RecordedStep, ...] = ()
    facts: RoundFacts = RoundFacts()
    waiting: int = 0

    @property
    def last(self) -> Step | None:
        """The newest step."""
        return self.steps[-1].step if self.steps else None

    @property
    def reopened(self) -> bool:
        """The next round has begun and nobody has dealt with it yet.

        It begins with a violation that comes after what ended the round, and takes along those that waited; a closed case
        begins it with those that waited alone.
        """
        if self.last is None or self.last.state not in REOPENS:
            return False
        return self.newest > (self.last.seen if self.last.state in OVER else self.steps[-1].index)

    @property
    def state(self) -> CaseState:
        """Detected, or where the last step left it."""
        return CaseState.DETECTED if self.last is None or self.reopened else self.last.state

    @property
    def round(self) -> int:
        """From 1; a violation that comes when the case is over begins the next."""
        return 1 if self.last is None else self.last.round + self.reopened

    @property
    def span(self) -> tuple[int, int | None]:
        """Beyond which ledger index the violations of the present round lie, and up to which; None = all that come."""
        if self.last is None:
            return -1, None
        base = max((each.step.seen for each in self.steps if each.step.round < self.round), default=-1)
        return base, None if self.reopened else self.last.seen

    @property
    def of_round(self) -> tuple[Step, ...]:
        """The steps of the present round."""
        return tuple(each.step for each in self.steps if each.step.round == self.round)

    @property
    def repeats(self) -> int:
        """How often it has come back after it was mended: a demand made later than the remedy, however late it is told.

        The newest remedy of any earlier round counts: a round that was rejected since takes nothing back. So does the check
        that proves a demand told late: whoever asks after it asked after the remedy as well.
        """
        before = self.last.repeats if self.last else 0
        return before + 1 if self._came_back else before

    @property
    def _came_back(self) -> bool:
        asked_at = self.facts.last_asked_at
        if not self.reopened or asked_at is None:
            return False
        mended = max(filter(None, (mended_at(self.steps, each) for each in range(1, self.round))), default=None)
        return mended is not None and asked_at > mended

    @property
    def tag(self) -> str:
        """Changes with every step and every violation that joins the round: whoever notifies has seen all there is."""
        _, upto = self.span
        return f"{self.last.seq if self.last else 0}.{self.newest if upto is None else upto}"


def mended_at(steps: tuple[RecordedStep, ...], round: int) -> datetime | None:
    """When the remedy of a round was told; None = it was never mended."""
    found = (each.step for each in steps if each.step.round == round and CaseState.REMEDIED in each.step.passed)
    return next((step.at for step in found), None)
