"""Dossiers counted by the day of their first check, and those that the offices say they received."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, Subquery, and_, case, exists, func, select

from reuse_gateway.application.recheck import CLIENT as RECHECKS
from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.reuse_counts import DossierCounts, ReceivedTotal
from reuse_gateway.domain.verdict import Reason
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables import checks, demands, verdicts
from reuse_gateway.storage.tables_numbers import received_dossiers

PERSONAL_STORE, POPULATION = "portal_paper_store", "population"


async def dossier_counts(reads: Reads, period: Period) -> tuple[DossierCounts, ...]:
    """By agency and procedure of the first check. Raises StoreError."""
    return tuple(DossierCounts(row[0], row[1], *map(int, row[2:])) for row in await reads.rows(_counted(period)))


async def received_totals(reads: Reads, period: Period) -> tuple[ReceivedTotal, ...]:
    """By agency and procedure; of a day that was told more than once the last telling counts. Raises StoreError."""
    told = received_dossiers
    wanted = select(told.c.agency, told.c.procedure, func.sum(told.c.dossiers)).where(_within(period), ~_told_again())
    rows = await reads.rows(wanted.group_by(told.c.agency, told.c.procedure))
    return tuple(ReceivedTotal(agency, procedure, int(count)) for agency, procedure, count in rows)


async def told_days(reads: Reads, period: Period) -> dict[str, int]:
    """For how many days of the period each agency has told what it received. Raises StoreError."""
    told = received_dossiers.c
    days = func.count(func.distinct(told.received_on))
    return {
        agency: int(count)
        for agency, count in await reads.rows(select(told.agency, days).where(_within(period)).group_by(told.agency))
    }


def _within(period: Period) -> Any:
    return and_(received_dossiers.c.received_on >= period.first, received_dossiers.c.received_on <= period.last)


def _told_again() -> Any:
    later, told = received_dossiers.alias("later"), received_dossiers.c
    same = and_(later.c.agency == told.agency, later.c.procedure == told.procedure, later.c.received_on == told.received_on)
    return exists(select(later.c.leaf_index).where(same, later.c.leaf_index > told.leaf_index))


def _counted(period: Period) -> Select[Any]:
    dossiers = _dossiers(period)
    place = (dossiers.c.agency, dossiers.c.procedure)
    sums = (dossiers.c.reusing, dossiers.c.from_store, dossiers.c.population)
    return select(*place, func.count(), *map(func.sum, sums)).group_by(*place)


def _dossiers(period: Period) -> Subquery:
    papers = _papers(_opened(period))
    dossier = (papers.c.dossier, papers.c.agency, papers.c.procedure)
    unasked = 1 - papers.c.demanded
    told = (("reusing", papers.c.held), ("from_store", papers.c.stored), ("population", papers.c.population))
    return (
        select(*dossier, *(func.max(each * unasked).label(name) for name, each in told)).group_by(*dossier).subquery("dossiers")
    )


def _papers(opened: Subquery) -> Subquery:
    """One row for each paper of those dossiers, whenever it was asked about; the source is that of the first proof."""
    of_dossier = and_(checks.c.dossier == opened.c.dossier, checks.c.client_id != RECHECKS)
    joined = opened.join(checks, of_dossier).join(verdicts, verdicts.c.leaf_index == checks.c.leaf_index)
    joined = joined.outerjoin(demands, demands.c.check_id == checks.c.check_id)
    held = verdicts.c.reason == Reason.HELD_VALID.value
    paper = (opened.c.dossier, opened.c.agency, opened.c.procedure, verdicts.c.evidence_type, verdicts.c.role)
    marks = {
        "held": held,
        "stored": and_(held, verdicts.c.source == PERSONAL_STORE),
        "population": and_(held, verdicts.c.source == POPULATION),
        "demanded": demands.c.check_id.is_not(None),
    }
    marked = (func.max(case((mark, 1), else_=0)).label(name) for name, mark in marks.items())
    return select(*paper, *marked).select_from(joined).group_by(*paper).subquery("papers")


def _opened(period: Period) -> Subquery:
    """Dossiers whose first check lies in the period, under the agency and procedure of that check."""
    earlier = checks.alias("earlier")
    seen_before = exists(
        select(earlier.c.leaf_index).where(
            earlier.c.dossier == checks.c.dossier, earlier.c.decided_at < period.begins_at, earlier.c.client_id != RECHECKS
        )
    )
    order = func.row_number().over(partition_by=checks.c.dossier, order_by=(checks.c.decided_at, checks.c.leaf_index))
    firsts = select(checks.c.dossier, checks.c.agency, checks.c.procedure, order.label("place")).where(
        checks.c.decided_at >= period.begins_at,
        checks.c.decided_at < period.ends_at,
        checks.c.dossier.is_not(None),
        checks.c.client_id != RECHECKS,
        ~seen_before,
    )
    ranked = firsts.subquery("ranked")
    return select(ranked.c.dossier, ranked.c.agency, ranked.c.procedure).where(ranked.c.place == 1).subquery("opened")
