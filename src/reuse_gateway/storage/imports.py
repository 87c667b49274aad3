"""Imports at rest as versions: which of them stand, what each brought, and roll-backs, which add a list and delete nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from reuse_gateway.application.import_catalogue import ImportRow
from reuse_gateway.application.import_history import ImportVersion, KeptProcedure
from reuse_gateway.domain.procedure import ProcedureVersion
from reuse_gateway.storage.import_leaves import NONE_BEFORE
from reuse_gateway.storage.procedure_json import version_of
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables_facts import standing_imports
from reuse_gateway.storage.tables_procedures import imported_procedures, imports

_AT_ONCE = 200
_stored = imported_procedures.c
_kept = standing_imports.c


def stands(column: ColumnElement[int], upto: int | None = None) -> ColumnElement[bool]:
    """Has this import not been rolled back over? With `upto`: as it was right after that import."""
    known = select(func.coalesce(func.max(_kept.rollback_id), NONE_BEFORE))
    last = (known if upto is None else known.where(_kept.rollback_id <= upto)).scalar_subquery()
    listed = column.in_(select(_kept.import_id).where(_kept.rollback_id == last))
    standing = or_(column > last, listed)
    return standing if upto is None else (column <= upto) & standing


class StoredImports:
    """Port `ImportArchive`; every method raises StoreError."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def versions(self) -> Sequence[ImportVersion]:
        """All, the oldest first."""
        restored = select(_kept.rollback_id, func.max(_kept.import_id)).group_by(_kept.rollback_id)
        restores = dict(await self._reads.rows(restored))
        rows = await self._reads.rows(select(imports).order_by(imports.c.import_id))
        names = [field.name for field in fields(ImportRow)]
        return [
            ImportVersion(row.import_id, ImportRow(*(getattr(row, name) for name in names)), restores.get(row.import_id))
            for row in rows
        ]

    async def standing_ids(self, import_id: int) -> Sequence[int]:
        """The imports that stood right after this one, in their order."""
        ids = select(imports.c.import_id).where(stands(imports.c.import_id, import_id)).order_by(imports.c.import_id)
        return [row.import_id for row in await self._reads.rows(ids)]

    async def standing(self, import_id: int) -> Mapping[str, KeptProcedure]:
        """By code, what stood right after this import."""
        return await self._newest(select(_stored.code, func.max(_stored.import_id)).where(stands(_stored.import_id, import_id)))

    async def standing_on(self, day: date) -> Mapping[str, KeptProcedure]:
        """By code, what holds on a day as far as it is known now."""
        begun = (_stored.valid_from <= day) & stands(_stored.import_id)
        return await self._newest(select(_stored.code, func.max(_stored.import_id)).where(begun))

    async def texts(self, kept: Mapping[str, KeptProcedure]) -> Mapping[str, ProcedureVersion]:
        """The procedures themselves, by code."""
        found: dict[str, ProcedureVersion] = {}
        by_import: dict[int, list[str]] = {}
        for code, each in kept.items():
            by_import.setdefault(each.import_id, []).append(code)
        for import_id, codes in by_import.items():
            for start in range(0, len(codes), _AT_ONCE):
                some = _stored.code.in_(codes[start : start + _AT_ONCE])
                rows = await self._reads.rows(select(_stored.code, _stored.body).where(_stored.import_id == import_id, some))
                found |= {row.code: version_of(row.body) for row in rows}
        return found

    async def _newest(self, wanted: Select[Any]) -> Mapping[str, KeptProcedure]:
        newest = wanted.group_by(_stored.code).subquery()
        code, import_id = newest.c
        same = (_stored.code == code) & (_stored.import_id == import_id)
        rows = await self._reads.rows(select(_stored.code, _stored.import_id, _stored.digest).join(newest, same))
        return {row.code: KeptProcedure(row.import_id, row.digest) for row in rows}
