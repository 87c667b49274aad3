"""Procedures: the shipped, curated ones first, then what was imported; and the store that imports are written to."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import func, select, tuple_

from reuse_gateway.application.import_catalogue import ImportedProcedure, ImportRow
from reuse_gateway.domain.errors import Conflict
from reuse_gateway.domain.procedure import ProcedureVersion
from reuse_gateway.domain.vietnam import VIETNAM
from reuse_gateway.storage.batch import Append
from reuse_gateway.storage.group_commit import GroupCommit
from reuse_gateway.storage.import_leaves import import_append
from reuse_gateway.storage.imports import stands
from reuse_gateway.storage.procedure_json import version_of
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables_procedures import imported_procedures, imports

_MOST_PARSED = 256
_stored = imported_procedures.c


def _today() -> date:
    return datetime.now(VIETNAM).date()


class CataloguedProcedures:
    """Port `Procedures`. Only which row is the newest is asked each time: rows never change, so parsed ones stay true."""

    def __init__(self, shipped: Sequence[ProcedureVersion], reads: Reads, today: Callable[[], date] = _today) -> None:
        self._shipped, self._reads, self._today = tuple(shipped), reads, today
        self._parsed: OrderedDict[tuple[int, str], ProcedureVersion] = OrderedDict()

    async def find(self, code: str, day: date) -> ProcedureVersion | None:
        """The version in force on that day; None = never heard of it. Raises StoreError for codes that are not shipped."""
        shipped = self._shipped_on(code, day)
        if shipped:
            return shipped
        wanted = select(_stored.import_id).where(_stored.code == code, _stored.valid_from <= day, stands(_stored.import_id))
        newest = await self._reads.first(wanted.order_by(_stored.import_id.desc()).limit(1))
        return await self._version(newest[0], code) if newest else None

    async def listing(self, after: str, limit: int) -> Sequence[ProcedureVersion]:
        """In order of code, beyond `after`, at most `limit`; today's versions."""
        today = self._today()
        shipped = {v.code: v for v in self._shipped if v.code > after and _in_force(v, today)}
        newest = select(_stored.code, func.max(_stored.import_id)).where(
            _stored.code > after, _stored.valid_from <= today, stands(_stored.import_id)
        )
        imported = dict(await self._reads.rows(newest.group_by(_stored.code).order_by(_stored.code).limit(limit)))
        codes = sorted({*shipped, *imported})[:limit]
        stored = await self._versions([(imported[code], code) for code in codes if code not in shipped])
        return [shipped.get(code) or stored[code] for code in codes]

    async def _versions(self, keys: Sequence[tuple[int, str]]) -> Mapping[str, ProcedureVersion]:
        """By code; a page in one question. What is parsed here is not remembered: a walk would push out what checks use."""
        known = {code: self._parsed[number, code] for number, code in keys if (number, code) in self._parsed}
        wanted = [key for key in keys if key[1] not in known]
        if not wanted:
            return known
        bodies = select(_stored.code, _stored.body).where(tuple_(_stored.import_id, _stored.code).in_(wanted))
        return known | {code: version_of(body) for code, body in await self._reads.rows(bodies)}

    def _shipped_on(self, code: str, day: date) -> ProcedureVersion | None:
        return next((version for version in self._shipped if version.code == code and _in_force(version, day)), None)

    async def _version(self, import_id: int, code: str) -> ProcedureVersion:
        key = (import_id, code)
        if key not in self._parsed:
            body = select(_stored.body).where(_stored.import_id == import_id, _stored.code == code)
            self._parsed[key] = version_of((await self._reads.rows(body))[0][0])
            if len(self._parsed) > _MOST_PARSED:
                self._parsed.popitem(last=False)
        self._parsed.move_to_end(key)
        return self._parsed[key]


def _in_force(version: ProcedureVersion, day: date) -> bool:
    return version.valid_from <= day and (version.valid_to is None or day <= version.valid_to)


class ImportedProcedures:
    """Ports `ProcedureStore` and `RollBackStore`: reads, and the one writer; every method raises StoreError."""

    def __init__(self, reads: Reads, writer: GroupCommit) -> None:
        self._reads, self._writer = reads, writer

    async def newest_import(self) -> int | None:
        """Its number; None = nothing was imported yet."""
        return (await self._reads.rows(select(func.max(imports.c.import_id))))[0][0]

    async def newest_versions(self) -> Mapping[str, tuple[str, date]]:
        """Procedure code -> digest and first day of its newest import."""
        standing = select(_stored.code, func.max(_stored.import_id).label("import_id")).where(stands(_stored.import_id))
        newest = standing.group_by(_stored.code).subquery()
        same = (_stored.code == newest.c.code) & (_stored.import_id == newest.c.import_id)
        rows = await self._reads.rows(select(_stored.code, _stored.digest, _stored.valid_from).join(newest, same))
        return {code: (digest, valid_from) for code, digest, valid_from in rows}

    async def record_import(self, row: ImportRow, procedures: Sequence[ImportedProcedure], newest: int | None) -> int:
        """The import, all its procedures and its leaf in one transaction, or nothing."""
        return await self._record(import_append(row, procedures, (), newest))

    async def record_rollback(self, row: ImportRow, standing: Sequence[int], newest: int) -> int:
        """A new import that stands for those of a list."""
        return await self._record(import_append(row, (), standing, newest))

    async def _record(self, append: Append) -> int:
        """Each import names the one before it, and no two the same: whoever comes second is told so."""
        try:
            return (await self._writer.append(append)).index
        except Conflict:
            raise Conflict(
                "somebody else imported meanwhile; nothing was written, try again", code="imported_meanwhile"
            ) from None
