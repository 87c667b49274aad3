"""Papers asked about or demanded, case by case, from what stood below an index: the raw stuff of counted days.

A case is a dossier, or where none was told the person (their pseudonym); each in a column of its own, so that a code which
reads like a pseudonym is nobody. Re-checks are the gateway's own questions and are left out; a check that a demand was judged
by is counted as the demand, on the day of the demand.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, bindparam, case, exists, func, literal, select, union, union_all
from sqlalchemy.types import Date

from reuse_gateway.application.recheck import CLIENT as RECHECKS
from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.verdict import Decision, Reason
from reuse_gateway.domain.vietnam import TIME_ZONE
from reuse_gateway.storage.tables import LeafIndex, checks, demands, verdicts

Place = int | ColumnElement[Any]
PERSONAL_STORE, POPULATION = "portal_paper_store", "population"
JUDGED = checks.join(demands, demands.c.check_id == checks.c.check_id)
CASE = ("dossier", "person")


def vietnamese_day(at: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    """The day in Viet Nam; SQLite's own reading of a fraction rounds, so it gets none."""
    if dialect == "sqlite":
        return func.date(func.substr(at, 1, 19), "+7 hours", type_=Date())
    return func.date(func.timezone(TIME_ZONE, at), type_=Date())


def index(at: Place) -> ColumnElement[Any]:
    """A ledger index written out, so that PostgreSQL plans by how few rows lie beyond it; or where it stands."""
    return bindparam(None, at, LeafIndex, literal_execute=True) if isinstance(at, int) else at


def between(column: ColumnElement[Any], since: int, below: Place | None) -> ColumnElement[bool]:
    """Recorded from an index on, and before another where there is one."""
    return column >= index(since) if below is None else and_(column >= index(since), column < index(below))


def one_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """1 where it holds, else 0: both engines sum and compare numbers, not booleans."""
    return case((condition, 1), else_=0)


def row_by_row(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """No conditions to find rows by: SQLite would walk through all checks of an agency, or all that tell no dossier."""
    return one_if(and_(*conditions)) == 1


def case_of(table: Any) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Dossier and person of a check or of a demand that is read beside its check: exactly one of the two is there."""
    dossier = table.c.dossier
    return dossier.label("dossier"), case((dossier.is_(None), checks.c.subject)).label("person")


def touched_cases(since: int, below: Place | None) -> Select[Any]:
    """The cases that something recorded in this range belongs to, or takes something away from."""
    fresh_check, fresh_demand = between(checks.c.leaf_index, since, below), between(demands.c.leaf_index, since, below)
    either = select(*case_of(checks)).where(fresh_check)
    judged = select(*case_of(demands)).select_from(JUDGED)
    ours = select(*case_of(checks)).select_from(JUDGED)
    found = union(either, judged.where(fresh_demand), ours.where(fresh_demand), judged.where(fresh_check)).subquery("touched")
    return select(found.c.dossier, found.c.person)


def askings(below: Place | None, cases: FromClause | None, dialect: str) -> Any:
    """Every paper asked about below an index: of these cases, or of all where `cases` is None."""
    parts = [*_checked(below, cases, dialect), *_demanded(below, cases, dialect)]
    return union_all(*parts).subquery("asked")


def askings_of(period: Period, dialect: str) -> Any:
    """Every paper asked about or demanded in a period, found by the instants themselves."""
    (checked,), (demanded,) = _checked(None, None, dialect), _demanded(None, None, dialect)
    asked_in = and_(checks.c.decided_at >= period.begins_at, checks.c.decided_at < period.ends_at)
    made_in = and_(demands.c.made_at >= period.begins_at, demands.c.made_at < period.ends_at)
    return union_all(checked.where(asked_in), demanded.where(made_in)).subquery("asked")


def _checked(below: Place | None, cases: FromClause | None, dialect: str) -> list[Select[Any]]:
    papers = checks.join(verdicts, verdicts.c.leaf_index == checks.c.leaf_index)
    place = (checks.c.agency, checks.c.procedure, *case_of(checks), checks.c.subject)
    wanted = select(*place, *_told(0), vietnamese_day(checks.c.decided_at, dialect).label("day")).select_from(papers)
    judged = exists(select(demands.c.check_id).where(demands.c.check_id == checks.c.check_id, *_below(demands, below)))
    return _of(cases, wanted.where(checks.c.client_id != RECHECKS, ~judged, *_below(checks, below)), checks)


def _demanded(below: Place | None, cases: FromClause | None, dialect: str) -> list[Select[Any]]:
    papers = JUDGED.join(verdicts, verdicts.c.leaf_index == checks.c.leaf_index)
    place = (demands.c.agency, demands.c.procedure, *case_of(demands), checks.c.subject)
    wanted = select(*place, *_told(1), vietnamese_day(demands.c.made_at, dialect).label("day")).select_from(papers)
    return _of(cases, wanted.where(*_below(demands, below), *_below(checks, below)), demands)


def _of(cases: FromClause | None, wanted: Select[Any], table: Any) -> list[Select[Any]]:
    """Found by dossier and by person apart: neither engine uses two indexes for one condition."""
    if cases is None:
        return [wanted]
    dossiers, people = (select(cases.c[name]).where(cases.c[name].is_not(None)) for name in CASE)
    alone = and_(table.c.dossier.is_(None), checks.c.subject.in_(people))
    return [wanted.where(table.c.dossier.in_(dossiers)), wanted.where(alone)]


def _below(table: Any, below: Place | None) -> tuple[ColumnElement[bool], ...]:
    return () if below is None else (table.c.leaf_index < index(below),)


def _told(demanded: int) -> tuple[ColumnElement[Any], ...]:
    return (
        func.coalesce(verdicts.c.evidence_type, "").label("evidence_type"),
        verdicts.c.role.label("role"),
        one_if(verdicts.c.decision == Decision.ASK_LATER.value).label("unanswered"),
        one_if(verdicts.c.decision == Decision.NOT_DECIDED.value).label("undecided"),
        one_if(verdicts.c.decision == Decision.MUST_NOT_ASK.value).label("spared"),
        one_if(verdicts.c.reason == Reason.HELD_VALID.value).label("held"),
        literal(demanded).label("demanded"),
    )
