"""Cases as recorded: ports `CaseRows` (reads by key and by index) and `CaseRecorder` over the one writer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select, tuple_

from reuse_gateway.application.case_ports import DueStep, ListedCase, Standing, UnheardCase
from reuse_gateway.domain.asking import DemandKind
from reuse_gateway.domain.case import OVER, REOPENS, CaseState, Fingerprint, RecordedStep, RoundFacts, Step, ViolationCase
from reuse_gateway.domain.check import Position
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.violation import RecordedViolation
from reuse_gateway.storage.archive import altered
from reuse_gateway.storage.case_json import reminder_append, step_append, step_leaf, step_of
from reuse_gateway.storage.demand_json import demand_of
from reuse_gateway.storage.events import beside, without_events
from reuse_gateway.storage.group_commit import GroupCommit
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables import checks, demands, ledger_leaves, violations
from reuse_gateway.storage.tables_cases import case_reminders, case_state, case_steps, case_violations
from reuse_gateway.storage.violations import violation_of

_member, _step = case_violations.c, case_steps.c
_JOINED = case_violations.join(violations, violations.c.violation_id == _member.violation_id)


class StoredCases:
    """Reads; every method raises StoreError."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def case(self, case_id: str) -> ViolationCase | None:
        """The case with all its steps and the facts of its present round."""
        first = await self._reads.first(_first_of(case_id))
        if first is None:
            return None
        kept = select(case_steps, ledger_leaves.c.entry).outerjoin(
            ledger_leaves, ledger_leaves.c.leaf_index == _step.leaf_index
        )
        steps = tuple(map(_recorded, await self._reads.rows(kept.where(_step.case_id == case_id).order_by(_step.seq))))
        everything = select(func.count(), func.max(_member.leaf_index)).where(_member.case_id == case_id)
        count, newest = (await self._reads.rows(everything))[0]
        case = ViolationCase(case_id, _fingerprint(first), count, newest, steps)
        base, upto = case.span
        facts, later = await self._facts(case_id, _within(base, upto)), everything.where(_member.leaf_index > (upto or 0))
        waiting = 0 if upto in (None, newest) else (await self._reads.rows(later))[0][0]
        return replace(case, facts=facts, waiting=waiting)

    async def _facts(self, case_id: str, of_round: ColumnElement[bool]) -> RoundFacts:
        made, at = violations.c.made_at, _member.leaf_index
        told = select(violations.c.type, func.count(), func.max(at), func.min(made), func.max(made), func.min(at))
        proven = _JOINED.outerjoin(checks, checks.c.check_id == violations.c.proof_check_id)
        told = told.add_columns(func.max(checks.c.decided_at)).select_from(proven)
        wanted = told.where(_member.case_id == case_id, of_round).group_by(violations.c.type)
        rows = [tuple(row) for row in await self._reads.rows(wanted)]
        if not rows:
            return RoundFacts()
        types, counts, newest, firsts, lasts, opened, proofs = zip(*rows, strict=True)
        opening = select(demands.c.recorded_at).where(demands.c.leaf_index == min(opened))
        at_first = await self._reads.first(opening)
        opened_at = at_first.recorded_at if at_first else min(firsts)
        proof_at = max(filter(None, proofs), default=None)
        return RoundFacts(frozenset(types), sum(counts), max(newest), min(firsts), max(lasts), opened_at, proof_at)

    async def case_of(self, violation_id: str) -> str | None:
        """The case that a violation belongs to."""
        row = await self._reads.first(select(_member.case_id).where(_member.violation_id == violation_id))
        return row and row.case_id

    async def recorders(self, case_id: str) -> frozenset[str]:
        """The bodies whose tokens recorded demands of the case: those of the checks that judged them.

        Not those of inspectors, for what citizens reported to them; a report that bears no such mark is the office's word.
        """
        joined = case_violations.join(demands, demands.c.leaf_index == _member.leaf_index)
        joined = joined.join(checks, checks.c.check_id == demands.c.check_id)
        reported, of_case = demands.c.kind == DemandKind.CITIZEN_REPORT.value, _member.case_id == case_id
        told = select(checks.c.agency).select_from(joined).where(of_case, ~reported).distinct()
        heard = select(checks.c.agency, demands.c.body).select_from(joined).where(of_case, reported)
        own = [row for row in await self._reads.rows(heard) if not demand_of(row.body).by_inspector]
        return frozenset(row.agency for row in (*await self._reads.rows(told), *own))

    async def standings(self, violation_ids: Sequence[str]) -> Mapping[str, Standing]:
        """Where these violations stand."""
        if not violation_ids:
            return {}
        seen = select(func.min(_step.round)).where(_step.case_id == case_state.c.case_id, _step.seen >= case_state.c.leaf_index)
        last = select(func.coalesce(func.max(_step.round), 0)).where(_step.case_id == case_state.c.case_id)
        round = func.coalesce(seen.scalar_subquery(), last.scalar_subquery() + 1).label("round")
        wanted = select(case_state, round).where(case_state.c.violation_id.in_(violation_ids))
        rows = await self._reads.rows(wanted)
        return {row.violation_id: Standing(row.case_id, row.round, CaseState(row.state)) for row in rows}

    async def listing(self, after: tuple[int, str], limit: int, filters: Mapping[str, str]) -> Sequence[ListedCase]:
        """Cases by their first violation, the newest first, below `after`."""
        earlier = case_violations.alias()
        place = (_member.leaf_index, _member.violation_id)
        none_before = (
            ~select(earlier.c.case_id)
            .where(earlier.c.case_id == _member.case_id, tuple_(earlier.c.leaf_index, earlier.c.violation_id) < tuple_(*place))
            .exists()
        )
        wanted = select(_member.case_id, _member.leaf_index, _member.violation_id).select_from(_JOINED)
        wanted = wanted.where(none_before, _below(after), *_equal(filters)).order_by(*(each.desc() for each in place))
        found = []
        for row in await self._reads.rows(wanted.limit(limit)):
            case = await self.case(row.case_id)
            if case is not None:
                found.append(ListedCase((row.leaf_index, row.violation_id), case))
        return found

    async def violations(
        self, case_id: str, limit: int, span: tuple[int, int | None] = (-1, None)
    ) -> Sequence[RecordedViolation]:
        """Its violations, those of one round where its span is told, the newest first."""
        order = (_member.leaf_index.desc(), _member.violation_id)
        wanted = select(violations).select_from(_JOINED).where(_member.case_id == case_id, _within(*span))
        wanted = wanted.order_by(*order).limit(limit)
        return [RecordedViolation(violation_of(row), row.leaf_index) for row in await self._reads.rows(wanted)]

    async def claimed(self, claim: str) -> RecordedStep | None:
        """The step that was recorded under this claim."""
        kept = select(case_steps, ledger_leaves.c.entry)
        kept = kept.outerjoin(ledger_leaves, ledger_leaves.c.leaf_index == _step.leaf_index).where(_step.claim == claim)
        row = await self._reads.first(kept)
        return row and _recorded(row)

    async def due(self, first: date | None, last: date, limit: int, kind: str) -> Sequence[DueStep]:
        """Newest steps whose clock ends within those days and that have no reminder of this kind yet, the longest due first."""
        later = case_steps.alias()
        is_last = ~select(later.c.seq).where(later.c.case_id == _step.case_id, later.c.seq > _step.seq).exists()
        told = and_(case_reminders.c.case_id == _step.case_id, case_reminders.c.seq == _step.seq, case_reminders.c.kind == kind)
        wanted = select(case_steps).where(
            _step.due_on <= last,
            _step.due_on >= (first or date.min),
            is_last,
            ~select(case_reminders.c.seq).where(told).exists(),
        )
        rows = await self._reads.rows(wanted.order_by(_step.due_on, _step.case_id).limit(limit))
        return [
            DueStep(row.case_id, row.seq, CaseState(row.state), row.due_on, json.loads(row.body)["violation_id"])
            for row in rows
        ]

    async def unheard(self, first: datetime, before: datetime, limit: int, kind: str) -> Sequence[UnheardCase]:
        """Rounds begun by a violation recorded between these instants, without a step and a reminder of this kind."""
        last = select(case_steps.c.seq, case_steps.c.state, case_steps.c.leaf_index).where(_step.case_id == _member.case_id)
        last = last.order_by(_step.seq.desc()).limit(1).correlate(case_violations)
        state, ended_at = (last.with_only_columns(each).scalar_subquery() for each in (_step.state, _step.leaf_index))
        seq = func.coalesce(last.with_only_columns(_step.seq).scalar_subquery(), 0)
        reminded = select(case_reminders.c.seq).where(
            case_reminders.c.case_id == _member.case_id, case_reminders.c.seq == seq, case_reminders.c.kind == kind
        )
        columns = (_member.case_id, seq.label("seq"), _member.violation_id, demands.c.recorded_at)
        wanted = select(*columns).select_from(case_violations.join(demands, demands.c.leaf_index == _member.leaf_index))
        wanted = wanted.where(demands.c.recorded_at >= first, demands.c.recorded_at < before)
        wanted = wanted.where(or_(state.is_(None), and_(state.in_(REOPENS), ended_at < _member.leaf_index)), ~reminded.exists())
        rows = await self._reads.rows(wanted.order_by(demands.c.recorded_at, demands.c.leaf_index).limit(limit))
        found = {row.case_id: row for row in reversed(rows)}
        return [UnheardCase(*row) for row in reversed(found.values())]


class CaseLedger:
    """Port `CaseRecorder`: one leaf with its row, durable when it returns; raises StoreError, Conflict."""

    def __init__(self, writer: GroupCommit) -> None:
        self._writer = writer

    async def record_step(self, step: Step, events: Sequence[Event] = ()) -> Position:
        """Conflict(`already_recorded`) when the case has moved on meanwhile, or the claim stands."""
        return await self._writer.append(beside(step_append(step), events))

    async def record_reminder(self, due: DueStep, kind: str, at: datetime, events: Sequence[Event]) -> Position:
        """Conflict(`already_recorded`) when it was recorded before."""
        return await self._writer.append(reminder_append(due.case_id, due.seq, kind, due.due_on, at, events))


def _first_of(case_id: str) -> Select[Any]:
    columns = (violations.c.agency, violations.c.procedure, violations.c.evidence_type, _member.form)
    return select(*columns).select_from(_JOINED).where(_member.case_id == case_id).order_by(_member.leaf_index).limit(1)


def _fingerprint(row: Row[Any]) -> Fingerprint:
    return Fingerprint(row.agency, row.procedure, row.evidence_type, row.form)


def _recorded(row: Row[Any]) -> RecordedStep:
    """A step that is word for word what its leaf binds; nothing else is ever judged by."""
    try:
        step, leaf = step_of(row.body), step_leaf(row.body)
    except (ValueError, KeyError, TypeError):
        raise altered(row.leaf_index) from None
    if row.entry is None or without_events(bytes(row.entry)) != leaf:
        raise altered(row.leaf_index)
    return RecordedStep(step, row.leaf_index)


def _within(base: int, upto: int | None) -> ColumnElement[bool]:
    return and_(_member.leaf_index > base, True if upto is None else _member.leaf_index <= upto)


def _below(after: tuple[int, str]) -> Any:
    index, violation_id = after
    return or_(_member.leaf_index < index, and_(_member.leaf_index == index, _member.violation_id < violation_id))


def _equal(filters: Mapping[str, str]) -> list[Any]:
    found = [violations.c[name] == value for name, value in filters.items() if name != "state"]
    if "state" in filters:
        found.append(_stands_at() == filters["state"])
    return found


def _stands_at() -> ColumnElement[str]:
    """The state of the case that a violation belongs to, in the words of `ViolationCase.reopened`."""
    newer = case_violations.alias()
    newest = select(func.max(newer.c.leaf_index)).where(newer.c.case_id == _member.case_id).correlate(case_violations)
    mark = case((_step.state.in_(OVER), _step.seen), else_=_step.leaf_index)
    begun = and_(_step.state.in_(REOPENS), newest.scalar_subquery() > mark)
    last = select(case((begun, CaseState.DETECTED.value), else_=_step.state)).where(_step.case_id == _member.case_id)
    last = last.order_by(_step.seq.desc()).limit(1).correlate(case_violations)
    return func.coalesce(last.scalar_subquery(), CaseState.DETECTED.value)
