"""Cases in memory: the ports `CaseRows` and `CaseRecorder` with their MUSTs, and the letters beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from reuse_gateway.api.case_services import CaseServices
from reuse_gateway.application.case_ports import DueStep, ListedCase, Standing
from reuse_gateway.application.handle_violation import HandleViolation
from reuse_gateway.application.issue_letter import IssueLetter
from reuse_gateway.application.word_letter import WordLetter
from reuse_gateway.bootstrap_cases import write_letter
from reuse_gateway.domain.case import CaseState, Fingerprint, RecordedStep, RoundFacts, Step, ViolationCase
from reuse_gateway.domain.case_letter import RecordedLetter
from reuse_gateway.domain.check import Position
from reuse_gateway.domain.errors import Conflict
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.violation import RecordedViolation
from tests.api.letter_fakes import MemoryLetters


@dataclass
class MemoryCases(MemoryLetters):
    """Over the violations that a store in memory keeps."""

    store: Any
    steps: list[RecordedStep] = field(default_factory=list)
    kept_letters: list[RecordedLetter] = field(default_factory=list)
    reminded: set[tuple[str, int, str]] = field(default_factory=set)
    told: list[Event] = field(default_factory=list)

    def _members(self, case_id: str) -> list[RecordedViolation]:
        return [each for each in self.store.kept_violations if _case_id(each) == case_id]

    async def case_of(self, violation_id: str) -> str | None:
        found = await self.store.violation(violation_id)
        return found and _case_id(found)

    async def case(self, case_id: str) -> ViolationCase | None:
        members = self._members(case_id)
        if not members:
            return None
        steps = tuple(each for each in self.steps if each.step.case_id == case_id)
        case = ViolationCase(case_id, _common(members[0]), len(members), max(each.index for each in members), steps)
        base, upto = case.span
        of_round = [each for each in members if base < each.index <= (case.newest if upto is None else upto)]
        return replace(case, facts=_facts(of_round), waiting=sum(each.index > (upto or case.newest) for each in members))

    async def recorders(self, case_id: str) -> frozenset[str]:
        demands = {each.violation.demand_id for each in self._members(case_id)}
        told = [each for each in self.store.demands if each.id in demands and not each.by_inspector]
        return frozenset(self.store.checks[each.check_id].check.agency for each in told)

    async def standings(self, violation_ids: Sequence[str]) -> Mapping[str, Standing]:
        found = [await self.store.violation(each) for each in violation_ids]
        return {each.violation.id: self._standing(each) for each in found if each}

    def _standing(self, kept: RecordedViolation) -> Standing:
        case_id = _case_id(kept)
        steps = [each.step for each in self.steps if each.step.case_id == case_id]
        seen = [step for step in steps if step.seen >= kept.index]
        if seen:
            state = [step.state for step in steps if step.round == seen[0].round][-1]
            return Standing(case_id, seen[0].round, state)
        return Standing(case_id, steps[-1].round + 1 if steps else 1, CaseState.DETECTED)

    async def listing(self, after: tuple[int, str], limit: int, filters: Mapping[str, str]) -> Sequence[ListedCase]:
        firsts: dict[str, RecordedViolation] = {}
        for each in self.store.kept_violations:
            firsts.setdefault(_case_id(each), each)
        listed = [ListedCase((each.index, each.violation.id), await self.case(id)) for id, each in firsts.items()]
        listed = [each for each in sorted(listed, key=lambda one: one.place, reverse=True) if each.place < after]
        wanted = dict(filters)
        state = wanted.pop("state", None)
        return [
            each
            for each in listed
            if all(getattr(each.case.fingerprint, name) == value for name, value in wanted.items())
            and state in (None, each.case.state.value)
        ][:limit]

    async def violations(
        self, case_id: str, limit: int, span: tuple[int, int | None] = (-1, None)
    ) -> Sequence[RecordedViolation]:
        base, upto = span
        found = [each for each in self._members(case_id) if base < each.index and (upto is None or each.index <= upto)]
        return found[::-1][:limit]

    async def claimed(self, claim: str) -> RecordedStep | None:
        return next((each for each in self.steps if each.step.claim == claim), None)

    async def due(self, first: date | None, last: date, limit: int, kind: str) -> Sequence[DueStep]:
        newest = {each.step.case_id: each.step for each in self.steps}
        return [
            DueStep(step.case_id, step.seq, step.state, step.due_on, step.violation_id)
            for step in newest.values()
            if step.due_on
            and (first or date.min) <= step.due_on <= last
            and (step.case_id, step.seq, kind) not in self.reminded
        ][:limit]

    async def record_step(self, step: Step, events: Sequence[Event] = ()) -> Position:
        same = [each.step for each in self.steps if each.step.case_id == step.case_id]
        if step.seq != len(same) + 1 or (step.claim and await self.claimed(step.claim)):
            raise Conflict(code="already_recorded")
        position = self.store._next()
        self.steps.append(RecordedStep(step, position.index))
        self.told += events
        return position

    async def record_reminder(self, due: DueStep, kind: str, at: datetime, events: Sequence[Event]) -> Position:
        if (due.case_id, due.seq, kind) in self.reminded:
            raise Conflict(code="already_recorded")
        self.reminded.add((due.case_id, due.seq, kind))
        self.told += events
        return self.store._next()


def case_services_around(cases: MemoryCases, word: WordLetter, pseudonyms: Any, clock: Any) -> CaseServices:
    """The routes' view of them."""
    handle = HandleViolation(cases, cases, cases, word.rules, pseudonyms, clock)
    issue = IssueLetter(cases, cases, cases, cases, word, write_letter, pseudonyms, clock)
    return CaseServices(handle, cases, cases, cases, word.rules, issue)


def _common(kept: RecordedViolation) -> Fingerprint:
    violation = kept.violation
    return Fingerprint(violation.agency, violation.procedure, violation.evidence_type)


def _case_id(kept: RecordedViolation) -> str:
    return _common(kept).case_id


def _facts(members: Sequence[RecordedViolation]) -> RoundFacts:
    if not members:
        return RoundFacts()
    made = [each.violation.made_at for each in members]
    types = frozenset(each.violation.type.value for each in members)
    return RoundFacts(types, len(members), max(each.index for each in members), min(made), max(made), min(made))
