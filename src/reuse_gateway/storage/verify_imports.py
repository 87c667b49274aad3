"""Every import held against its leaf, and every imported procedure against its digest, import by import."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sqlalchemy import Row, select

from reuse_gateway.application.import_catalogue import ImportRow, digest_of
from reuse_gateway.storage.discrepancies import UNREADABLE, Discrepancies
from reuse_gateway.storage.import_leaves import KIND, import_leaf, words_digest
from reuse_gateway.storage.procedure_json import version_of
from reuse_gateway.storage.tables import ledger_leaves
from reuse_gateway.storage.tables_facts import standing_imports
from reuse_gateway.storage.tables_procedures import imported_procedures, imports
from reuse_gateway.storage.verifying_reads import VerifyingReads

_PAGE = 200
_stored, _leaf = imported_procedures.c, ledger_leaves.c
_NAMES = [field.name for field in fields(ImportRow)]


async def verify_imports(reads: VerifyingReads, _size: int, found: Discrepancies) -> None:
    """Leaves without import, imports without leaf or unlike it, procedures unlike their digest. Raises StoreError."""
    entries = await reads.rows(select(_leaf.leaf_index, _leaf.entry).where(_leaf.kind == KIND))
    leaves = {row.leaf_index: row.entry for row in entries}
    rows = {row.import_id: row for row in await reads.rows(select(imports))}
    for missing in leaves.keys() - rows.keys():
        found.add("leaf_without_row", missing, "an import", "nothing")
    brought = {row.import_id for row in await reads.rows(select(_stored.import_id).distinct())}
    for import_id in sorted(brought | rows.keys()):
        words, standing = await _words(reads, import_id, found), await _standing(reads, import_id)
        with found.reading(import_id, "an import of ours"):
            _bound(import_id, rows.get(import_id), words, standing, leaves.get(import_id), found)


def _bound(
    import_id: int, row: Row[Any] | None, words: str, standing: list[int], entry: bytes | None, found: Discrepancies
) -> None:
    if row is None or entry is None:
        found.add("import_without_leaf", import_id, "the leaf and the row of an import", "leaf" if entry else "row")
        return
    expected = import_leaf(ImportRow(*(getattr(row, name) for name in _NAMES)), row.previous_id, words, standing)
    if expected != bytes(entry):
        found.add("row_not_in_leaf", import_id, bytes(entry), expected)


async def _standing(reads: VerifyingReads, import_id: int) -> list[int]:
    kept = standing_imports.c
    listed = select(kept.import_id).where(kept.rollback_id == import_id).order_by(kept.import_id)
    return [row.import_id for row in await reads.rows(listed)]


async def _words(reads: VerifyingReads, import_id: int, found: Discrepancies) -> str:
    """The digest over all that an import brought, read in pages and each held against its own digest."""
    told: list[tuple[str, str, str]] = []
    brought = select(imported_procedures).where(_stored.import_id == import_id)
    async for rows in reads.pages(brought, (_stored.code,), _PAGE):
        for row in rows:
            _verify(row, found)
            told.append((row.code, row.digest, row.body))
    return words_digest(told)


def _verify(row: Row[Any], found: Discrepancies) -> None:
    try:
        version = version_of(row.body)
        told = (version.code, version.valid_from, digest_of(version))
    except UNREADABLE as failure:
        found.add("import_unreadable", row.import_id, f"a body of ours for {row.code}", type(failure).__name__)
        return
    kept = (row.code, row.valid_from, row.digest)
    if told != kept:
        found.add("import_changed", row.import_id, told, kept)
