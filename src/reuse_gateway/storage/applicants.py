"""Port `ApplicantRows`: the violations of a round grouped by dossier and pseudonym; in SQL alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, func, or_, select, tuple_

from reuse_gateway.domain.applicant import Applicant, Owed, RoundSpan
from reuse_gateway.domain.case_letter import LetterKind, reference_of
from reuse_gateway.domain.violation import RecordedViolation
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables import demands, violations
from reuse_gateway.storage.tables_cases import case_letters, case_violations
from reuse_gateway.storage.violations import violation_of

_member, _demand, _letter = case_violations.c, demands.c, case_letters.c
_MEMBERS = case_violations.join(demands, demands.c.leaf_index == case_violations.c.leaf_index)
# A dossier has one applicant: whom else an office books under its code is somebody else, who is owed a letter as well.
_WHO = (_demand.dossier, _demand.subject)


class StoredApplicants:
    """Reads; every method raises StoreError."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def applicants(self, span: RoundSpan, after: tuple[int, int], limit: int, owed: bool) -> Sequence[Applicant]:
        """A page in the order of their first violation, beyond the place `after`."""
        first = _firsts(span)
        wanted = _lettered(span, first).where(tuple_(first.c.leaf_index, first.c.position) > tuple_(*after))
        if owed:
            wanted = wanted.where(_letter.leaf_index.is_(None))
        rows = await self._reads.rows(wanted.order_by(first.c.leaf_index, first.c.position).limit(limit))
        return [_applicant(row) for row in rows]

    async def applicant(self, span: RoundSpan, violation_id: str) -> Applicant | None:
        """The applicant whom this violation of the round concerns."""
        at = (_demand.dossier, _demand.subject)
        named = select(*at).select_from(_MEMBERS).where(*_of(span), _member.violation_id == violation_id)
        row = await self._reads.first(named)
        if row is None:
            return None
        found = await self._reads.first(_lettered(span, _firsts(span, _same(row.dossier, row.subject))))
        return found and _applicant(found)

    async def owed(self, span: RoundSpan, before: int | None = None) -> Owed:
        """How many there are, how many wait, and which numbers were given; `before`: letters below that ledger index count."""
        first = _firsts(span)
        counted = _lettered(span, first, before).with_only_columns(
            func.count(), func.count(_letter.leaf_index), func.min(_letter.leaf_index), func.max(_letter.leaf_index)
        )
        everybody, served, earliest, latest = (await self._reads.rows(counted))[0]
        return Owed(everybody, everybody - served, await self._reference(earliest), await self._reference(latest))

    async def _reference(self, index: int | None) -> str | None:
        wanted = select(_letter.kind, _letter.issuer, _letter.number).where(_letter.leaf_index == index)
        row = await self._reads.first(wanted) if index is not None else None
        return row and reference_of(LetterKind(row.kind), row.issuer, row.number)

    async def wronged(self, span: RoundSpan, applicant: Applicant, limit: int) -> Sequence[RecordedViolation]:
        """The applicant's violations of the round, the newest first."""
        joined = _MEMBERS.join(violations, violations.c.violation_id == _member.violation_id)
        wanted = select(violations).select_from(joined).where(*_of(span), _same(applicant.dossier, applicant.subject))
        rows = await self._reads.rows(wanted.order_by(_member.leaf_index.desc(), _member.position.desc()).limit(limit))
        return [RecordedViolation(violation_of(row), row.leaf_index) for row in rows]


def _of(span: RoundSpan) -> tuple[ColumnElement[bool], ...]:
    at = _member.leaf_index
    return _member.case_id == span.case_id, at > span.after, at <= span.upto


def _same(dossier: str | None, subject: str) -> ColumnElement[bool]:
    return and_(_demand.dossier.is_(None) if dossier is None else _demand.dossier == dossier, _demand.subject == subject)


def _firsts(span: RoundSpan, *more: ColumnElement[bool]) -> Subquery:
    """Each applicant by the first violation of theirs. One pass over the round: joined to itself it would take its square."""
    place = (_member.leaf_index, _member.position)
    nth = func.row_number().over(partition_by=_WHO, order_by=place).label("nth")
    several = func.count().over(partition_by=_WHO).label("violations")
    columns = (*place, _member.violation_id, _demand.dossier, _demand.subject, nth, several)
    ranked = select(*columns).select_from(_MEMBERS).where(*_of(span), *more).subquery()
    return select(ranked).where(ranked.c.nth == 1).subquery()


def _lettered(span: RoundSpan, first: Subquery, before: int | None = None) -> Select[Any]:
    """With the letter to each, where it was issued; one from before letters had addressees went to all of its round."""
    theirs = and_(
        _letter.case_id == span.case_id,
        _letter.round == span.round,
        _letter.kind == LetterKind.APOLOGY.value,
        or_(_letter.addressee == first.c.violation_id, _letter.addressee == ""),
        *(() if before is None else (_letter.leaf_index < before,)),
    )
    return select(first, _letter.issuer, _letter.kind, _letter.number).select_from(first.outerjoin(case_letters, theirs))


def _applicant(row: Row[Any]) -> Applicant:
    letter = row.number and reference_of(LetterKind(row.kind), row.issuer, row.number)
    return Applicant(row.violation_id, (row.leaf_index, row.position), row.dossier, row.subject, row.violations, letter)
