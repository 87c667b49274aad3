"""Papers asked about or demanded, case by case, from what stood below an index: the raw stuff of counted days.

A case is its dossier, else the check that had told the agency, else the check itself. Re-checks are the gateway's own
questions and are left out; a check that a demand was judged by is counted as the demand, on the day of the demand.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, func, literal, select, union, union_all
from sqlalchemy.types import Date

from reuse_gateway.application.recheck import CLIENT as RECHECKS
from reuse_gateway.domain.verdict import Decision, Reason
from reuse_gateway.domain.vietnam import TIME_ZONE
from reuse_gateway.storage.tables import LeafIndex, checks, demands, verdicts, violations

Place = int | ColumnElement[Any]
PERSONAL_STORE, POPULATION = "portal_paper_store", "population"
CHECK_KEY = func.coalesce(checks.c.dossier, checks.c.check_id)
_TOLD_BEFORE = (
    select(func.min(violations.c.proof_check_id)).where(violations.c.leaf_index == demands.c.leaf_index).scalar_subquery()
)
DEMAND_KEY = func.coalesce(demands.c.dossier, _TOLD_BEFORE, demands.c.check_id)
JUDGED = checks.join(demands, demands.c.check_id == checks.c.check_id)


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


def touched_cases(since: int, below: Place | None) -> Select[Any]:
    """Keys of the cases that something recorded in this range belongs to, or takes something away from."""
    fresh_check, fresh_demand = between(checks.c.leaf_index, since, below), between(demands.c.leaf_index, since, below)
    keys = union(
        select(CHECK_KEY.label("key")).where(fresh_check),
        select(DEMAND_KEY).where(fresh_demand),
        select(CHECK_KEY).select_from(JUDGED).where(fresh_demand),
        select(DEMAND_KEY).select_from(JUDGED).where(fresh_check),
    ).subquery("touched")
    return select(keys.c.key)


def askings(below: Place | None, cases: Select[Any] | None, dialect: str) -> Any:
    """Every paper asked about below an index: of these cases, or of all where `cases` is None."""
    parts = [*_checked(below, cases, dialect), *_demanded(below, cases, dialect)]
    return union_all(*parts).subquery("asked")


def _checked(below: Place | None, cases: Select[Any] | None, dialect: str) -> list[Select[Any]]:
    papers = checks.join(verdicts, verdicts.c.leaf_index == checks.c.leaf_index)
    place = (checks.c.agency, checks.c.procedure, CHECK_KEY.label("case_key"))
    wanted = select(*place, *_told(0), vietnamese_day(checks.c.decided_at, dialect).label("day")).select_from(papers)
    judged = exists(select(demands.c.check_id).where(demands.c.check_id == checks.c.check_id, *_below(demands, below)))
    wanted = wanted.where(checks.c.client_id != RECHECKS, ~judged, *_below(checks, below))
    if cases is None:
        return [wanted]
    alone = and_(checks.c.dossier.is_(None), checks.c.check_id.in_(cases))
    return [wanted.where(checks.c.dossier.in_(cases)), wanted.where(alone)]


def _demanded(below: Place | None, cases: Select[Any] | None, dialect: str) -> list[Select[Any]]:
    papers = JUDGED.join(verdicts, verdicts.c.leaf_index == checks.c.leaf_index)
    place = (demands.c.agency, demands.c.procedure, DEMAND_KEY.label("case_key"))
    wanted = select(*place, *_told(1), vietnamese_day(demands.c.made_at, dialect).label("day")).select_from(papers)
    wanted = wanted.where(*_below(demands, below), *_below(checks, below))
    if cases is None:
        return [wanted]
    proofs = select(violations.c.leaf_index).where(violations.c.proof_check_id.in_(cases))
    alone = wanted.where(demands.c.dossier.is_(None))
    return [
        wanted.where(demands.c.dossier.in_(cases)),
        alone.where(demands.c.leaf_index.in_(proofs), _TOLD_BEFORE.in_(cases)),
        alone.where(demands.c.check_id.in_(cases), _TOLD_BEFORE.is_(None)),
    ]


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
