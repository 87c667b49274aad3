"""Time-stamps held against the heads that they stand for, for whoever brings the authority's certificates."""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select

from reuse_gateway.application.kept_stamps import STAMPED
from reuse_gateway.application.timestamp_ports import StampTrust
from reuse_gateway.domain.errors import ProofError
from reuse_gateway.domain.time_stamp import stamped_text
from reuse_gateway.storage.discrepancies import UNREADABLE, Discrepancies
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables import ledger_checkpoints
from reuse_gateway.storage.tables_events import events
from reuse_gateway.storage.verifying_reads import VerifyingReads

_PAGE, _EARLY = 200, timedelta(minutes=5)


async def verify_stamps(reads: Reads, trust: StampTrust) -> Discrepancies:
    """Every kept stamp: it holds, for the head of its size, and tells no instant before that head was signed.

    That none is there is a finding too: whoever asks expects some. Raises StoreError.
    """
    found, seen, at = Discrepancies(), 0, events.c
    cells = VerifyingReads(reads, found)
    told = select(at.leaf_index, at.position, at.body).where(at.kind == STAMPED)
    async for rows in cells.pages(told, (at.leaf_index, at.position), _PAGE):
        for row in rows:
            with found.reading(row.leaf_index, "a time-stamp"):
                await _one(cells, trust, row, found)
        seen += len(rows)
    if not seen:
        found.add("timestamp_missing", 0, "at least one time-stamp", "none")
    return found


async def _one(reads: Reads, trust: StampTrust, row: Row[Any], found: Discrepancies) -> None:
    try:
        body = json.loads(row.body)["body"]
        size, reply, stamped_at = int(body["size"]), b64decode(body["reply"]), datetime.fromisoformat(body["stamped_at"])
    except UNREADABLE:
        found.add("timestamp_unreadable", row.leaf_index, "a time-stamp", "nothing of ours")
        return
    kept = ledger_checkpoints.c
    head = await reads.first(select(kept.note, kept.signed_at).where(kept.size == size))
    if head is None:
        found.add("timestamp_of_another", row.leaf_index, f"a head of size {size}", "none")
        return
    try:
        at = trust.verified(reply, stamped_text(bytes(head.note)))
    except ProofError as failure:
        what = "timestamp_of_another" if failure.code == "tsa_other_digest" else "timestamp_invalid"
        found.add(what, row.leaf_index, f"a stamp of the head of size {size}", failure.code)
        return
    if at != stamped_at:
        found.add("timestamp_of_another", row.leaf_index, at, stamped_at)
    if at < head.signed_at - _EARLY:
        found.add("timestamp_early", row.leaf_index, ("not before", head.signed_at), at)
