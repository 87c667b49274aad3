"""Cells as a database holds them, before a type of ours reads them: SQLite keeps any value in any column, and whoever owns the
database puts any there. PostgreSQL keeps its types, yet instants of its own that Python has not got (infinity, before Christ).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    Double,
    Integer,
    LargeBinary,
    Select,
    Text,
    cast,
    extract,
    func,
    literal,
    type_coerce,
)
from sqlalchemy.types import NullType, TypeEngine

from reuse_gateway.storage.tables import Instant, spelled

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CLASSES = {str: "text", bytes: "blob", int: "integer", float: "real", type(None): "null"}


@dataclass(frozen=True, slots=True)
class Kind:
    """What a column must hold: `read` raises one of UNREADABLE for anything else, `stand_in` takes its place then."""

    name: str
    read: Callable[[Any], Any]
    stand_in: Any


def _only(kind: type) -> Callable[[Any], Any]:
    def read(cell: Any) -> Any:
        if type(cell) is not kind:
            raise TypeError(kind.__name__)
        return cell

    return read


def _boolean(cell: Any) -> bool:
    if type(cell) not in (int, bool) or cell not in (0, 1):
        raise ValueError("boolean")
    return bool(cell)


def _instant(cell: Any) -> datetime:
    """Text must be spelled as ours, or it would not stand in its order; numbers are PostgreSQL's seconds since 1970."""
    if isinstance(cell, (Decimal, float)):
        return _EPOCH + timedelta(microseconds=round(Decimal(cell) * 1_000_000))
    at = datetime.fromisoformat(cell)
    if at.tzinfo is None or spelled(at) != cell:
        raise ValueError("instant")
    return at


def _day(cell: Any) -> date:
    if isinstance(cell, (Decimal, float)):
        return _instant(cell).date()
    day = date.fromisoformat(cell)
    if day.isoformat() != cell:
        raise ValueError("day")
    return day


_KINDS: tuple[tuple[type[TypeEngine[Any]], Kind], ...] = (
    (Instant, Kind("an instant", _instant, _EPOCH)),
    (Date, Kind("a day", _day, _EPOCH.date())),
    (Boolean, Kind("a boolean", _boolean, False)),
    (Integer, Kind("an integer", _only(int), -1)),
    (LargeBinary, Kind("bytes", _only(bytes), b"")),
    (Text, Kind("text", _only(str), "")),
)
_OURS = (Instant, Date)


def bare(statement: Select[Any], dialect: str) -> Select[Any]:
    """The same statement with its cells as they lie; nothing in reading them raises."""
    cells = (_bare(column, dialect) for column in statement.selected_columns)
    return statement.with_only_columns(*cells, maintain_column_froms=True)


def _bare(column: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    if dialect == "sqlite":
        return type_coerce(column, NullType()).label(_name(column))
    if isinstance(column.type, _OURS):
        return type_coerce(extract("epoch", column), NullType()).label(_name(column))
    return column


def again(cell: Any, column: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    """A bare cell, to be held against its column by the database: exact to the microsecond until the year 2200."""
    if dialect == "sqlite":
        return literal(cell, NullType())
    if not isinstance(column.type, _OURS):
        return literal(cell, column.type)
    at = func.to_timestamp(literal(float(cell), Double()))
    return cast(func.timezone("UTC", at), Date()) if isinstance(column.type, Date) else at


def _name(column: ColumnElement[Any]) -> str | None:
    return getattr(column, "name", None)


@dataclass(frozen=True, slots=True)
class Reading:
    """How the cells of one column of a statement are read."""

    column: ColumnElement[Any]
    kind: Kind | None
    nullable: bool

    def __call__(self, cell: Any) -> Any:
        """The value; raises one of UNREADABLE."""
        if cell is None:
            if self.nullable:
                return None
            raise TypeError("null")
        return self.kind.read(cell) if self.kind else cell

    @property
    def place(self) -> str:
        """Table and column."""
        real = _real(self.column)
        return f"{real.table.name}.{real.name}" if isinstance(real, Column) else str(_name(self.column))

    @property
    def is_key(self) -> bool:
        """Does it tell, beside the leaf index, which row it is?"""
        real = _real(self.column)
        return isinstance(real, Column) and real.primary_key and real.name != "leaf_index"


def readings(statement: Select[Any], dialect: str) -> list[Reading]:
    """One per column. Of several tables any may be the outer one, whose cells may be null."""
    alone = len(statement.columns_clause_froms) == 1
    return [_reading(column, dialect, alone) for column in statement.selected_columns]


def _reading(column: ColumnElement[Any], dialect: str, alone: bool) -> Reading:
    types = _OURS if dialect != "sqlite" else tuple(each for each, _ in _KINDS)
    kind = next((kind for each, kind in _KINDS if isinstance(column.type, each) and issubclass(each, types)), None)
    nullable = not alone or not isinstance(column, Column) or bool(column.nullable)
    return Reading(column, kind, nullable)


def _real(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return next(iter(column.base_columns), column)


def class_of(cell: Any) -> str:
    """How SQLite calls what lies there."""
    return _CLASSES.get(type(cell), type(cell).__name__)
