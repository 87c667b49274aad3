"""Imported procedures held against the digests that were recorded with them, page by page.

These digests stand in no leaf yet: whoever changes text and digest alike is not found here.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, and_, or_, select

from reuse_gateway.application.import_catalogue import digest_of
from reuse_gateway.storage.discrepancies import Discrepancies
from reuse_gateway.storage.procedure_json import version_of
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables_procedures import imported_procedures

_PAGE = 200
_stored = imported_procedures.c


async def verify_imports(reads: Reads, found: Discrepancies) -> None:
    """Every text and day derived anew; the index told is the import's number. Raises StoreError."""
    at: tuple[int, str] = (-1, "")
    while rows := await reads.rows(_beyond(*at)):
        for row in rows:
            _verify(row, found)
        at = (rows[-1].import_id, rows[-1].code)


def _beyond(import_id: int, code: str) -> Any:
    beyond = or_(_stored.import_id > import_id, and_(_stored.import_id == import_id, _stored.code > code))
    return select(imported_procedures).where(beyond).order_by(_stored.import_id, _stored.code).limit(_PAGE)


def _verify(row: Row[Any], found: Discrepancies) -> None:
    try:
        version = version_of(row.body)
        told = (version.code, version.valid_from, digest_of(version))
    except (ValueError, KeyError, TypeError) as failure:
        found.add("import_unreadable", row.import_id, f"a body of ours for {row.code}", type(failure).__name__)
        return
    kept = (row.code, row.valid_from, row.digest)
    if told != kept:
        found.add("import_changed", row.import_id, " ".join(map(str, told)), " ".join(map(str, kept)))
