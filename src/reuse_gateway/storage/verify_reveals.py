"""Reveals held against their leaves, approvals against who asked, sealed identities against their demands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, Select, or_, select

from reuse_gateway.domain.reveal import Reveal, RevealStep
from reuse_gateway.storage.discrepancies import UNREADABLE, Discrepancies
from reuse_gateway.storage.events import without_events
from reuse_gateway.storage.reveal_json import KIND, reveal_leaf, reveal_of, reveal_row
from reuse_gateway.storage.tables import demands, ledger_leaves
from reuse_gateway.storage.tables_reveals import reveals, sealed_identities
from reuse_gateway.storage.verifying_reads import VerifyingReads

_MOST = 200
_kept, _leaf = reveals.c, ledger_leaves.c


async def verify_reveals(reads: VerifyingReads, size: int, found: Discrepancies) -> None:
    """Every step is what its leaf binds and none is missing; nobody approved himself; no identity without its demand.

    Raises StoreError. One statement each: a writer at work adds a leaf and its row in one instant.
    """
    await _missing(reads, size, found)
    await _steps(reads, found)
    for row in await reads.rows(_strange_identities()):
        found.add("row_without_leaf", row.leaf_index, "the demand that an identity belongs to", row.demand_id)


async def _missing(reads: VerifyingReads, size: int, found: Discrepancies) -> None:
    beside = ledger_leaves.outerjoin(reveals, _kept.leaf_index == _leaf.leaf_index)
    lost = select(_leaf.leaf_index, _leaf.ref).select_from(beside)
    lost = lost.where(_leaf.kind == KIND, _leaf.leaf_index < size, _kept.reveal_id.is_(None)).order_by(_leaf.leaf_index)
    for row in await reads.rows(lost.limit(_MOST)):
        found.add("leaf_without_row", row.leaf_index, f"{KIND} {row.ref}", "nothing")


async def _steps(reads: VerifyingReads, found: Discrepancies) -> None:
    last, before = "", dict[RevealStep, Reveal]()
    beside = reveals.outerjoin(ledger_leaves, _leaf.leaf_index == _kept.leaf_index)
    told = select(reveals, _leaf.entry).select_from(beside)
    async for rows in reads.pages(told, (_kept.reveal_id, _kept.step), _MOST):
        for row in rows:
            before = before if row.reveal_id == last else {}
            last = row.reveal_id
            step = _compared(row, found)
            if step is not None:
                _second(row, step, before, found)
                before = {**before, step.step: step}


def _compared(row: Row[Any], found: Discrepancies) -> Reveal | None:
    if row.entry is None:
        found.add("row_without_leaf", row.leaf_index, "a leaf of reveals", row.reveal_id)
        return None
    try:
        step, entry = reveal_of(row.body), reveal_leaf(row.body)
    except UNREADABLE as failure:
        found.add("row_unreadable", row.leaf_index, "a reveal of ours", type(failure).__name__)
        return None
    if entry != without_events(bytes(row.entry)):
        found.add("row_not_in_leaf", row.leaf_index, row.entry, entry)
    expected, stored = reveal_row(step, row.body), tuple(row)[1:-1]
    if expected != stored:
        names = [column.name for column in reveals.columns][1:]
        name, wanted, kept = next(each for each in zip(names, expected, stored, strict=True) if each[1] != each[2])
        found.add("row_changed", row.leaf_index, (f"reveals.{name}", wanted), kept)
    return step


def _second(row: Row[Any], step: Reveal, before: Mapping[RevealStep, Reveal], found: Discrepancies) -> None:
    """In the order of the alphabet: approved, asked, told. What was told after a request had somebody else's approval."""
    approved, asked = before.get(RevealStep.APPROVED), before.get(RevealStep.ASKED)
    if step.step is RevealStep.ASKED and approved is not None and approved.client_id == step.client_id:
        found.add("reveal_approved_by_asker", row.leaf_index, "another client", step.client_id)
    if step.step is RevealStep.TOLD and asked is not None and approved is None:
        found.add("reveal_not_approved", row.leaf_index, "an approval before it", step.id)


def _strange_identities() -> Select[Any]:
    held = sealed_identities.c
    beside = sealed_identities.outerjoin(demands, demands.c.demand_id == held.demand_id)
    strange = or_(demands.c.officer.is_(None), demands.c.officer != held.pseudonym, demands.c.leaf_index != held.leaf_index)
    return select(held.leaf_index, held.demand_id).select_from(beside).where(strange).limit(_MOST)
