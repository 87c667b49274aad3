"""Port `ProofRows`: violations with the rows and leaves that bind them, as they stand, altered or not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, or_, select

from reuse_gateway.application.proof_ports import CaseRows
from reuse_gateway.domain.evidence_pack import CHECK, DEMAND, LETTER, OUTCOME, STEP, BoundRow, rests_on
from reuse_gateway.storage.archive import altered
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables import checks, demands, ledger_leaves, violations
from reuse_gateway.storage.tables_cases import case_letters, case_steps, case_violations
from reuse_gateway.storage.tables_demands import reclassifications
from reuse_gateway.storage.tables_events import events

_MOST = 500


class StoredProofRows:
    """Reads by key; every method raises StoreError."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def case(self, violation_id: str, size: int) -> CaseRows | None:
        """As it was recorded below ledger index `size`; None = no such violation there."""
        kept = violations.c
        row = await self._reads.first(
            select(kept.demand_id, kept.leaf_index).where(kept.violation_id == violation_id, kept.leaf_index < size)
        )
        if row is None:
            return None
        demand = await self._rows(DEMAND, demands, "demand_id", demands.c.demand_id == row.demand_id, size)
        if not demand:
            raise altered(row.leaf_index)
        told, violation = _told(demand[0], violation_id)
        found = list(demand)
        outcomes = await self._rows(
            OUTCOME, reclassifications, "demand_id", reclassifications.c.demand_id == row.demand_id, size
        )
        named = {*rests_on(told, violation), *_relied_on(told), *filter(None, map(_check_of, outcomes))}
        found += outcomes + await self._rows(CHECK, checks, "check_id", checks.c.check_id.in_(sorted(named)), size)
        found += await self._steps(violation_id, size) + await self._letters(violation_id, size)
        return CaseRows(violation, tuple(sorted(found, key=lambda each: each.index)))

    async def _steps(self, violation_id: str, size: int) -> list[BoundRow]:
        """The life of the case that the violation belongs to."""
        kept = case_violations.c
        of = select(kept.case_id).where(kept.violation_id == violation_id).scalar_subquery()
        return await self._rows(STEP, case_steps, "case_id", case_steps.c.case_id == of, size)

    async def _letters(self, violation_id: str, size: int) -> list[BoundRow]:
        """Letters of its case to the agency and to its own applicant, with their files: nobody else's apology goes along."""
        kept, told = case_violations.c, demands.c
        about = select(kept.case_id, told.dossier, told.subject)
        about = about.select_from(case_violations.join(demands, told.leaf_index == kept.leaf_index))
        case_id, dossier, subject = (await self._reads.rows(about.where(kept.violation_id == violation_id)))[0]
        same = and_(told.dossier.is_(None) if dossier is None else told.dossier == dossier, told.subject == subject)
        theirs = about.with_only_columns(kept.violation_id).where(kept.case_id == case_id, same)
        letter = case_letters.c
        key = and_(letter.case_id == case_id, or_(letter.addressee == "", letter.addressee.in_(theirs)))
        found = await self._rows(LETTER, case_letters, "case_id", key, size)
        at = letter.leaf_index
        files = await self._reads.rows(select(at, letter.file).where(at.in_([row.index for row in found]))) if found else ()
        by_index = {row.leaf_index: bytes(row.file) for row in files}
        return [replace(row, file=by_index.get(row.index)) for row in found]

    async def _rows(self, kind: str, table: Table, id: str, key: ColumnElement[bool], size: int) -> list[BoundRow]:
        at = table.c.leaf_index
        wanted = select(at, table.c[id].label("id"), table.c.body, ledger_leaves.c.entry)
        wanted = wanted.outerjoin(ledger_leaves, ledger_leaves.c.leaf_index == at).where(key, at < size)
        rows = await self._reads.rows(wanted.order_by(at).limit(_MOST))
        beside = await self._events([row.leaf_index for row in rows])
        return [
            BoundRow(kind, row.id, row.leaf_index, bytes(row.entry or b""), row.body, tuple(beside.get(row.leaf_index, ())))
            for row in rows
        ]

    async def _events(self, indices: list[int]) -> Mapping[int, list[str]]:
        kept, found = events.c, {}
        wanted = select(kept.leaf_index, kept.body).where(kept.leaf_index.in_(indices))
        for row in await self._reads.rows(wanted.order_by(kept.leaf_index, kept.position)) if indices else ():
            found.setdefault(row.leaf_index, []).append(row.body)
        return found


def _told(demand: BoundRow, violation_id: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """What a demand's body tells, and this violation in its words; StoreError where it tells no such violation."""
    try:
        told = json.loads(demand.body)
        return told, next(each for each in told["violations"] if each["id"] == violation_id)
    except (ValueError, KeyError, TypeError, StopIteration):
        raise altered(demand.index) from None


def _relied_on(demand: Mapping[str, Any]) -> set[str]:
    """Earlier checks that a finding refers to."""
    return {paper["relied_on"] for paper in demand.get("papers", ()) if str(paper.get("relied_on")).startswith("chk_")}


def _check_of(outcome: BoundRow) -> str | None:
    try:
        return json.loads(outcome.body)["check_id"]
    except (ValueError, KeyError, TypeError):
        raise altered(outcome.index) from None
