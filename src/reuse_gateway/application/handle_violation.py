"""What becomes of a violation (xử lý vi phạm): whoever may move its case does, once, having seen all there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reuse_gateway.application.case_ports import CaseRecorder, CaseRows
from reuse_gateway.application.case_roles import acting
from reuse_gateway.application.letter_ports import ApplicantRows
from reuse_gateway.application.ports import Clock, Pseudonyms
from reuse_gateway.domain.applicant import span_of
from reuse_gateway.domain.case import CaseState, RecordedStep, Role, Step, ViolationCase
from reuse_gateway.domain.case_moves import Mover, checked, moved
from reuse_gateway.domain.case_rules import CaseRules
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.errors import CallerError, Conflict, KeyReused
from reuse_gateway.domain.event import Event


@dataclass(frozen=True, slots=True)
class Wish:
    """Where a caller wants a case to go, and why. `officer`: the person at the desk, kept as a pseudonym.

    `claim` and `claim_print` tell a repeated call from another; `met` says whether the case's tag is the one that was read.
    """

    to: CaseState
    reason: str | None = None
    reason_code: str | None = None
    officer: str | None = None
    claim: str | None = None
    claim_print: str | None = None
    met: Callable[[str], bool] = lambda _tag: True


@dataclass(frozen=True, slots=True)
class HandleViolation:
    """Moves cases. One move wins: the number of a step is taken once, whatever process comes first."""

    rows: CaseRows
    applicants: ApplicantRows
    recorder: CaseRecorder
    rules: CaseRules
    pseudonyms: Pseudonyms
    clock: Clock

    async def case_for(self, caller: Caller, violation_id: str) -> tuple[ViolationCase, Role]:
        """The case of a violation and what the caller is to it. Raises NotFound for strangers, NotAllowed(`own_case`)."""
        return await acting(self.rows, caller, await self.rows.case_of(violation_id))

    async def __call__(self, caller: Caller, violation_id: str, wish: Wish) -> RecordedStep:
        """The recorded step. Raises NotFound, NotAllowed, Conflict(`illegal_transition`, `letter_missing`, `round_over`,
        `round_to_come`), CallerError(`precondition_failed`), InvalidInput, KeyReused, StoreError.
        """
        case, role = await self.case_for(caller, violation_id)
        if (kept := await self._claimed(wish)) is not None:
            return kept
        if not wish.met(case.tag):
            raise CallerError(code="precondition_failed")
        standing = (await self.rows.standings([violation_id])).get(violation_id)
        if standing is not None and standing.round != case.round:
            code = "round_over" if standing.round < case.round else "round_to_come"
            raise Conflict(code=code, state=standing.state.value, of_case=case.state.value)
        mover = Mover(role, self.actor(caller, wish.officer), caller.agency)
        letter = await self._letters(case, role) if wish.to is CaseState.APOLOGISED else None
        step = moved(
            case,
            wish.to,
            mover,
            self.clock.now(),
            self.rules,
            violation_id=violation_id,
            reason=wish.reason,
            reason_code=wish.reason_code,
            letter=letter,
            claim=wish.claim,
            claim_print=wish.claim_print,
        )
        return await self._recorded(step, wish)

    def actor(self, caller: Caller, officer: str | None) -> str:
        """The keyed pseudonym of whoever acts: the officer, or the client where none is named."""
        return self.pseudonyms.of(f"officer:{officer}" if officer else f"client:{caller.client_id}")

    async def _recorded(self, step: Step, wish: Wish) -> RecordedStep:
        try:
            position = await self.recorder.record_step(step, tuple(step_events(step)))
        except Conflict:
            # Somebody else was first; if that was this very call before its answer was lost, its step is the answer.
            if (kept := await self._claimed(wish)) is not None:
                return kept
            raise CallerError(code="precondition_failed") from None
        return RecordedStep(step, position.index)

    async def _claimed(self, wish: Wish) -> RecordedStep | None:
        kept = await self.rows.claimed(wish.claim) if wish.claim else None
        if kept is not None and kept.step.claim_print != wish.claim_print:
            raise KeyReused()
        return kept

    async def _letters(self, case: ViolationCase, role: Role) -> str | None:
        """The numbers of the round's apologies; Conflict where an applicant of the round has none."""
        checked(case, CaseState.APOLOGISED, role)
        owed = await self.applicants.owed(span_of(case))
        if owed.left:
            raise Conflict(code="letter_missing", applicants=owed.applicants, missing=owed.left)
        return owed.letters


def step_events(step: Step) -> Iterator[Event]:
    """What is told of a step: the states passed, by which role. No person, no reason."""
    told = {"case_id": step.case_id, "violation_id": step.violation_id, "round": step.round, "by": step.by.value}
    for state in step.passed:
        due = step.due_on.isoformat() if step.due_on and state is step.state else None
        yield Event("case.moved", step.at, {**told, "state": state.value, "due_on": due})
