"""Dossiers counted in one statement over all checks of a period: what counted days are held against."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, Subquery, and_, case, exists, func, select

from reuse_gateway.application.recheck import CLIENT as RECHECKS
from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.reuse_counts import DossierCounts
from reuse_gateway.domain.verdict import Reason
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables import checks, demands, verdicts

PERSONAL_STORE, POPULATION = "portal_paper_store", "population"


async def dossier_counts(reads: Reads, period: Period) -> tuple[DossierCounts, ...]:
    """By agency and procedure of the first check. Raises StoreError."""
    return tuple(DossierCounts(row[0], row[1], *map(int, row[2:])) for row in await reads.rows(_counted(period)))


def _counted(period: Period) -> Select[Any]:
    dossiers = _dossiers(period)
    place = (dossiers.c.agency, dossiers.c.procedure)
    sums = (dossiers.c.reusing, dossiers.c.from_store, dossiers.c.population)
    return select(*place, func.count(), *map(func.sum, sums)).group_by(*place)


def _dossiers(period: Period) -> Subquery:
    papers = _papers(_opened(period))
    dossier = (papers.c.dossier, papers.c.agency, papers.c.procedure)
    unasked = (1 - papers.c.demanded) * (1 - papers.c.without)
    told = (("reusing", papers.c.held), ("from_store", papers.c.stored), ("population", papers.c.population))
    return (
        select(*dossier, *(func.max(each * unasked).label(name) for name, each in told)).group_by(*dossier).subquery("dossiers")
    )


def _papers(opened: Subquery) -> Subquery:
    """One row for each paper of those dossiers, whenever it was asked about; the source is that of the first proof."""
    theirs = and_(checks.c.dossier == opened.c.dossier, checks.c.subject == opened.c.subject)
    of_dossier = and_(theirs, checks.c.client_id != RECHECKS)
    joined = opened.join(checks, of_dossier).join(verdicts, verdicts.c.leaf_index == checks.c.leaf_index)
    joined = joined.outerjoin(demands, demands.c.check_id == checks.c.check_id)
    bare = _bare()
    joined = joined.outerjoin(bare, and_(
        *(opened.c[name] == bare.c[name] for name in ("agency", "procedure", "subject")),
        *(verdicts.c[name] == bare.c[name] for name in ("evidence_type", "role")),
    ))  # fmt: skip
    held = verdicts.c.reason == Reason.HELD_VALID.value
    paper = (opened.c.dossier, opened.c.agency, opened.c.procedure, verdicts.c.evidence_type, verdicts.c.role)
    marks = {
        "held": held,
        "stored": and_(held, verdicts.c.source == PERSONAL_STORE),
        "population": and_(held, verdicts.c.source == POPULATION),
        "demanded": demands.c.check_id.is_not(None),
        "without": bare.c.subject.is_not(None),
    }
    marked = (func.max(case((mark, 1), else_=0)).label(name) for name, mark in marks.items())
    return select(*paper, *marked).select_from(joined).group_by(*paper).subquery("papers")


def _bare() -> Subquery:
    """Papers that a body demanded of a person for a procedure without telling a dossier, whenever that was."""
    judging = checks.alias("judging")
    papers = judging.join(verdicts, verdicts.c.leaf_index == judging.c.leaf_index)
    place = (judging.c.agency, judging.c.procedure, judging.c.subject, verdicts.c.evidence_type, verdicts.c.role)
    found = select(*place).select_from(papers.join(demands, demands.c.check_id == judging.c.check_id))
    return found.where(judging.c.dossier.is_(None), judging.c.client_id != RECHECKS).distinct().subquery("bare")


def _opened(period: Period) -> Subquery:
    """Dossiers whose first check lies in the period, under the agency and procedure of that check."""
    earlier = checks.alias("earlier")
    seen_before = exists(
        select(earlier.c.leaf_index).where(
            earlier.c.dossier == checks.c.dossier, earlier.c.decided_at < period.begins_at, earlier.c.client_id != RECHECKS
        )
    )
    order = func.row_number().over(partition_by=checks.c.dossier, order_by=(checks.c.decided_at, checks.c.leaf_index))
    firsts = select(checks.c.dossier, checks.c.subject, checks.c.agency, checks.c.procedure, order.label("place")).where(
        checks.c.decided_at >= period.begins_at,
        checks.c.decided_at < period.ends_at,
        checks.c.dossier.is_not(None),
        checks.c.client_id != RECHECKS,
        ~seen_before,
    )
    ranked = firsts.subquery("ranked")
    return (
        select(ranked.c.dossier, ranked.c.subject, ranked.c.agency, ranked.c.procedure)
        .where(ranked.c.place == 1)
        .subquery("opened")
    )
