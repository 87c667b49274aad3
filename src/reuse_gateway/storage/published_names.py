"""Port `Names`: what shipped facts call things, and what imported procedures were called in any import."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, String, cast, func, select
from sqlalchemy.dialects.postgresql import JSON

from reuse_gateway.application.violation_ports import Named
from reuse_gateway.domain.query_words import searched
from reuse_gateway.domain.violation_query import Key
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables_procedures import imported_procedures, imports


class PublishedNames:
    """Imports are read again only when there is a new one."""

    def __init__(self, shipped: Sequence[Named], reads: Reads) -> None:
        self._shipped, self._reads = tuple(shipped), reads
        self._known: tuple[int | None, tuple[Named, ...]] = (None, ())

    async def names(self) -> Sequence[Named]:
        """Every name known now; raises StoreError."""
        row = await self._reads.first(select(func.max(imports.c.import_id)))
        newest = row[0] if row else None
        if newest is not None and newest != self._known[0]:
            self._known = (newest, await self._imported())
        return self._shipped + self._known[1]

    async def _imported(self) -> tuple[Named, ...]:
        sqlite = self._reads.dialect == "sqlite"
        wanted = select(imported_procedures.c.code, _name(sqlite).label("name")).distinct()
        return tuple(Named(Key.PROCEDURE, code, searched(code, name)) for code, name in await self._reads.rows(wanted))


def _name(sqlite: bool) -> ColumnElement[str]:
    body = imported_procedures.c.body
    return func.json_extract(body, "$.name") if sqlite else cast(body, JSON)["name"].as_string().cast(String)
