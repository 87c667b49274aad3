"""What is decided about one wanted paper (kết luận), and the closed words in which it is said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reuse_gateway.domain.holding import Holding, Outcome, State
from reuse_gateway.domain.legal_basis import Topic


class Decision(StrEnum):
    """May the paper be asked for?"""

    MUST_NOT_ASK = "must_not_ask"
    MAY_ASK = "may_ask"
    ASK_LATER = "ask_later"
    NOT_DECIDED = "not_decided"


class Reason(StrEnum):
    """Why; each belongs to exactly one decision (`RULING`)."""

    ABOLISHED_DOCUMENT = "abolished_document"
    OUTSIDE_PUBLISHED_DOSSIER = "outside_published_dossier"
    ORIGINAL_REQUIRED = "original_required"
    NO_USABLE_SOURCE = "no_usable_source"
    NO_AUTHORITY = "no_authority"
    INSUFFICIENT_SUBJECT_DATA = "insufficient_subject_data"
    HELD_VALID = "held_valid"
    HELD_EXPIRED = "held_expired"
    HELD_INCOMPLETE = "held_incomplete"
    HELD_MISMATCH = "held_mismatch"
    NOT_HELD = "not_held"
    AGENCY_MUST_OBTAIN = "agency_must_obtain"
    SOURCE_TIMED_OUT = "source_timed_out"
    SOURCE_UNAVAILABLE = "source_unavailable"
    CIRCUIT_OPEN = "circuit_open"
    BAD_ANSWER = "bad_answer"
    UNRECOGNISED_ITEM = "unrecognised_item"


class Duty(StrEnum):
    """What the agency owes beside the answer."""

    UPDATE_SOURCE = "update_source"
    AGENCY_REQUEST = "agency_request"
    ORIGINAL_ONLY = "original_only"


class FormAction(StrEnum):
    """What a form does with the field: undecided is no licence to ask, so the field waits."""

    HIDE = "hide"
    PREFILL = "prefill"
    SHOW = "show"
    DEFER = "defer"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What follows from a reason: the decision, the duty and the topic for which law is cited."""

    decision: Decision
    topic: Topic
    duty: Duty | None = None


_FORBID, _ALLOW, _LATER, _OPEN = Decision.MUST_NOT_ASK, Decision.MAY_ASK, Decision.ASK_LATER, Decision.NOT_DECIDED
RULING = {
    Reason.ABOLISHED_DOCUMENT: Ruling(_FORBID, Topic.ABOLISHED),
    Reason.OUTSIDE_PUBLISHED_DOSSIER: Ruling(_FORBID, Topic.OUTSIDE_DOSSIER),
    Reason.ORIGINAL_REQUIRED: Ruling(_ALLOW, Topic.ORIGINAL, Duty.ORIGINAL_ONLY),
    Reason.NO_USABLE_SOURCE: Ruling(_ALLOW, Topic.PUBLISHED_DOSSIER),
    Reason.NO_AUTHORITY: Ruling(_OPEN, Topic.PRIVACY),
    Reason.INSUFFICIENT_SUBJECT_DATA: Ruling(_OPEN, Topic.REUSE),
    Reason.HELD_VALID: Ruling(_FORBID, Topic.REUSE),
    Reason.HELD_EXPIRED: Ruling(_ALLOW, Topic.UPDATE_SOURCE, Duty.UPDATE_SOURCE),
    Reason.HELD_INCOMPLETE: Ruling(_ALLOW, Topic.UPDATE_SOURCE, Duty.UPDATE_SOURCE),
    Reason.HELD_MISMATCH: Ruling(_ALLOW, Topic.UPDATE_SOURCE, Duty.UPDATE_SOURCE),
    Reason.NOT_HELD: Ruling(_ALLOW, Topic.PUBLISHED_DOSSIER),
    Reason.AGENCY_MUST_OBTAIN: Ruling(_FORBID, Topic.AGENCY_OBTAINS, Duty.AGENCY_REQUEST),
    Reason.SOURCE_TIMED_OUT: Ruling(_LATER, Topic.SOURCE_TROUBLE),
    Reason.SOURCE_UNAVAILABLE: Ruling(_LATER, Topic.SOURCE_TROUBLE),
    Reason.CIRCUIT_OPEN: Ruling(_LATER, Topic.SOURCE_TROUBLE),
    Reason.BAD_ANSWER: Ruling(_LATER, Topic.SOURCE_TROUBLE),
    Reason.UNRECOGNISED_ITEM: Ruling(_OPEN, Topic.REUSE),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one wanted paper. `matched_by` is `code`, `result_code`, `label` or None; `score` is 0..1.

    `satisfied_by` names the papers that prove the same requirement where not the wanted one itself is held.
    """

    ref: str
    evidence_type: str | None
    reason: Reason
    form_action: FormAction
    score: float = 0.0
    matched_by: str | None = None
    role: str = "applicant"
    holdings: tuple[Holding, ...] = ()
    legal_basis: tuple[str, ...] = ()
    satisfied_by: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()

    @property
    def decision(self) -> Decision:
        """The one decision that the reason leads to."""
        return RULING[self.reason].decision

    @property
    def duty(self) -> Duty | None:
        """What the agency owes for this reason."""
        return RULING[self.reason].duty

    @property
    def pending(self) -> bool:
        """A source still owes the answer."""
        return self.decision is Decision.ASK_LATER

    @property
    def proofs(self) -> tuple[Holding, ...]:
        """The valid papers that a `held_valid` rests on: of the wanted kind, or of those that stand in for it."""
        if self.reason is not Reason.HELD_VALID:
            return ()
        proving = self.satisfied_by or (self.evidence_type,)
        held = (holding for holding in self.holdings if holding.outcome is Outcome.HELD)
        return tuple(each for each in held if each.state is State.VALID and each.evidence_type in proving)
