"""Refusals and reads at rest: each is a leaf that tells who, how and when; what was read is sealed in it.

Leaves are public: one that named the case read would string together the cases of a person whom an inspector looks into.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from reuse_gateway.application.ports import AccessNote, Refusal
from reuse_gateway.domain.receipt import canonical
from reuse_gateway.storage.batch import Append
from reuse_gateway.storage.tables import audit_events
from reuse_gateway.storage.verdict_json import exact

REFUSAL, ACCESS = "refusal", "access"


def refusal_append(refusal: Refusal) -> Append:
    """What recording a refusal writes."""
    return _append(REFUSAL, refusal.at, refusal.client_id, refusal.agency, refusal.code, refusal.route)


def access_append(note: AccessNote) -> Append:
    """What recording a read writes."""
    return _append(ACCESS, note.at, note.client_id, note.agency, note.what, note.ref)


def _append(kind: str, at: datetime, client_id: str, agency: str, code: str, target: str) -> Append:
    row = (kind, at, client_id, agency, code, target, secrets.token_hex(16))
    return Append(_leaf(*row), kind, code, {audit_events: [row]})


def _leaf(kind: str, at: datetime, client_id: str, agency: str, code: str, target: str, salt: str | None) -> bytes:
    seal = hashlib.sha256(f"{salt} {target}".encode()).hexdigest()
    told = {"v": 2, "kind": kind, "at": exact(at), "client": client_id, "agency": agency, "code": code, "target_sha256": seal}
    return canonical(told)


def leaf_of_row(row: Row[Any]) -> bytes:
    """Leaf bytes that a row must have, derived anew from its columns."""
    return _leaf(row.kind, row.happened_at, row.client_id, row.agency, row.code, row.target, row.salt)
