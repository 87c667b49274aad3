"""Port `Archive`: what has been recorded."""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy import ColumnElement, Row, select

from reuse_gateway.application.ports import Claim
from reuse_gateway.domain.check import Check, Position, RecordedCheck
from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.receipt import check_leaf
from reuse_gateway.domain.violation import RecordedViolation
from reuse_gateway.storage.checks import check_of
from reuse_gateway.storage.claims import claim_of, claim_told, key_digest
from reuse_gateway.storage.events import without_events
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables import checks, idempotency_claims, ledger_checkpoints, ledger_leaves, violations
from reuse_gateway.storage.tables_cases import case_state
from reuse_gateway.storage.violations import recorded_of

log = structlog.get_logger()


class StoredArchive:
    """Reads by key; every method raises StoreError."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def check(self, check_id: str) -> RecordedCheck | None:
        """A recorded check with its place in the ledger."""
        return await self._check(checks.c.check_id == check_id)

    async def check_by_short_code(self, short_code: str) -> RecordedCheck | None:
        """The same, found by the code a person typed."""
        return await self._check(checks.c.short_code == short_code)

    async def claimed(self, client_id: str, key: str) -> tuple[Claim, str] | None:
        """The claim kept under this key, with the id of the check it stands for."""
        kept = idempotency_claims.c
        wanted = select(idempotency_claims, checks.c.body).outerjoin(checks, checks.c.check_id == kept.check_id)
        row = await self._reads.first(wanted.where(kept.client_id == client_id, kept.key == key_digest(key)))
        if row is None:
            return None
        if row.body is None or _claimed_by(row.body) != claim_of(row):
            raise altered(row.leaf_index)
        return Claim(client_id, key, row.fingerprint), row.check_id

    async def violation(self, violation_id: str) -> RecordedViolation | None:
        """One violation by its id."""
        beside = violations.outerjoin(case_state, case_state.c.violation_id == violations.c.violation_id)
        wanted = select(violations, case_state.c.case_id, case_state.c.state).select_from(beside)
        row = await self._reads.first(wanted.where(violations.c.violation_id == violation_id))
        return row and recorded_of(row, row.case_id or "", row.state or "")

    async def _check(self, key: ColumnElement[bool]) -> RecordedCheck | None:
        first_size = (
            select(ledger_checkpoints.c.size)
            .where(ledger_checkpoints.c.size > checks.c.leaf_index)
            .order_by(ledger_checkpoints.c.size)
            .limit(1)
            .scalar_subquery()
        )
        wanted = select(checks.c.leaf_index, checks.c.body, ledger_leaves.c.entry, first_size.label("size"))
        row = await self._reads.first(
            wanted.outerjoin(ledger_leaves, ledger_leaves.c.leaf_index == checks.c.leaf_index).where(key)
        )
        if row is None:
            return None
        return RecordedCheck(unaltered(row), Position(row.leaf_index, row.size))


def unaltered(row: Row[Any]) -> Check:
    """The check of a body that is word for word what its leaf binds; nothing else is ever answered, signed or judged by.

    Raises StoreError for any other.
    """
    try:
        check = check_of(row.body)
    except (ValueError, KeyError, TypeError):
        raise altered(row.leaf_index) from None
    if row.entry is None or check_leaf(check, row.body.encode()) != without_events(bytes(row.entry)):
        raise altered(row.leaf_index)
    return check


def _claimed_by(body: str) -> Claim | None:
    try:
        return claim_told(body)
    except (ValueError, KeyError, TypeError):
        return None


def altered(leaf_index: int) -> StoreError:
    """A row that is not what was signed; logged."""
    log.error("row_is_not_what_was_signed", leaf_index=leaf_index)
    return StoreError("a stored check is not what was signed: verify the ledger")
