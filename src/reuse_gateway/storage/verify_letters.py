"""Letters held against each other: numbers without gaps in the order of the ledger, each to an applicant, none left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from reuse_gateway.domain.applicant import Owed, RoundSpan
from reuse_gateway.domain.case import CaseState
from reuse_gateway.domain.case_letter import LetterKind
from reuse_gateway.storage.applicants import StoredApplicants
from reuse_gateway.storage.discrepancies import Discrepancies
from reuse_gateway.storage.tables_cases import case_letters, case_steps, case_violations
from reuse_gateway.storage.verifying_reads import VerifyingReads

_MOST = 500
_letter, _step, _member = case_letters.c, case_steps.c, case_violations.c
_ORDER = (_letter.issuer, _letter.kind, _letter.year, _letter.number)


async def verify_letters(reads: VerifyingReads, size: int, found: Discrepancies) -> None:
    """Numbers per issuer, kind and year; addressees; and that no round was called apologised while somebody waited.

    Raises StoreError.
    """
    await _numbers(reads, size, found)
    await _apologised(reads, size, found)


async def _numbers(reads: VerifyingReads, size: int, found: Discrepancies) -> None:
    before = None
    wanted = select(*_ORDER, _letter.leaf_index, _letter.case_id, _letter.addressee).where(_letter.leaf_index < size)
    async for rows in reads.pages(wanted, _ORDER, _MOST):
        known = await _addressees(reads, rows)
        for row in rows:
            _follows(row, before, found)
            _addressed(row, known, found)
            before = row


def _follows(row: Row[Any], before: Row[Any] | None, found: Discrepancies) -> None:
    same = before is not None and tuple(before)[:3] == tuple(row)[:3]
    number, index = (before.number + 1, before.leaf_index) if same and before else (1, -1)
    if row.number != number:
        found.add("letter_number_gap", row.leaf_index, number, row.number)
    elif row.leaf_index < index:
        found.add("letter_out_of_order", row.leaf_index, f"after {index}", row.leaf_index)


async def _addressees(reads: VerifyingReads, rows: Sequence[Row[Any]]) -> dict[str, tuple[str, int]]:
    ids = [row.addressee for row in rows if row.addressee]
    wanted = select(_member.violation_id, _member.case_id, _member.leaf_index).where(_member.violation_id.in_(ids))
    return {row.violation_id: (row.case_id, row.leaf_index) for row in (await reads.rows(wanted) if ids else ())}


def _addressed(row: Row[Any], known: dict[str, tuple[str, int]], found: Discrepancies) -> None:
    """A notice goes to an agency; apologies from before each applicant got their own went to all."""
    case_id, index = known.get(row.addressee, ("", -1))
    stands = case_id == row.case_id and index < row.leaf_index and row.kind == LetterKind.APOLOGY.value
    if row.addressee and not stands:
        found.add("letter_without_applicant", row.leaf_index, f"a violation of {row.case_id}", row.addressee)


async def _apologised(reads: VerifyingReads, size: int, found: Discrepancies) -> None:
    """The span of a round is told by the steps themselves: beyond those of earlier rounds, up to what the step had seen."""
    applicants, wanted = StoredApplicants(reads), select(_step.leaf_index, _step.case_id, _step.round, _step.seen)
    apologised = wanted.where(_step.state == CaseState.APOLOGISED.value, _step.leaf_index < size)
    async for rows in reads.pages(apologised, (_step.leaf_index,), _MOST):
        for row in rows:
            with found.reading(row.leaf_index, "a round and its letters"):
                _served(row, await _owed(reads, applicants, row), found)


def _served(row: Row[Any], owed: Owed, found: Discrepancies) -> None:
    if owed.left:
        found.add("apology_without_letter", row.leaf_index, f"{owed.applicants} letters", f"{owed.left} missing")


async def _owed(reads: VerifyingReads, applicants: StoredApplicants, row: Row[Any]) -> Owed:
    earlier = select(_step.seen).where(_step.case_id == row.case_id, _step.round < row.round)
    last = await reads.first(earlier.order_by(_step.seen.desc()).limit(1))
    return await applicants.owed(RoundSpan(row.case_id, row.round, last.seen if last else -1, row.seen), row.leaf_index)
