"""Demands held against their leaves with all that stands beside them, and cases that wait against their demands."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, and_, func, select

from reuse_gateway.storage.demand_json import demand_of
from reuse_gateway.storage.demands import defect_row, demand_row, pending_of
from reuse_gateway.storage.discrepancies import UNREADABLE, Discrepancies
from reuse_gateway.storage.tables import demands
from reuse_gateway.storage.tables_demands import pending_cases, reclassifications
from reuse_gateway.storage.verdict_json import exact
from reuse_gateway.storage.verifying_reads import VerifyingReads
from reuse_gateway.storage.violations import violation_columns

_MOST = 100


def demand_columns(row: Row[Any]) -> tuple[tuple, tuple]:
    """The columns that a row's body asks for, and those it has. Raises ValueError, KeyError or TypeError for one not ours."""
    return demand_row(demand_of(row.body), row.body), tuple(row)[1:]


def defect_columns(row: Row[Any]) -> list[tuple]:
    """The defects that a demand's body tells, as columns behind the leaf index."""
    demand = demand_of(row.body)
    return [(place, demand.id, *defect_row(each)) for place, each in enumerate(demand.defects)]


def compare_violations(leaf: Row[Any], row: Row[Any], beside: Sequence[Row[Any]], found: Discrepancies) -> None:
    """These violations and no others, word for word as the body tells."""
    stored = {one.violation_id: {**violation_columns(one), "channel": one.channel} for one in beside}
    if len(stored) != len(beside):
        found.add("row_count", leaf.leaf_index, f"{len(stored)} violations", len(beside))
    told = json.loads(row.body)
    for violation in ({**each, "channel": told["kind"]} for each in told["violations"]):
        kept = stored.pop(violation["id"], None)
        if kept != violation:
            found.add("row_changed", leaf.leaf_index, f"violation {violation['id']} of the body", _difference(violation, kept))
    for extra in stored:
        found.add("row_without_leaf", leaf.leaf_index, "no violation beyond the body's", extra)


async def verify_pending(reads: VerifyingReads, _size: int, found: Discrepancies) -> None:
    """A case that waits is what its demand bound, and none went before its end was told. Raises StoreError.

    One statement each: a writer at work adds a case with its demand, and takes it away only after its last outcome.
    """
    beside = pending_cases.outerjoin(
        demands, and_(demands.c.demand_id == pending_cases.c.demand_id, demands.c.leaf_index == pending_cases.c.leaf_index)
    )
    waiting = select(pending_cases, demands.c.body).select_from(beside)
    async for rows in reads.pages(waiting, (pending_cases.c.demand_id,), _MOST):
        for row in rows:
            _compare(row, found)
    told = select(func.count()).where(reclassifications.c.demand_id == demands.c.demand_id).scalar_subquery()
    waits = select(pending_cases.c.demand_id).where(pending_cases.c.demand_id == demands.c.demand_id).exists()
    gone = select(demands.c.leaf_index, demands.c.demand_id).where(demands.c.waiting > 0, ~waits, told < demands.c.waiting)
    for row in await reads.rows(gone.limit(_MOST)):
        found.add("case_erased_early", row.leaf_index, "an outcome for each paper that waits", row.demand_id)


def _compare(row: Row[Any], found: Discrepancies) -> None:
    if row.body is None:
        found.add("row_without_leaf", row.leaf_index, "the demand of a case that waits", row.demand_id)
        return
    try:
        told, case = json.loads(row.body), pending_of(row)
        expected = (told["sealed_sha256"], told["waits_for"])
    except UNREADABLE:
        found.add("row_unreadable", row.leaf_index, "a demand of ours", row.demand_id)
        return
    stored = (hashlib.sha256(case.sealed).hexdigest(), [*case.sources, exact(case.ends_at)])
    if expected != stored:
        found.add("row_changed", row.leaf_index, ("pending_cases", *expected), stored)


def _difference(expected: Mapping[str, Any], found: Mapping[str, Any] | None) -> object:
    if found is None:
        return "nothing"
    return next(((f"{name}:", found.get(name)) for name in expected if found.get(name) != expected[name]), "more words")
