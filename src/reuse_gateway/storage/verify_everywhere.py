"""One question about every table there is, asked in one statement; a table that is lost takes only its own share with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import CompoundSelect, Row, Select, select, union_all

from reuse_gateway.storage.discrepancies import Discrepancies
from reuse_gateway.storage.failures import NotThere
from reuse_gateway.storage.reads import Reads


class Everywhere:
    """`asked`: the statements of each table by its name, all of one shape."""

    def __init__(self, asked: Mapping[str, Sequence[Select[Any]]]) -> None:
        self._asked = {name: _together(statements) for name, statements in asked.items() if statements}
        self._whole = _together(each for statements in asked.values() for each in statements)

    async def rows(self, reads: Reads, found: Discrepancies, part: str) -> Sequence[Row[Any]]:
        """What all of them answer; where a table or column is gone, `part_unverified` for that table. Raises StoreError."""
        try:
            return await reads.rows(self._whole)
        except NotThere:
            rows: list[Row[Any]] = []
        for name, statement in self._asked.items():
            with found.part(f"{part} of {name}"):
                rows += await reads.rows(statement)
        return rows


def _together(statements: Iterable[Select[Any]]) -> CompoundSelect[Any]:
    return union_all(*(select(each.subquery()) for each in statements))
