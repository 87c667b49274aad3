"""What keys and NOT NULL promise, counted: an owner of the database can drop both and put ghosts beside rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Select, Table, UniqueConstraint, func, literal, or_, select, true

from reuse_gateway.storage.discrepancies import Discrepancies
from reuse_gateway.storage.every_table import EVERY_TABLE
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.verify_everywhere import Everywhere

_MOST = 100


async def verify_keys(reads: Reads, found: Discrepancies) -> None:
    """Every key of every table stands once, no cell is empty that may not be. Raises StoreError.

    One statement for each: a writer at work keeps both at every instant.
    """
    for what, asked in (("row_twice", _DOUBLED), ("cell_empty", _EMPTY)):
        for told, index, count in await asked.rows(reads, found, what):
            found.add(what, index if type(index) is int else -1, told, count)


def _keys(table: Table) -> Iterator[tuple[tuple[Column[Any], ...], Any]]:
    """Columns of each key, and of which rows it speaks."""
    yield tuple(table.primary_key.columns), true()
    for each in sorted((one for one in table.constraints if isinstance(one, UniqueConstraint)), key=lambda one: str(one.name)):
        yield tuple(each.columns), true()
    for index in sorted(table.indexes, key=lambda one: str(one.name)):
        if index.unique:
            where = index.dialect_options["sqlite"]["where"]
            yield tuple(index.columns), true() if where is None else where


def _at(table: Table) -> Any:
    return table.c.leaf_index if "leaf_index" in table.c else literal(0)


def _doubled(table: Table, key: tuple[Column[Any], ...], of: Any) -> Select[Any]:
    told = literal(f"one {table.name} by {', '.join(column.name for column in key)}").label("told")
    filled = (column.is_not(None) for column in key)
    counted = select(told, func.min(_at(table)).label("at"), func.count().label("count")).where(of, *filled).group_by(*key)
    return counted.having(func.count() > 1).limit(_MOST)


def _empty(table: Table) -> Select[Any]:
    told = literal(f"every cell of {table.name} that must be filled").label("told")
    empty = or_(*(column.is_(None) for column in table.columns if not column.nullable))
    return select(told, _at(table).label("at"), literal(0).label("count")).where(empty).limit(_MOST)


_DOUBLED = Everywhere({table.name: [_doubled(table, *key) for key in _keys(table)] for table in EVERY_TABLE})
_EMPTY = Everywhere({table.name: [_empty(table)] for table in EVERY_TABLE})
