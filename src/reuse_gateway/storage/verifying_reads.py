"""Reads for whoever verifies: a cell that is not of its column's type is a finding, and the reading goes on over the rest.

The row stays, with a stand-in for that cell, so that everything else in it is verified too.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Executable, Row, Select, Table, tuple_
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.ext.asyncio import AsyncConnection

from reuse_gateway.storage.cells import Reading, again, bare, class_of, readings
from reuse_gateway.storage.discrepancies import MOST, UNREADABLE, Discrepancies
from reuse_gateway.storage.failures import NotThere
from reuse_gateway.storage.reads import Reads

_INDICES = ("leaf_index", "size", "import_id")


class VerifyingReads(Reads):
    """The same statements, none of whose rows can end the verifying; every method raises StoreError."""

    def __init__(self, reads: Reads, found: Discrepancies) -> None:
        super().__init__(reads._engine, reads._deadline_s)
        self._found, self._told = found, set[tuple[str, int, str]]()
        self._lost = set[str]()

    async def rows(self, statement: Executable) -> Sequence[Row[Any]]:
        """Every row of a SELECT that is bounded by itself."""
        cells = await self._cells(statement)
        return self._sound(readings(statement, self.dialect), cells) if cells else ()  # type: ignore[arg-type]

    async def held(self, table: Table, statement: Select[Any]) -> Sequence[Row[Any]] | None:
        """The same of one table; None, and told once, where it is gone or a column of it."""
        if table.name not in self._lost:
            try:
                return await self.rows(statement)
            except NotThere as failure:
                self._lost.add(table.name)
                self._found.add("part_unverified", 0, table.name, type(failure).__name__)
        return None

    async def pages(
        self, statement: Select[Any], order: Sequence[ColumnElement[Any]], most: int
    ) -> AsyncIterator[Sequence[Row[Any]]]:
        """Page by page in the order of columns that are among those selected and together name one row.

        Continued behind the cells as they lie: a stand-in would lead back to the beginning, or past the end.
        """
        names = [column.key for column in statement.selected_columns]
        at = [names.index(column.key) for column in order]
        reading, wanted = readings(statement, self.dialect), statement.order_by(*order).limit(most)
        cells = await self._cells(wanted)
        while cells:
            yield self._sound(reading, cells)
            last = [again(cells[-1][place], column, self.dialect) for place, column in zip(at, order, strict=True)]
            cells = await self._cells(wanted.where(tuple_(*order) > tuple_(*last)))

    async def _cells(self, statement: Executable) -> Sequence[Row[Any]]:
        if not isinstance(statement, Select):
            raise TypeError("only a SELECT tells the types of its columns")
        return await super().rows(bare(statement, self.dialect))

    async def _once(self, statement: Executable) -> Sequence[Row[Any]]:
        async with self._engine.connect() as connection:
            with await _any_text(connection):
                return (await connection.execute(statement)).all()

    def _sound(self, reading: Sequence[Reading], cells: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
        sound = [self._row(reading, row) for row in cells]
        return IteratorResult(SimpleResultMetaData(cells[0]._fields), iter(sound)).all()

    def _row(self, reading: Sequence[Reading], row: Row[Any]) -> tuple[Any, ...]:
        try:
            return tuple([read(cell) for read, cell in zip(reading, row, strict=True)])
        except UNREADABLE:
            return tuple([self._cell(read, cell, reading, row) for read, cell in zip(reading, row, strict=True)])

    def _cell(self, read: Reading, cell: Any, reading: Sequence[Reading], row: Row[Any]) -> Any:
        try:
            return read(cell)
        except UNREADABLE:
            self._tell(read, cell, reading, row)
            return read.kind.stand_in if read.kind else None

    def _tell(self, read: Reading, cell: Any, reading: Sequence[Reading], row: Row[Any]) -> None:
        """Once for each cell, though several parts of verifying read it."""
        keys = " ".join(str(key) for each, key in zip(reading, row, strict=True) if each.is_key)
        indices = (getattr(row, name, None) for name in _INDICES)
        index = next((each for each in indices if type(each) is int), 0)
        told = (read.place, index, keys)
        if told not in self._told:
            if len(self._told) < MOST:
                self._told.add(told)
            wanted = read.kind.name if read.kind else "not null"
            self._found.add("row_unreadable", index, f"{read.place} {wanted}", f"{class_of(cell)} at {keys}"[:80])


async def _any_text(connection: AsyncConnection) -> Any:
    """Text that is not UTF-8 comes as bytes, and so is told like every blob where text must be."""
    driver = (await connection.get_raw_connection()).driver_connection
    return _lenient(driver) if connection.dialect.name == "sqlite" else _lenient(None)


@contextmanager
def _lenient(driver: Any) -> Iterator[None]:
    if driver is None:
        yield
        return
    before, driver.text_factory = driver.text_factory, _text
    try:
        yield
    finally:
        driver.text_factory = before


def _text(content: bytes) -> str | bytes:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content
