"""A batch of the holdings index as canonical JSON and back: how the index stands after it, and the digest of its rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from reuse_gateway.application.holdings_ports import IndexBatch
from reuse_gateway.application.ports import Claim
from reuse_gateway.domain.announcement import IndexedPaper
from reuse_gateway.domain.holdings_index import Count, IndexHead
from reuse_gateway.domain.receipt import canonical, spelled
from reuse_gateway.domain.register_cursor import Cursor, Reach, Window
from reuse_gateway.storage.claims import claim_json
from reuse_gateway.storage.verdict_json import exact

KIND = "holdings"


def batch_body(batch: IndexBatch, claim: Claim | None) -> str:
    """Every word of a batch but its rows, which it binds by number and digest. `claim` is sealed."""
    head = batch.head
    told = {
        "v": 1,
        "id": batch.id,
        "at": exact(batch.at),
        "client_id": batch.client_id,
        "agency": batch.agency,
        "source": head.source,
        "number": head.number,
        "announced_at": _told_at(head.announced_at),
        "tally": {kind: [count.held, count.ownerless, count.unreadable] for kind, count in head.tally.items()},
        "cursor": _cursor_json(head.cursor),
        "rows": len(batch.rows),
        "rows_sha256": rows_digest(batch.rows),
        "claim": claim_json(claim),
        "report": batch.report,
    }
    return canonical(told).decode()


def batch_leaf(body: str) -> bytes:
    """Leaf bytes of a batch. Leaves are public: neither pseudonyms nor what was announced of whom stand in one."""
    told = json.loads(body)
    named = {name: told[name] for name in ("id", "at", "source", "rows", "rows_sha256")}
    digest = hashlib.sha256(body.encode()).hexdigest()
    return canonical({"v": 1, "kind": KIND, "body_sha256": digest, **named})


def head_of(body: str) -> IndexHead:
    """How the index stands after the batch of this body; ValueError or KeyError where it was never written by us."""
    told: dict[str, Any] = json.loads(body)
    tally = {kind: Count(*counts) for kind, counts in told["tally"].items()}
    return IndexHead(told["source"], told["number"], _at(told["announced_at"]), tally, _cursor_of(told["cursor"]))


def rows_digest(rows: Iterable[IndexedPaper]) -> str:
    """SHA-256 over the rows in their order, one JSON array a line, hex."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(spelled(_plain(row)).encode() + b"\n")
    return digest.hexdigest()


def _plain(row: IndexedPaper) -> list[str | None]:
    issued, expires = (day and day.isoformat() for day in (row.issued_on, row.expires_on))
    told = (row.source, row.ref, row.owner, row.evidence_type, str(row.standing), row.result_code, issued, expires)
    return [*told, exact(row.changed_at)]


def _cursor_json(cursor: Cursor) -> dict[str, Any]:
    return {
        "facts": cursor.facts,
        "began_at": _told_at(cursor.began_at),
        "goal": _day(cursor.goal),
        "synced_at": _told_at(cursor.synced_at),
        "streams": {name: _reach_json(reach) for name, reach in cursor.streams.items()},
    }


def _reach_json(reach: Reach) -> dict[str, Any]:
    window = reach.window and [reach.window.first.isoformat(), reach.window.last.isoformat()]
    return {"upto": _day(reach.upto), "window": window, "page": reach.page, "seen": reach.seen}


def _cursor_of(told: Mapping[str, Any]) -> Cursor:
    streams = {name: _reach_of(each) for name, each in told["streams"].items()}
    return Cursor(told["facts"], streams, _at(told["began_at"]), _on(told["goal"]), _at(told["synced_at"]))


def _reach_of(told: Mapping[str, Any]) -> Reach:
    window = told["window"] and Window(*(date.fromisoformat(day) for day in told["window"]))
    return Reach(_on(told["upto"]), window, told["page"], told["seen"])


def _told_at(moment: datetime | None) -> str | None:
    return moment and exact(moment)


def _at(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None


def _day(day: date | None) -> str | None:
    return day and day.isoformat()


def _on(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None
