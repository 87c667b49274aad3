"""Requests that could have been avoided, and violations, from the rows of a period: what counted days are held against."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select

from reuse_gateway.domain.reclassification import Outcome
from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.reuse_counts import By
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables import demands, violations
from reuse_gateway.storage.tables_demands import reclassifications

_AT_ONCE = 1_000


async def violations_detected(reads: Reads, period: Period, by: By) -> Counter[str]:
    """All violations of demands made in the period, by key. Raises StoreError."""
    key = violations.c[by.value]
    wanted = select(key, func.count()).where(*_made(violations.c.made_at, period)).group_by(key)
    return Counter({row[0]: int(row[1]) for row in await reads.rows(wanted)})


async def avoidable_requests(reads: Reads, period: Period, by: By) -> Counter[str]:
    """Demanded papers that were forbidden (however many rules one broke), or that a re-check found held. Raises StoreError."""
    key = violations.c[by.value]
    paper = select(key.label("key"), violations.c.demand_id, violations.c.ref)
    papers = paper.where(*_made(violations.c.made_at, period), violations.c.ref != "").distinct().subquery()
    forbidden = select(papers.c.key, func.count()).group_by(papers.c.key)
    found = Counter({row[0]: int(row[1]) for row in await reads.rows(forbidden)})
    return found + await _found_held(reads, period, by)


async def _found_held(reads: Reads, period: Period, by: By) -> Counter[str]:
    """The kind of paper stands in the body alone, so these rows come over, a page at a time."""
    found: Counter[str] = Counter()
    at = reclassifications.c.leaf_index
    wanted = select(at, reclassifications.c.body, demands.c.agency, demands.c.procedure).select_from(
        reclassifications.join(demands, demands.c.demand_id == reclassifications.c.demand_id)
    )
    wanted = wanted.where(reclassifications.c.outcome == Outcome.AVOIDABLE.value, *_made(demands.c.made_at, period))
    after = -1
    while rows := await reads.rows(wanted.where(at > after).order_by(at).limit(_AT_ONCE)):
        found.update(_key(row, by) for row in rows)
        after = rows[-1].leaf_index
    return found


def _key(row: Row[Any], by: By) -> str:
    return (json.loads(row.body)["evidence_type"] or "") if by is By.EVIDENCE_TYPE else getattr(row, by.value)


def _made(at: ColumnElement[Any], period: Period) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return at >= period.begins_at, at < period.ends_at
