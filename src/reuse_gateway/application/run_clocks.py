"""The clocks of cases (thời hạn): who does not explain in time has not answered; whoever is waited for is reminded."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from reuse_gateway.application.case_ports import CaseRecorder, CaseRows, DueStep
from reuse_gateway.application.handle_violation import step_events
from reuse_gateway.application.ports import Clock
from reuse_gateway.domain.case import CaseState, Role
from reuse_gateway.domain.case_moves import Mover, moved
from reuse_gateway.domain.case_rules import CaseRules
from reuse_gateway.domain.errors import Conflict, StoreError
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.vietnam import midnight, vietnamese_day

SOON, LATE, RULE = "soon", "late", "rule"
_AT_ONCE = 100
_DAY, _LOOKED_BACK, _NOT_ANNOUNCED = timedelta(days=1), timedelta(days=60), timedelta(days=14)
_ANSWERED_BY_RULE = frozenset({CaseState.EXPLANATION_DUE})


@dataclass(frozen=True, slots=True)
class RunClocks:
    """One round after the other. Several processes may run it: a step and a reminder belong to whoever records it first."""

    rows: CaseRows
    recorder: CaseRecorder
    rules: CaseRules
    clock: Clock

    async def __call__(self) -> int:
        """One round; how much was recorded. Raises StoreError, and what was not finished is taken up in the next round."""
        now = self.clock.now()
        today, done, trouble = vietnamese_day(now), 0, None
        for due in await self.rows.due(None, today - _DAY, _AT_ONCE, LATE):
            try:
                done += await (self._no_answer(due, today) if due.state in _ANSWERED_BY_RULE else self._remind(due, LATE))
            except StoreError as error:
                # One case that cannot be read keeps nobody else waiting; it is told when the round is made.
                trouble = error
        soon = self.rules.calendar.due_on(now, 1)
        for due in await self.rows.due(today, soon, _AT_ONCE, SOON):
            done += await self._remind(due, SOON)
        done += await self._unheard(now)
        if trouble is not None:
            raise trouble
        return done

    async def _unheard(self, now: datetime) -> int:
        """Auditors are reminded of what nobody told the agency; those that waited for a round to be closed have its clock."""
        today, clock = vietnamese_day(now), self.rules.clock(CaseState.DETECTED, vietnamese_day(now))
        if clock is None:
            return 0
        begun_before, done = midnight(self.rules.calendar.before(today, clock.working_days)), 0
        for each in await self.rows.unheard(begun_before - _LOOKED_BACK, begun_before, _AT_ONCE, LATE):
            due_on = self.rules.due_on(CaseState.DETECTED, each.recorded_at)
            if due_on is not None and due_on < today:
                late = DueStep(each.case_id, each.seq, CaseState.DETECTED, due_on, each.violation_id)
                done += await self._remind(late, LATE)
        return done

    async def _no_answer(self, due: DueStep, today: date) -> bool:
        """The end of the time to explain; the clock of the next state begins now, however late that is noticed.

        Holidays announced meanwhile lengthen the time; of a day whose holidays are not known yet two more weeks are waited.
        """
        case = await self.rows.case(due.case_id)
        if case is None or case.last is None or case.last.seq != due.seq:
            return False
        due_on = self.rules.due_on(due.state, case.last.at) or due.due_on
        if today <= due_on + (timedelta() if self.rules.calendar.is_known(due_on) else _NOT_ANNOUNCED):
            return False
        mover = Mover(Role.RULE, RULE, "")
        step = moved(case, CaseState.NO_ANSWER, mover, self.clock.now(), self.rules, violation_id=due.violation_id)
        with suppress(Conflict):
            await self.recorder.record_step(step, tuple(step_events(step)))
            return True
        return False

    async def _remind(self, due: DueStep, kind: str) -> bool:
        at = self.clock.now()
        told = {
            "case_id": due.case_id,
            "violation_id": due.violation_id,
            "state": due.state.value,
            "due_on": due.due_on.isoformat(),
        }
        with suppress(Conflict):
            await self.recorder.record_reminder(due, kind, at, (Event(f"case.due_{kind}", at, told),))
            return True
        return False
