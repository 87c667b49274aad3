"""Port `ReuseCounts`: days counted beforehand, and beside them whatever the fold has not come to yet.

So a report reads some rows for each key and day, however many checks there were; the numbers are those of the rows themselves
at every moment (held against them by `ledger verify`, and by the tests against one statement over everything).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Table, case, func, or_, select, union_all

from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.reuse_counts import By, Counted, DossierCounts, PaperCounts
from reuse_gateway.storage.dossier_days import dossier_delta
from reuse_gateway.storage.fold_days import folded_below, recorded_below
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.received_totals import received_totals, told_days
from reuse_gateway.storage.reuse_days import reuse_delta
from reuse_gateway.storage.tables_days import ADDED, FLAGS, ONCE, dossier_days, reuse_days

_TRIES = 5


class StoredReuseCounts:
    """Reads with a deadline of their own; every method raises StoreError."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def counted(self, period: Period, by: By) -> Counted:
        """Papers by key, dossiers and received dossiers by agency and procedure."""
        papers, dossiers = await self._folded(period, by)
        return Counted(papers, dossiers, await received_totals(self._reads, period), await told_days(self._reads, period))

    async def _folded(self, period: Period, by: By) -> tuple[dict[str, PaperCounts], tuple[DossierCounts, ...]]:
        """Counted again where the fold moved on meanwhile: its leaves would be counted twice or not at all."""
        dialect = self._reads.dialect
        since = await folded_below(self._reads)
        for _ in range(_TRIES):
            behind = since < await recorded_below(self._reads)
            fresh_papers = reuse_delta(since, None, dialect) if behind else None
            fresh_dossiers = dossier_delta(since, None, dialect) if behind else None
            papers = await self._reads.rows(_papers(period, by, fresh_papers))
            dossiers = await self._reads.rows(_dossiers(period, fresh_dossiers))
            before, since = since, await folded_below(self._reads)
            if before == since:
                told = {row.key: _paper_counts(row) for row in papers}
                return told, tuple(DossierCounts(row[0], row[1], *map(int, row[2:])) for row in dossiers)
        raise StoreError("the days were counted on while they were read")


def _paper_counts(row: Any) -> PaperCounts:
    """A paper was reused where it was held and not demanded: held or demanded, less demanded."""
    told = {name: int(getattr(row, name)) for name in ("questions", "unanswered", "undecided", "papers", "spared")}
    told |= {name: int(getattr(row, name)) for name in ("requests", "avoidable", "violations")}
    return PaperCounts(**told, reusable=int(row.held), reused=int(row.either) - int(row.demanded))


def _papers(period: Period, by: By, fresh: Select[Any] | None) -> Select[Any]:
    told = _beside(reuse_days, fresh, reuse_days.c.told_by == by.value, *_within(reuse_days.c, period))
    once = (func.sum(case((told.c.before < period.first, told.c[name]), else_=0)) for name in ONCE)
    sums = dict(zip((*ADDED, *ONCE), (*(func.sum(told.c[name]) for name in ADDED), *once), strict=True))
    return _nonzero((told.c.key,), sums).where(told.c.told_by == by.value, *_within(told.c, period))


def _dossiers(period: Period, fresh: Select[Any] | None) -> Select[Any]:
    told = _beside(dossier_days, fresh, *_within(dossier_days.c, period))
    sums = {name: func.sum(told.c[name]) for name in ("dossiers", *FLAGS)}
    return _nonzero((told.c.agency, told.c.procedure), sums).where(*_within(told.c, period))


def _beside(kept: Table, fresh: Select[Any] | None, *wanted: ColumnElement[bool]) -> FromClause:
    """The kept rows found by their index: into a union SQLite need not carry a condition from outside."""
    return kept if fresh is None else union_all(select(kept).where(*wanted), fresh).subquery("told")


def _nonzero(place: tuple[Any, ...], sums: dict[str, Any]) -> Select[Any]:
    """What was taken away again altogether leaves zeros behind."""
    wanted = select(*place, *(value.label(name) for name, value in sums.items()))
    return wanted.group_by(*place).having(or_(*(value != 0 for value in sums.values())))


def _within(columns: Any, period: Period) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return columns.counted_on >= period.first, columns.counted_on <= period.last
