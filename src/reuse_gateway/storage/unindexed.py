"""A column that SQLite's planner must not choose an index by: without statistics it takes the first that fits, and sorts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class _Unindexed(FunctionElement[Any]):
    inherit_cache = True
    name = "unindexed"


def unindexed(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The same value, behind a unary plus on SQLite (sqlite.org/optoverview.html, 5); PostgreSQL has statistics."""
    plain = _Unindexed(column)
    plain.type = column.type
    return plain


@compiles(_Unindexed)
def _plain(element: _Unindexed, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(element.clauses, **kw))


@compiles(_Unindexed, "sqlite")
def _plus(element: _Unindexed, compiler: Any, **kw: Any) -> str:
    return f"+{compiler.process(element.clauses, **kw)}"
