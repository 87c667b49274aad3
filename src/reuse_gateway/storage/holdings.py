"""The holdings index at rest: batches, their rows, and port `HoldingsIndex`."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, select, tuple_

from reuse_gateway.application.holdings_ports import IndexBatch
from reuse_gateway.domain.announcement import IndexedPaper, Standing
from reuse_gateway.domain.holdings_index import IndexHead
from reuse_gateway.storage.batch import Append
from reuse_gateway.storage.claims import claim_told, key_digest, sealed
from reuse_gateway.storage.holdings_json import KIND, batch_body, batch_leaf, head_of
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables_holdings import held_papers, holding_batches

_AT_ONCE = 400
_batch, _paper = holding_batches.c, held_papers.c


class StoredHoldings:
    """Port `HoldingsIndex`."""

    def __init__(self, reads: Reads, on_head: Callable[[IndexHead], None] = lambda _: None) -> None:
        """`on_head` sees every head that is read."""
        self._reads, self._on_head = reads, on_head

    async def head(self, source: str) -> IndexHead:
        """After the newest batch; an empty one where nothing was ever written."""
        newest = select(_batch.body).where(_batch.source == source).order_by(_batch.number.desc()).limit(1)
        row = await self._reads.first(newest)
        head = head_of(row.body) if row else IndexHead(source)
        self._on_head(head)
        return head

    async def versions(self, source: str, refs: Collection[str]) -> Sequence[IndexedPaper]:
        """Every version of these records."""
        listed, found = list(refs), []
        for start in range(0, len(listed), _AT_ONCE):
            some = _paper.ref.in_(listed[start : start + _AT_ONCE])
            found += await self._reads.rows(select(held_papers).where(_paper.source == source, some))
        return [paper_of(row) for row in found]

    async def standing(self, source: str, owners: Collection[str]) -> Sequence[IndexedPaper]:
        """Rows of these owners that no newer version of their record has replaced."""
        newer = held_papers.alias("newer").c
        later = tuple_(newer.changed_at, newer.leaf_index) > tuple_(_paper.changed_at, _paper.leaf_index)
        replaced = exists().where(newer.source == _paper.source, newer.ref == _paper.ref, later)
        owned = select(held_papers).where(_paper.source == source, _paper.owner.in_(list(owners)), ~replaced)
        return [paper_of(row) for row in await self._reads.rows(owned)]

    async def claimed(self, client_id: str, key: str) -> tuple[bytes, Mapping[str, Any]] | None:
        """Fingerprint and report kept under an Idempotency-Key."""
        kept = select(holding_batches).where(_batch.client_id == client_id, _batch.claim_key == key_digest(key))
        row = await self._reads.first(kept)
        return row and (bytes(row.fingerprint), json.loads(row.body)["report"])


def holdings_append(batch: IndexBatch) -> Append:
    """What recording a batch writes."""
    claim = batch.claim and sealed(batch.claim)
    body = batch_body(batch, claim)
    rows = [_row(position, row) for position, row in enumerate(batch.rows)]
    return Append(batch_leaf(body), KIND, batch.id, {holding_batches: [batch_row(body)], held_papers: rows})


def batch_row(body: str) -> tuple:
    """Columns of `holding_batches` behind the leaf index, as the body tells them."""
    told = json.loads(body)
    claim = claim_told(body)
    kept_at = datetime.fromisoformat(told["at"])
    key, fingerprint = (claim.key, claim.fingerprint) if claim else (None, None)
    return told["id"], told["source"], told["number"], kept_at, told["client_id"], key, fingerprint, body


def batch_told(row: Row[Any]) -> tuple:
    """The same columns as they stand."""
    fingerprint = row.fingerprint if row.fingerprint is None else bytes(row.fingerprint)
    return (*tuple(row)[1:7], fingerprint, row.body)


def paper_of(row: Row[Any]) -> IndexedPaper:
    """The row as the domain knows it."""
    return IndexedPaper(
        row.source,
        row.ref,
        row.owner,
        row.evidence_type,
        Standing(row.standing),
        row.result_code,
        row.issued_on,
        row.expires_on,
        row.changed_at,
        row.leaf_index,
    )


def _row(position: int, paper: IndexedPaper) -> tuple:
    days = (paper.issued_on, paper.expires_on, paper.changed_at)
    told = (paper.source, paper.ref, paper.owner, paper.evidence_type, str(paper.standing), paper.result_code)
    return (position, *told, *days)
