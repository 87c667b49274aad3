"""Port `ReuseCounts`: counted by the database, on both engines, so that only totals per key ever come over.

What waits to be counted is found by index: checks of a period, all checks of its dossiers. A check that a demand was judged by
was no reuse: the paper was asked for. Re-checks are the gateway's own questions and are left out.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, exists, func, literal, select, union_all

from reuse_gateway.application.recheck import CLIENT as RECHECKS
from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.reuse_counts import By, Counted, PaperCounts
from reuse_gateway.domain.verdict import Decision, Reason
from reuse_gateway.storage.dossier_counts import dossier_counts, received_totals, told_days
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.request_counts import avoidable_requests, violations_detected
from reuse_gateway.storage.tables import checks, demands, verdicts, violations


class StoredReuseCounts:
    """Reads with a deadline of their own; every method raises StoreError."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def counted(self, period: Period, by: By) -> Counted:
        """Papers by key, dossiers and received dossiers by agency and procedure."""
        papers = await self._papers(period, by)
        dossiers, received = await dossier_counts(self._reads, period), await received_totals(self._reads, period)
        return Counted(papers, dossiers, received, await told_days(self._reads, period))

    async def _papers(self, period: Period, by: By) -> dict[str, PaperCounts]:
        found = {row[0]: PaperCounts(*map(int, row[1:])) for row in await self._reads.rows(_by_key(period, by))}
        for key, count in (await avoidable_requests(self._reads, period, by)).items():
            found[key] = found.get(key, PaperCounts()) + PaperCounts(avoidable=count)
        for key, count in (await violations_detected(self._reads, period, by)).items():
            found[key] = found.get(key, PaperCounts()) + PaperCounts(violations=count)
        return found


def _by_key(period: Period, by: By) -> Select[Any]:
    papers = _papers(period)
    key = papers.c.kind if by is By.EVIDENCE_TYPE else papers.c[by.value]
    totals = (papers.c.questions, papers.c.unanswered, papers.c.undecided, literal(1), papers.c.spared, papers.c.held)
    reused = papers.c.held * (1 - papers.c.demanded)
    return select(key, *map(func.sum, totals), func.sum(reused), func.sum(papers.c.requests)).group_by(key)


def _papers(period: Period) -> Subquery:
    """One row for each paper of a case."""
    asked = union_all(_checked(period), _demanded(period)).subquery("asked")
    paper = (asked.c.agency, asked.c.procedure, asked.c.case_key, asked.c.kind, asked.c.role)
    return (
        select(
            *paper,
            func.count().label("questions"),
            func.sum(asked.c.later).label("unanswered"),
            func.sum(asked.c.open).label("undecided"),
            func.max(asked.c.spared).label("spared"),
            func.max(asked.c.held).label("held"),
            func.max(asked.c.demanded).label("demanded"),
            func.sum(asked.c.demanded).label("requests"),
        )
        .group_by(*paper)
        .subquery("papers")
    )


def _checked(period: Period) -> Select[Any]:
    """Every paper asked about in checks that no demand was judged by."""
    case_key = func.coalesce(checks.c.dossier, checks.c.check_id)
    within = and_(checks.c.decided_at >= period.begins_at, checks.c.decided_at < period.ends_at)
    judged = exists(select(demands.c.check_id).where(demands.c.check_id == checks.c.check_id))
    papers = checks.join(verdicts, verdicts.c.leaf_index == checks.c.leaf_index)
    wanted = select(checks.c.agency, checks.c.procedure, case_key.label("case_key"), *_told(0)).select_from(papers)
    return wanted.where(within, checks.c.client_id != RECHECKS, ~judged)


def _demanded(period: Period) -> Select[Any]:
    """Every paper demanded; where an earlier check had told the agency, it is that check's paper that was asked for."""
    told_before = select(func.min(violations.c.proof_check_id)).where(violations.c.leaf_index == demands.c.leaf_index)
    case_key = func.coalesce(demands.c.dossier, told_before.scalar_subquery(), demands.c.check_id)
    papers = demands.join(checks, checks.c.check_id == demands.c.check_id)
    papers = papers.join(verdicts, verdicts.c.leaf_index == checks.c.leaf_index)
    wanted = select(demands.c.agency, demands.c.procedure, case_key.label("case_key"), *_told(1)).select_from(papers)
    return wanted.where(demands.c.made_at >= period.begins_at, demands.c.made_at < period.ends_at)


def _told(demanded: int) -> tuple[ColumnElement[Any], ...]:
    return (
        func.coalesce(verdicts.c.evidence_type, "").label("kind"),
        verdicts.c.role.label("role"),
        one_if(verdicts.c.decision == Decision.ASK_LATER.value).label("later"),
        one_if(verdicts.c.decision == Decision.NOT_DECIDED.value).label("open"),
        one_if(verdicts.c.decision == Decision.MUST_NOT_ASK.value).label("spared"),
        one_if(verdicts.c.reason == Reason.HELD_VALID.value).label("held"),
        literal(demanded).label("demanded"),
    )


def one_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """1 where it holds, else 0: both engines sum and compare numbers, not booleans."""
    return case((condition, 1), else_=0)
