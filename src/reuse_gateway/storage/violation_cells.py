"""Cells of violations as an export writes them, made by the database: no value of the domain is built for a row.

The state comes from the view `case_state`, and only for cases that have steps; all others are untouched.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Text, case, exists, func, literal_column, select, type_coerce
from sqlalchemy.types import NullType

from reuse_gateway.application.violation_ports import CellPage, PageEnd
from reuse_gateway.domain.case import CaseState
from reuse_gateway.domain.vietnam import TIME_ZONE
from reuse_gateway.storage.tables_cases import case_state, case_steps, case_violations

_OFFSETS = {TIME_ZONE: ("+07:00", "+7 hours"), "UTC": ("+00:00", "+0 hours")}
_MAY_BE_EMPTY = ("evidence_type", "channel")
_UNTOUCHED = CaseState.DETECTED.value


def cells_of(found: Select[Any], columns: Sequence[str], tz: str, dialect: str) -> Select[Any]:
    """The cells of the violations that `found` selects, the latest made first; behind them where a page ends."""
    row, member = found.subquery("found"), case_violations
    end = (type_coerce(row.c.made_at, NullType()), row.c.violation_id)
    cells = [_cell(name, row.c, tz, dialect).label(name) for name in columns]
    joined = row.outerjoin(member, member.c.violation_id == row.c.violation_id)
    wanted = select(*cells, *(each.label(f"end_{at}") for at, each in enumerate(end))).select_from(joined)
    return wanted.order_by(row.c.made_at.desc(), row.c.violation_id.desc())


def page_of(rows: Sequence[Row[Any]], columns: Sequence[str], limit: int) -> CellPage:
    """A page of such rows, turned over; it has an end where it is full."""
    if not rows:
        return CellPage(tuple(() for _ in columns), 0, None)
    *told, ends, ids = zip(*rows, strict=True)
    bases = columns.index("legal_basis") if "legal_basis" in columns else None
    if bases is not None:
        spelt = {each: " ".join(json.loads(each)) for each in set(told[bases])}
        told[bases] = tuple(map(spelt.__getitem__, told[bases]))
    end = PageEnd(_instant(ends[-1]), ids[-1]) if len(rows) == limit else None
    return CellPage(tuple(told), len(rows), end)


def _instant(told: str | datetime) -> datetime:
    return told if isinstance(told, datetime) else datetime.fromisoformat(told)


def _cell(name: str, row: Any, tz: str, dialect: str) -> ColumnElement[Any]:
    if name in _ELSEWHERE:
        return _ELSEWHERE[name](row)
    if name == "made_at":
        return _second(row.made_at, tz, dialect)
    return func.nullif(row[name], "") if name in _MAY_BE_EMPTY else row[name]


def _second(at: ColumnElement[Any], tz: str, dialect: str) -> ColumnElement[str]:
    """ISO 8601 to the second, cut and not rounded: SQLite's own reading of a fraction rounds."""
    offset, moved = _OFFSETS[tz]
    if dialect == "sqlite":
        return func.strftime(f"%Y-%m-%dT%H:%M:%S{offset}", func.substr(type_coerce(at, Text()), 1, 19), moved, type_=Text())
    return func.to_char(func.timezone(tz, at), f'YYYY-MM-DD"T"HH24:MI:SS"{offset}"', type_=Text())


def _state(row: Any) -> ColumnElement[Any]:
    member = case_violations.c
    now = select(case_state.c.state).where(case_state.c.violation_id == row.violation_id).scalar_subquery()
    begun = exists(select(literal_column("1")).select_from(case_steps).where(case_steps.c.case_id == member.case_id))
    return case((begun, now), (member.case_id.is_not(None), _UNTOUCHED), else_=None)


_ELSEWHERE: Mapping[str, Any] = {
    "state": _state,
    "case_id": lambda _row: func.nullif(case_violations.c.case_id, ""),
    "ledger_index": lambda row: row.leaf_index,
}
