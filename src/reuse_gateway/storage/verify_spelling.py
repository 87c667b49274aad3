"""SQLite keeps any value anywhere: 5 is true to Python and not to SQL, another spelling of a day is not found by it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    Integer,
    Select,
    Table,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from reuse_gateway.storage.discrepancies import Discrepancies
from reuse_gateway.storage.every_table import EVERY_TABLE
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables import Instant
from reuse_gateway.storage.verify_everywhere import Everywhere

_MOST = 100
_DIGITS = "[0-9][0-9]"
_DAY = f"{_DIGITS}{_DIGITS}-{_DIGITS}-{_DIGITS}"
_INSTANT = f"{_DAY}T{_DIGITS}:{_DIGITS}:{_DIGITS}.{_DIGITS * 3}Z"


async def verify_spelling(reads: Reads, found: Discrepancies) -> None:
    """Booleans are 0 or 1, days and instants stand in the one form that sorts. PostgreSQL has types. Raises StoreError."""
    if reads.dialect != "sqlite":
        return
    for told, index, value in await _EVERYWHERE.rows(reads, found, "spelling"):
        found.add("cell_misspelt", index if type(index) is int else -1, told, value)


_NAMED: dict[type, str] = {Boolean: "0 or 1", Date: "YYYY-MM-DD", Instant: "YYYY-MM-DDThh:mm:ss.ffffffZ"}


def _strange(column: Column[Any]) -> ColumnElement[bool] | None:
    kind, plain = func.typeof(column), type_coerce(column, Text)
    if isinstance(column.type, Boolean):
        return or_(kind != "integer", type_coerce(column, Integer).not_in((0, 1)))
    if isinstance(column.type, Date):
        return or_(kind != "text", ~plain.op("GLOB", is_comparison=True)(_DAY))
    if isinstance(column.type, Instant):
        # Newer Pythons read 24:00 as the next day's midnight.
        return or_(kind != "text", ~plain.op("GLOB", is_comparison=True)(_INSTANT), plain.like("%T24:%"))
    return None


def _rows(table: Table, column: Column[Any], strange: ColumnElement[bool]) -> Select[Any]:
    told = literal(f"{column} {_NAMED[type(column.type)]}").label("told")
    at = (table.c.leaf_index if "leaf_index" in table.c else literal(0)).label("at")
    shown = case((func.typeof(column) == "integer", cast(type_coerce(column, Integer), Text)), else_=func.typeof(column))
    return select(told, at, shown.label("shown")).where(and_(column.is_not(None), strange)).limit(_MOST)


def _of(table: Table) -> Iterator[Select[Any]]:
    for column in table.columns:
        if (strange := _strange(column)) is not None:
            yield _rows(table, column, strange)


_EVERYWHERE = Everywhere({table.name: list(_of(table)) for table in EVERY_TABLE})
