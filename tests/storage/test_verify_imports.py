"""An imported procedure whose text, day or code is no longer what was imported is found by `ledger verify`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reuse_gateway.application.import_catalogue import ImportedProcedure, ImportRow, digest_of
from reuse_gateway.catalogue.loader import load
from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.procedures import ImportedProcedures

from .builders import AT, Store, as_owner


async def fill(store: Store) -> None:
    versions = load().procedures[:3]
    engine = build_engine(store.url)
    row = ImportRow("tester", "made up", "d", AT, AT, len(versions), len(versions), 0, 0, 0)
    imported = [ImportedProcedure(digest_of(version), replace(version)) for version in versions]
    await ImportedProcedures(engine).record_import(row, imported)
    await engine.dispose()


async def test_what_was_imported_and_left_alone_is_good(store: Store):
    await fill(store)
    report = await store.verified()
    assert report.good, report.findings


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("body = replace(body, 'original', 'copy_only')", {"import_changed", "import_unreadable"}),
        ("body = '{}'", {"import_unreadable"}),
        ("digest = 'other'", {"import_changed"}),
        ("valid_from = '1999-01-01'", {"import_changed"}),
        ("code = code || '.X'", {"import_changed"}),
    ],
)
async def test_an_import_changed_past_the_triggers_is_found(store: Store, change: str, what: set[str]):
    await fill(store)
    await as_owner(store.url, f"UPDATE imported_procedures SET {change}")
    assert {finding for finding, _ in await store.found()} <= what
    assert await store.found()
