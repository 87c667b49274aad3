"""The neutral decision about a form that is shown or sent (lá chắn biểu mẫu), whichever builder made the form."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reuse_gateway.domain.check import APPLICANT, Check
from reuse_gateway.domain.registered_form import BoundField, FormVersion
from reuse_gateway.domain.verdict import Decision, FormAction, Reason, Verdict


class Phase(StrEnum):
    """When the builder calls: before the form is shown, when a page is left, when the whole is sent."""

    RENDER = "render"
    PAGE = "page"
    SUBMIT = "submit"


class FormOutcome(StrEnum):
    """What the builder does: go on, change some fields, stop because a forbidden paper stands in what was sent."""

    CLEAR = "clear"
    PARTIAL = "partial"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class FieldVerdict:
    """What was decided about one bound field, and whether the submission holds anything in it."""

    bound: BoundField
    verdict: Verdict
    present: bool = False

    @property
    def forbidden(self) -> bool:
        """It may not be asked for."""
        return self.verdict.decision is Decision.MUST_NOT_ASK

    @property
    def refused(self) -> bool:
        """It was sent although it may not be asked for. Undecided papers stop nobody."""
        return self.present and self.forbidden


@dataclass(frozen=True, slots=True)
class FormAnswer:
    """The answer to a builder. `check` None = nothing was asked, or nothing could be recorded (then `degraded`)."""

    form: FormVersion
    phase: Phase
    fields: tuple[FieldVerdict, ...]
    check: Check | None = None
    degraded: bool = False

    @property
    def refused(self) -> tuple[FieldVerdict, ...]:
        """The fields whose papers are sent back; nothing is refused before something is sent."""
        if self.phase is Phase.RENDER:
            return ()
        return tuple(each for each in self.fields if each.refused and each.bound.field not in self._partly_free)

    @property
    def shaped(self) -> tuple[FieldVerdict, ...]:
        """The fields that are not shown as they were written."""
        changed = (each for each in self.fields if each.verdict.form_action is not FormAction.SHOW)
        return tuple(each for each in changed if not (each.bound.field in self._partly_free and each.forbidden))

    @property
    def _partly_free(self) -> frozenset[str]:
        """Fields for several papers together of which one may be asked for: what is handed in there may be that one."""
        return frozenset(each.bound.field for each in self.fields if each.bound.together and not each.forbidden)

    @property
    def outcome(self) -> FormOutcome:
        """In one word."""
        if self.refused:
            return FormOutcome.BLOCKED
        return FormOutcome.PARTIAL if self.shaped else FormOutcome.CLEAR


def undecided(bound: BoundField) -> Verdict:
    """What is said of a paper when there is no time or no store left to decide: it is asked about later, and stops nobody."""
    role = bound.role or APPLICANT
    return Verdict(bound.field, bound.evidence_type, Reason.SOURCE_UNAVAILABLE, FormAction.DEFER, 1.0, "code", role)
