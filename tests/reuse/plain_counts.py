"""What is counted in a period, in one statement over its rows: what counted days are held against."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, exists, func, literal, select, union_all

from reuse_gateway.application.recheck import CLIENT as RECHECKS
from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.reuse_counts import By, DossierCounts, PaperCounts
from reuse_gateway.domain.verdict import Decision, Reason
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables import checks, demands, verdicts
from tests.reuse.plain_dossiers import dossier_counts
from tests.reuse.plain_requests import avoidable_requests, violations_detected


async def plain_counts(reads: Reads, period: Period, by: By) -> tuple[dict[str, PaperCounts], tuple[DossierCounts, ...]]:
    """Papers by key, dossiers by agency and procedure in that order."""
    found = {row[0]: PaperCounts(*map(int, row[1:])) for row in await reads.rows(_by_key(period, by))}
    for key, count in (await avoidable_requests(reads, period, by)).items():
        found[key] = found.get(key, PaperCounts()) + PaperCounts(avoidable=count)
    for key, count in (await violations_detected(reads, period, by)).items():
        found[key] = found.get(key, PaperCounts()) + PaperCounts(violations=count)
    return found, tuple(sorted(await dossier_counts(reads, period), key=lambda each: (each.agency, each.procedure)))


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
    within = and_(checks.c.decided_at >= period.begins_at, checks.c.decided_at < period.ends_at)
    judged = exists(select(demands.c.check_id).where(demands.c.check_id == checks.c.check_id))
    papers = checks.join(verdicts, verdicts.c.leaf_index == checks.c.leaf_index)
    wanted = select(checks.c.agency, checks.c.procedure, _case_key(checks.c.dossier), *_told(0)).select_from(papers)
    return wanted.where(within, checks.c.client_id != RECHECKS, ~judged)


def _demanded(period: Period) -> Select[Any]:
    """Every paper demanded, of the person whom the check was about that judged it."""
    papers = demands.join(checks, checks.c.check_id == demands.c.check_id)
    papers = papers.join(verdicts, verdicts.c.leaf_index == checks.c.leaf_index)
    wanted = select(demands.c.agency, demands.c.procedure, _case_key(demands.c.dossier), *_told(1)).select_from(papers)
    return wanted.where(demands.c.made_at >= period.begins_at, demands.c.made_at < period.ends_at)


def _case_key(dossier: ColumnElement[Any]) -> ColumnElement[str]:
    """The dossier, else whose papers they are; the word in front keeps a code from being read as a person."""
    key = case((dossier.is_not(None), literal("dossier ").concat(dossier)), else_=literal("person ").concat(checks.c.subject))
    return key.label("case_key")


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
