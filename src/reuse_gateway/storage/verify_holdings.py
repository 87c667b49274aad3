"""Rows of the holdings index held against the digest in their batch, some batches at a time with flat memory."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from sqlalchemy import Row, func, select

from reuse_gateway.storage.discrepancies import UNREADABLE, Discrepancies
from reuse_gateway.storage.holdings import paper_of
from reuse_gateway.storage.holdings_json import rows_digest
from reuse_gateway.storage.tables_holdings import held_papers, holding_batches
from reuse_gateway.storage.verifying_reads import VerifyingReads

_AT_ONCE = 16


async def verify_holdings(reads: VerifyingReads, size: int, found: Discrepancies) -> None:
    """Every row below ledger index `size` is what its batch was signed with, and belongs to one. Raises StoreError."""
    at = holding_batches.c.leaf_index
    async for batches in reads.pages(select(at, holding_batches.c.body).where(at < size), (at,), _AT_ONCE):
        await _verified(reads, batches, found)
    beside = held_papers.outerjoin(holding_batches, held_papers.c.leaf_index == at)
    strays = select(held_papers.c.leaf_index, func.count()).select_from(beside).where(at.is_(None))
    for index, count in await reads.rows(strays.group_by(held_papers.c.leaf_index).limit(100)):
        found.add("row_without_leaf", index, "a batch of held_papers", count)


async def _verified(reads: VerifyingReads, batches: Any, found: Discrepancies) -> None:
    at, first, last = held_papers.c.leaf_index, batches[0].leaf_index, batches[-1].leaf_index
    ordered = select(held_papers).where(at >= first, at <= last).order_by(at, held_papers.c.position)
    rows: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in await reads.rows(ordered):
        rows[row.leaf_index].append(row)
    for batch in batches:
        _compare(batch, rows[batch.leaf_index], found)


def _compare(batch: Row[Any], rows: list[Row[Any]], found: Discrepancies) -> None:
    try:
        told = json.loads(batch.body)
        expected, count = told["rows_sha256"], told["rows"]
        digest = rows_digest(map(paper_of, rows))
    except UNREADABLE as failure:
        found.add("row_unreadable", batch.leaf_index, "rows of ours", type(failure).__name__)
        return
    if len(rows) != count or [row.position for row in rows] != list(range(count)):
        found.add("row_count", batch.leaf_index, f"{count} held_papers", len(rows))
    elif digest != expected:
        found.add("row_changed", batch.leaf_index, f"held_papers {expected}", digest)
