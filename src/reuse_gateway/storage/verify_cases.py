"""Cases held against their leaves: memberships derived anew from demands, steps in one unbroken, legal life per case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select

from reuse_gateway.domain.case import OVER, REOPENS, CaseState, RecordedStep
from reuse_gateway.domain.case_moves import is_path
from reuse_gateway.storage.case_json import membership_rows, step_of, step_row
from reuse_gateway.storage.demand_json import demand_of
from reuse_gateway.storage.discrepancies import UNREADABLE, Discrepancies
from reuse_gateway.storage.tables_cases import case_steps, case_violations
from reuse_gateway.storage.verifying_reads import VerifyingReads

_MOST = 200


def membership_columns(row: Row[Any]) -> list[tuple]:
    """What a demand's body asks for in `case_violations`, behind the leaf index."""
    return membership_rows(demand_of(row.body))


def step_columns(row: Row[Any]) -> tuple[tuple, tuple]:
    """The columns that a step's body asks for, and those it has. Raises ValueError, KeyError or TypeError for one not ours."""
    return step_row(step_of(row.body), row.body), tuple(row)[1:]


async def verify_cases(reads: VerifyingReads, size: int, found: Discrepancies) -> None:
    """Every case's steps lead from one to the next without a gap or an unlawful move, about violations that are there.

    Raises StoreError.
    """
    before = None
    wanted, order = select(case_steps).where(case_steps.c.leaf_index < size), (case_steps.c.case_id, case_steps.c.seq)
    async for rows in reads.pages(wanted, order, _MOST):
        newest = await _newest(reads, rows)
        for row in rows:
            with found.reading(row.leaf_index, "a step of ours"):
                before = _follows(row, before, newest, found)


async def _newest(reads: VerifyingReads, rows: Sequence[Row[Any]]) -> dict[str, int]:
    ids = {row.case_id for row in rows}
    kept = case_violations.c
    wanted = select(kept.case_id, func.max(kept.leaf_index)).where(kept.case_id.in_(ids)).group_by(kept.case_id)
    return dict(map(tuple, await reads.rows(wanted)))


def _follows(row: Row[Any], before: RecordedStep | None, newest: dict[str, int], found: Discrepancies) -> RecordedStep | None:
    try:
        step = step_of(row.body)
    except UNREADABLE:
        return None
    last = before.step if before is not None and before.step.case_id == step.case_id else None
    ended_at = last.seen if last is not None and last.state in OVER else before.index if before is not None else -1
    reopened = last is not None and last.state in REOPENS and step.came_from is CaseState.DETECTED and step.seen > ended_at
    wanted = (
        last.seq + 1 if last else 1,
        last.round + reopened if last else 1,
        CaseState.DETECTED if last is None or reopened else last.state,
    )
    if (step.seq, step.round, step.came_from) != wanted:
        found.add("case_step_out_of_order", row.leaf_index, _placed(*wanted), _placed(step.seq, step.round, step.came_from))
    elif not is_path(step):
        found.add("case_step_unlawful", row.leaf_index, f"lawful moves from {step.came_from}", " ".join(step.passed))
    if last is not None and not reopened and step.seen != last.seen:
        found.add("case_round_grew", row.leaf_index, last.seen, step.seen)
    if not 0 <= step.seen <= newest.get(step.case_id, -1) or step.seen > row.leaf_index:
        found.add("case_without_violation", row.leaf_index, newest.get(step.case_id, -1), step.seen)
    return RecordedStep(step, row.leaf_index)


def _placed(seq: int, round: int, came_from: CaseState) -> str:
    return f"step {seq} of round {round} from {came_from.value}"
