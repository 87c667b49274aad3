"""Days counted from rows: what leaves of a range add to (or take from) the tables of days, and what all leaves make.

What a period counts once cannot be added up over its days. Each paper therefore counts on every day on which it was so, beside
the day before on which it was so: a period holds those whose day lies within and whose day before does not. A leaf that comes
late changes its whole case; the case is counted as it was, taken away, and counted as it is.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, FromClause, Select, and_, case, cast, func, literal, or_, select, type_coerce, union_all
from sqlalchemy.types import Date

from reuse_gateway.domain.reclassification import Outcome
from reuse_gateway.domain.reuse_counts import By
from reuse_gateway.storage.case_askings import CASE, Place, askings, between, one_if, touched_cases, vietnamese_day
from reuse_gateway.storage.tables import demands, violations
from reuse_gateway.storage.tables_days import ADDED, NEVER, ONCE
from reuse_gateway.storage.tables_demands import reclassifications

PAPER = ("agency", "procedure", *CASE, "evidence_type", "role")
_KEYS = tuple(by.value for by in By)
COUNTED = (*ADDED, *ONCE)
_NEVER = type_coerce(literal(NEVER, Date()), Date())


@lru_cache(maxsize=8)
def reuse_delta(since: int, below: Place | None, dialect: str) -> Select[Any]:
    """What the leaves from `since` on add to `reuse_days`; columns are those of the table."""
    cases = touched_cases(since, below).cte("cases")
    parts = [_papers(below, cases, 1, dialect), _papers(since, cases, -1, dialect)]
    return _summed(*parts, *_requests(since, below, dialect))


def all_reuse_days(below: Place, dialect: str) -> Select[Any]:
    """What `reuse_days` holds when every leaf below has been counted."""
    return _summed(_papers(below, None, 1, dialect), *_requests(0, below, dialect))


def _summed(*parts: Select[Any]) -> Select[Any]:
    told = union_all(*parts).cte("told")
    by = [
        select(
            literal(key).label("told_by"), told.c.day, told.c[key].label("key"), told.c.before, *(told.c[n] for n in COUNTED)
        )
        for key in _KEYS
    ]
    every = union_all(*by).subquery("every")
    place = (every.c.told_by, every.c.day.label("counted_on"), every.c.key, every.c.before)
    sums = [func.sum(every.c[name]) for name in COUNTED]
    wanted = select(*place, *(each.label(name) for each, name in zip(sums, COUNTED, strict=True)))
    return wanted.group_by(every.c.told_by, every.c.day, every.c.key, every.c.before).having(or_(*(each != 0 for each in sums)))


def _papers(below: Place | None, cases: FromClause | None, sign: int, dialect: str) -> Select[Any]:
    seen = _seen(_paper_days(askings(below, cases, dialect)), sign)
    first = {name: sign * one_if(and_(seen.c[name] == 1, seen.c[f"{name}_before"].is_(None))) for name in ONCE}
    added = {name: sign * seen.c[name] for name in ("questions", "unanswered", "undecided", "requests")}
    parts = [_row(seen, _NEVER, first | added)]
    for name in ONCE:
        again = _row(seen, seen.c[f"{name}_before"], {name: literal(sign)})
        parts.append(again.where(seen.c[name] == 1, seen.c[f"{name}_before"].is_not(None)))
    return select(union_all(*parts).subquery())


def _row(seen: Any, before: Any, counts: dict[str, Any]) -> Select[Any]:
    told = (counts.get(name, literal(0)).label(name) for name in COUNTED)
    return select(*(seen.c[key] for key in _KEYS), seen.c.day, before.label("before"), *told)


def _paper_days(asked: Any) -> Any:
    """One row for each paper of a case and day."""
    sums = {"unanswered": "unanswered", "undecided": "undecided", "requests": "demanded"}
    told = [func.sum(asked.c[of]).label(name) for name, of in sums.items()]
    told += [func.max(asked.c[name]).label(name) for name in ("spared", "held", "demanded")]
    told += [func.count().label("questions"), literal(1).label("papers")]
    place = [asked.c[name] for name in (*PAPER, "day")]
    days = select(*place, *told, func.max(_greater(asked.c.held, asked.c.demanded)).label("either"))
    return days.group_by(*place).subquery("days")


def _greater(one: Any, other: Any) -> Any:
    return case((one > other, one), else_=other)


def _seen(days: Any, sign: int) -> Any:
    """Beside each mark the day before on which the paper had it."""
    earlier = {"partition_by": [days.c[name] for name in PAPER], "order_by": days.c.day, "rows": (None, -1)}
    before = [
        func.max(case((days.c[name] == 1, days.c.day)), type_=Date()).over(**earlier).label(f"{name}_before") for name in ONCE
    ]
    return select(days, *before).cte("seen_after" if sign > 0 else "seen_before")


def _requests(since: int, below: Place | None, dialect: str) -> tuple[Select[Any], ...]:
    """Violations, and papers that were demanded though forbidden or found held later: each on its one day for good."""
    kept = violations.c
    day = vietnamese_day(kept.made_at, dialect).label("day")
    place = (*(kept[key] for key in _KEYS), day)
    fresh = between(kept.leaf_index, since, below)
    all_of_them = _counted(place, {"violations": func.count()}).where(fresh).group_by(*place)
    papers = select(*place, kept.demand_id, kept.ref).where(fresh, kept.ref != "").distinct().subquery()
    forbidden = _counted(tuple(papers.c[name] for name in (*_KEYS, "day")), {"avoidable": literal(1)})
    return all_of_them, forbidden, _found_held(since, below, dialect)


def _found_held(since: int, below: Place | None, dialect: str) -> Select[Any]:
    told = reclassifications
    kind = (
        case((func.json_valid(told.c.body) == 1, func.json_extract(told.c.body, "$.evidence_type")))
        if dialect == "sqlite"
        else func.json_extract_path_text(cast(told.c.body, JSON), "evidence_type")
    )
    place = (demands.c.agency, demands.c.procedure, func.coalesce(kind, "").label("evidence_type"))
    day = vietnamese_day(demands.c.made_at, dialect).label("day")
    found = _counted((*place, day), {"avoidable": literal(1)})
    found = found.select_from(told.join(demands, demands.c.demand_id == told.c.demand_id))
    return found.where(told.c.outcome == Outcome.AVOIDABLE.value, between(told.c.leaf_index, since, below))


def _counted(place: tuple[Any, ...], counts: dict[str, Any]) -> Select[Any]:
    return select(*place, _NEVER.label("before"), *(counts.get(name, literal(0)).label(name) for name in COUNTED))
