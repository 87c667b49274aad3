"""What keys and NOT NULL promise, counted: an owner of the database can drop both and put ghosts beside rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Select, Table, UniqueConstraint, func, literal, or_, select

from reuse_gateway.storage.discrepancies import Discrepancies
from reuse_gateway.storage.every_table import EVERY_TABLE
from reuse_gateway.storage.reads import Reads

_MOST = 100


async def verify_keys(reads: Reads, found: Discrepancies) -> None:
    """Every key of every table stands once, no cell is empty that may not be. Raises StoreError.

    One statement for each: a writer at work keeps both at every instant.
    """
    for table in EVERY_TABLE:
        for key in _keys(table):
            for row in await reads.rows(_doubled(table, key)):
                found.add("row_twice", row[0], f"one {table.name} by {', '.join(column.name for column in key)}", row[1])
        for row in await reads.rows(_empty(table)):
            found.add("cell_empty", -1 if row[0] is None else row[0], f"every cell of {table.name} that must be filled", "NULL")


def _keys(table: Table) -> Iterator[tuple[Column[Any], ...]]:
    yield tuple(table.primary_key.columns)
    for each in sorted((one for one in table.constraints if isinstance(one, UniqueConstraint)), key=lambda one: str(one.name)):
        yield tuple(each.columns)
    for index in sorted(table.indexes, key=lambda one: str(one.name)):
        if index.unique:
            yield tuple(index.columns)


def _at(table: Table) -> Any:
    return table.c.leaf_index if "leaf_index" in table.c else literal(0)


def _doubled(table: Table, key: tuple[Column[Any], ...]) -> Select[Any]:
    filled = (column.is_not(None) for column in key)
    counted = select(func.min(_at(table)), func.count()).where(*filled).group_by(*key)
    return counted.having(func.count() > 1).limit(_MOST)


def _empty(table: Table) -> Select[Any]:
    return select(_at(table)).where(or_(*(column.is_(None) for column in table.columns if not column.nullable))).limit(_MOST)
