"""Port `DemandHistory`: what had been recorded when a demand was made. What is not as it was signed is never judged by."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, literal, or_, select

from reuse_gateway.domain.asking import DemandKind
from reuse_gateway.domain.check import Check
from reuse_gateway.domain.demand import RecordedDemand
from reuse_gateway.domain.dossier_code import branch_asking
from reuse_gateway.domain.reclassification import RecordedReclassification
from reuse_gateway.domain.told_before import PaperAsked
from reuse_gateway.domain.verdict import Reason
from reuse_gateway.storage.archive import altered, unaltered
from reuse_gateway.storage.demand_json import demand_leaf, demand_of
from reuse_gateway.storage.demands import reclassified_leaf, reclassified_of
from reuse_gateway.storage.events import without_events
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables import checks, demands, ledger_leaves, verdicts
from reuse_gateway.storage.tables_demands import reclassifications

_MOST, _PAGE = 50, 5


class StoredDemands:
    """Reads by key and by index; every method raises StoreError."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def demand(self, demand_id: str) -> RecordedDemand | None:
        """One demand with its place in the ledger."""
        found = await self._demands(demands.c.demand_id == demand_id)
        return found[0] if found else None

    async def demands_of(self, agency: str, subjects: Sequence[str], procedure: str) -> Sequence[RecordedDemand]:
        """Demands of this agency for papers of the subject, the newest first, at most 50."""
        kept = demands.c
        return await self._demands(kept.subject.in_(subjects), kept.agency == agency, kept.procedure == procedure)

    async def reclassifications(self, demand_id: str) -> Sequence[RecordedReclassification]:
        """What re-checks found, in the order of the ledger."""
        kept = reclassifications
        wanted = select(kept.c.leaf_index, kept.c.body, ledger_leaves.c.entry)
        wanted = wanted.outerjoin(ledger_leaves, ledger_leaves.c.leaf_index == kept.c.leaf_index)
        rows = await self._reads.rows(wanted.where(kept.c.demand_id == demand_id).order_by(kept.c.leaf_index))
        return [_reclassified(row) for row in rows]

    async def checks_before(self, agency: str, subjects: Sequence[str], procedure: str, before: datetime) -> Sequence[Check]:
        """Checks that this agency made of the subject until that instant, the newest first, at most 50."""
        wanted = select(checks.c.leaf_index, checks.c.body, ledger_leaves.c.entry)
        wanted = wanted.outerjoin(ledger_leaves, ledger_leaves.c.leaf_index == checks.c.leaf_index)
        same = (checks.c.subject.in_(subjects), checks.c.agency == agency, checks.c.procedure == procedure)
        wanted = wanted.where(*same, checks.c.decided_at <= before).order_by(checks.c.decided_at.desc())
        rows = await self._reads.rows(wanted.limit(_MOST))
        return [unaltered(row) for row in rows]

    async def newest_held(self, paper: PaperAsked, until: datetime, after: datetime | None = None) -> Check | None:
        """The newest check that told one of these bodies that the paper is held; with `after`, of those that judged nothing."""
        told = _held(paper).where(checks.c.decided_at <= until)
        if after is not None:
            # The id of a demand follows from that of the check it is judged by.
            judged = select(demands.c.demand_id).where(
                demands.c.demand_id == literal("dem_") + func.substr(checks.c.check_id, 5)
            )
            told = told.where(checks.c.decided_at > after, ~judged.exists())
        told, seen = told.order_by(checks.c.decided_at.desc(), checks.c.leaf_index.desc()).limit(_PAGE), 0
        while rows := await self._reads.rows(told.offset(seen)):
            found = next((check for check in map(unaltered, rows) if paper.held_in(check)), None)
            if found is not None:
                return found
            seen += len(rows)
        return None

    async def supplements(self, dossier: str, agency: str) -> Sequence[RecordedDemand]:
        """The supplement requests of a dossier by this body (or its branch, where the code is of that), at most 50."""
        kept, branch = demands.c, branch_asking(agency, dossier)
        by = kept.agency == agency if branch is None else or_(kept.agency == branch, kept.agency.startswith(f"{branch}."))
        return await self._demands(kept.dossier == dossier, kept.kind == DemandKind.SUPPLEMENT_REQUEST.value, by)

    async def answered_between(self, agency: str, first: datetime, last: datetime, but: str) -> bool:
        """Was a check of this agency, other than `but`, decided between the two instants?"""
        at = checks.c.decided_at
        wanted = select(checks.c.leaf_index).where(checks.c.agency == agency, at >= first, at <= last, checks.c.check_id != but)
        return await self._reads.first(wanted.limit(1)) is not None

    async def _demands(self, *key: ColumnElement[bool]) -> list[RecordedDemand]:
        wanted = select(demands.c.leaf_index, demands.c.body, ledger_leaves.c.entry)
        wanted = wanted.outerjoin(ledger_leaves, ledger_leaves.c.leaf_index == demands.c.leaf_index).where(*key)
        return [_demand(row) for row in await self._reads.rows(wanted.order_by(demands.c.leaf_index.desc()).limit(_MOST))]


def _held(paper: PaperAsked) -> Select[Any]:
    """Checks that told so, by the columns that are searched; `PaperAsked.held_in` has the last word."""
    said = verdicts.c
    wanted = select(checks.c.leaf_index, checks.c.body, ledger_leaves.c.entry)
    wanted = wanted.outerjoin(ledger_leaves, ledger_leaves.c.leaf_index == checks.c.leaf_index)
    paper_held = (said.evidence_type == paper.evidence_type, said.role == paper.role, said.reason == Reason.HELD_VALID.value)
    wanted = wanted.where(select(said.position).where(said.leaf_index == checks.c.leaf_index, *paper_held).exists())
    if paper.dossier is not None:
        wanted = wanted.where(checks.c.dossier == paper.dossier)
    return wanted.where(
        checks.c.subject.in_(paper.subjects),
        checks.c.agency.in_(paper.agencies),
        checks.c.client_id.not_in(paper.but_clients),
        checks.c.check_id != paper.but_check,
    )


def _demand(row: Row[Any]) -> RecordedDemand:
    try:
        demand, leaf = demand_of(row.body), demand_leaf(json.loads(row.body), row.body)
    except (ValueError, KeyError, TypeError):
        raise altered(row.leaf_index) from None
    if row.entry is None or without_events(bytes(row.entry)) != leaf:
        raise altered(row.leaf_index)
    return RecordedDemand(demand, row.leaf_index)


def _reclassified(row: Row[Any]) -> RecordedReclassification:
    try:
        found, leaf = reclassified_of(row.body), reclassified_leaf(row.body)
    except (ValueError, KeyError, TypeError):
        raise altered(row.leaf_index) from None
    if row.entry is None or without_events(bytes(row.entry)) != leaf:
        raise altered(row.leaf_index)
    return RecordedReclassification(found, row.leaf_index)
