"""Dossiers received, at rest: the body that the leaf's digest binds, and its rows."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from reuse_gateway.application.numbers_ports import ReceivedReport
from reuse_gateway.domain.receipt import canonical, instant
from reuse_gateway.domain.reuse_counts import ReceivedDossiers
from reuse_gateway.storage.batch import Append
from reuse_gateway.storage.tables_numbers import received_dossiers, received_reports
from reuse_gateway.storage.verdict_json import exact

KIND = "received_dossiers"


def received_append(report: ReceivedReport) -> Append:
    """What recording a report of received dossiers writes."""
    body = _body(report)
    rows = {received_reports: [report_row(report, body)], received_dossiers: dossier_rows(report)}
    return Append(received_leaf(body), KIND, report.id, rows)


def received_leaf(body: str) -> bytes:
    """Leaf bytes: which report, when, and the digest of its body."""
    told = json.loads(body)
    at = instant(datetime.fromisoformat(told["told_at"]))
    digest = hashlib.sha256(body.encode()).hexdigest()
    return canonical({"v": 1, "kind": KIND, "id": told["id"], "at": at, "body_sha256": digest})


def report_row(report: ReceivedReport, body: str) -> tuple:
    """Columns of `received_reports` behind the leaf index."""
    return report.id, report.told_at, report.client_id, report.agency, body


def dossier_rows(report: ReceivedReport) -> list[tuple]:
    """Columns of `received_dossiers` behind the leaf index, in the order they were told."""
    return [(place, row.agency, row.procedure, row.received_on, row.dossiers) for place, row in enumerate(report.rows)]


def report_of(body: str) -> ReceivedReport:
    """The report that a body tells; ValueError, KeyError or TypeError where the text was never written by us."""
    told: dict[str, Any] = json.loads(body)
    rows = tuple(ReceivedDossiers(row[0], row[1], date.fromisoformat(row[2]), int(row[3])) for row in told["rows"])
    return ReceivedReport(told["id"], datetime.fromisoformat(told["told_at"]), told["client_id"], told["agency"], rows)


def report_columns(row: Row[Any]) -> tuple[tuple, tuple]:
    """The columns that a row's body asks for, and those it has. Raises what `report_of` raises."""
    return report_row(report_of(row.body), row.body), tuple(row)[1:]


def _body(report: ReceivedReport) -> str:
    rows = [[row.agency, row.procedure, row.received_on.isoformat(), row.dossiers] for row in report.rows]
    told = {
        "v": 1,
        "salt": secrets.token_hex(16),
        "id": report.id,
        "told_at": exact(report.told_at),
        "client_id": report.client_id,
        "agency": report.agency,
        "rows": rows,
    }
    return canonical(told).decode()
