"""Dossiers counted on the day of their first check, with all that came later: deltas of a range of leaves, and the whole.

Only what was asked about the person of the first check counts: a code is what a caller says it is. A demand that tells no
code takes its papers from every dossier of that body, person and procedure, or leaving out the code would keep them reused.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, union, union_all

from reuse_gateway.application.recheck import CLIENT as RECHECKS
from reuse_gateway.domain.verdict import Reason
from reuse_gateway.storage.case_askings import (
    JUDGED,
    PERSONAL_STORE,
    POPULATION,
    Place,
    between,
    index,
    one_if,
    row_by_row,
    vietnamese_day,
)
from reuse_gateway.storage.tables import checks, demands, verdicts
from reuse_gateway.storage.tables_days import FLAGS

_COUNTED = ("dossiers", *FLAGS)
_PAPER = ("evidence_type", "role")


@lru_cache(maxsize=8)
def dossier_delta(since: int, below: Place | None, dialect: str) -> Select[Any]:
    """What the leaves from `since` on add to `dossier_days`; columns are those of the table."""
    touched = select(_touched(since, below).cte("dossiers").c.dossier)
    return _summed(_of(below, touched, 1, dialect), _of(since, touched, -1, dialect))


def all_dossier_days(below: Place, dialect: str) -> Select[Any]:
    """What `dossier_days` holds when every leaf below has been counted."""
    return _summed(_of(below, None, 1, dialect))


def _summed(*parts: Select[Any]) -> Select[Any]:
    told = union_all(*parts).subquery("told")
    place = (told.c.counted_on, told.c.agency, told.c.procedure)
    sums = [func.sum(told.c[name]) for name in _COUNTED]
    wanted = select(*place, *(each.label(name) for each, name in zip(sums, _COUNTED, strict=True)))
    return wanted.group_by(*place).having(or_(*(each != 0 for each in sums)))


def _touched(since: int, below: Place | None) -> Any:
    own = select(checks.c.dossier).where(between(checks.c.leaf_index, since, below), checks.c.dossier.is_not(None))
    judged = select(checks.c.dossier).select_from(JUDGED).where(between(demands.c.leaf_index, since, below))
    return union(own, judged.where(checks.c.dossier.is_not(None)), _touched_without(since, below))


def _touched_without(since: int, below: Place | None) -> Select[Any]:
    """All dossiers of whom a demand without a code is about, once both it and the check that judged it are there."""
    whose = select(checks.c.subject).select_from(JUDGED).where(row_by_row(checks.c.dossier.is_(None)))
    either = (whose.where(between(table.c.leaf_index, since, below)) for table in (demands, checks))
    theirs = checks.alias("theirs")
    return select(theirs.c.dossier).where(theirs.c.subject.in_(union(*either)), theirs.c.dossier.is_not(None))


def _of(below: Place | None, touched: Select[Any] | None, sign: int, dialect: str) -> Select[Any]:
    asked = _papers(below, touched, dialect).subquery("asked")
    first = _firsts(below, touched, dialect).subquery("firsts")
    joined = first.join(asked, and_(asked.c.dossier == first.c.dossier, asked.c.subject == first.c.subject))
    place = [first.c[name] for name in ("dossier", "day", "agency", "procedure")]
    unasked = one_if(~_demanded_without(first, asked, below)).label("unasked")
    rows = select(*place, *(asked.c[name] for name in FLAGS), unasked).select_from(joined).subquery("papers")
    place = [rows.c[each.name] for each in place]
    flags = (func.max(rows.c[name] * rows.c.unasked).label(name) for name in FLAGS)
    each = select(*place, *flags).group_by(*place).subquery("each")
    sums = (sign * func.sum(each.c[name]) for name in FLAGS)
    told = (each.c.day, each.c.agency, each.c.procedure)
    named = (value.label(name) for value, name in zip((sign * func.count(), *sums), _COUNTED, strict=True))
    return select(each.c.day.label("counted_on"), *told[1:], *named).group_by(*told)


def _demanded_without(first: Any, asked: Any, below: Place | None) -> ColumnElement[bool]:
    """Did the body of the first check demand this paper of this person for this procedure without telling a dossier?"""
    told, paper, judged = checks.alias("told"), verdicts.alias("paper"), demands.alias("judged")
    joined = told.join(paper, paper.c.leaf_index == told.c.leaf_index).join(judged, judged.c.check_id == told.c.check_id)
    body = [told.c[name] == first.c[name] for name in ("agency", "procedure")]
    same = [told.c.subject == first.c.subject, *(paper.c[name] == asked.c[name] for name in _PAPER)]
    known = [] if below is None else [each.c.leaf_index < index(below) for each in (told, judged)]
    found = select(told.c.leaf_index).select_from(joined).where(row_by_row(*body, told.c.dossier.is_(None)))
    return exists(found.where(*same, *known, told.c.client_id != RECHECKS).correlate(first, asked))


def _ours(below: Place | None, touched: Select[Any] | None) -> Any:
    conditions = [checks.c.client_id != RECHECKS, checks.c.dossier.is_not(None)]
    conditions += [] if below is None else [checks.c.leaf_index < index(below)]
    return and_(*conditions, *([] if touched is None else [checks.c.dossier.in_(touched)]))


def _firsts(below: Place | None, touched: Select[Any] | None, dialect: str) -> Select[Any]:
    order = func.row_number().over(partition_by=checks.c.dossier, order_by=(checks.c.decided_at, checks.c.leaf_index))
    day = vietnamese_day(checks.c.decided_at, dialect).label("day")
    ranked = select(checks.c.dossier, checks.c.subject, checks.c.agency, checks.c.procedure, day, order.label("place"))
    of = ranked.where(_ours(below, touched)).subquery("ranked")
    return select(of.c.dossier, of.c.subject, of.c.agency, of.c.procedure, of.c.day).where(of.c.place == 1)


def _papers(below: Place | None, touched: Select[Any] | None, dialect: str) -> Select[Any]:
    """One row for each paper of a person in a dossier, whoever asked; a paper that was demanded was not reused."""
    judging = demands.c.check_id == checks.c.check_id
    if below is not None:
        judging = and_(judging, demands.c.leaf_index < index(below))
    joined = checks.join(verdicts, verdicts.c.leaf_index == checks.c.leaf_index).outerjoin(demands, judging)
    held = verdicts.c.reason == Reason.HELD_VALID.value
    marks = (held, and_(held, verdicts.c.source == PERSONAL_STORE), and_(held, verdicts.c.source == POPULATION))
    unasked = 1 - func.max(case((demands.c.check_id.is_not(None), 1), else_=0))
    told = ((func.max(case((mark, 1), else_=0)) * unasked).label(name) for name, mark in zip(FLAGS, marks, strict=True))
    paper = (checks.c.dossier, checks.c.subject, *(verdicts.c[name] for name in _PAPER))
    return select(*paper, *told).select_from(joined).where(_ours(below, touched)).group_by(*paper)
