"""An imported procedure whose text, day or code is no longer what was imported is found by `ledger verify`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reuse_gateway.application.import_catalogue import ImportedProcedure, ImportRow, digest_of
from reuse_gateway.catalogue.loader import load
from reuse_gateway.domain.errors import Conflict
from reuse_gateway.storage.procedure_json import body_of
from reuse_gateway.storage.procedures import ImportedProcedures

from .builders import AT, Store, as_owner


async def fill(store: Store) -> int:
    versions = load().procedures[:3]
    row = ImportRow("tester", "made up", "d", AT, AT, len(versions), len(versions), 0, 0, 0)
    imported = [ImportedProcedure(digest_of(version), replace(version)) for version in versions]
    kept = ImportedProcedures(store.reads, store.writer)
    return await kept.record_import(row, imported, await kept.newest_import())


async def roll_back(store: Store, to: int) -> int:
    row = ImportRow("tester", "rollback", "d", AT, AT, 3, 0, 0, 3, 0)
    kept = ImportedProcedures(store.reads, store.writer)
    return await kept.record_rollback(row, [to], await kept.newest_import() or 0)


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
    found = {finding for finding, _ in await store.found()}
    assert what & found
    assert found <= what | {"row_not_in_leaf"}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE imports SET author = 'somebody else' WHERE import_id = {first}", "row_not_in_leaf"),
        ("UPDATE imports SET finished_at = started_at, read = 4 WHERE import_id = {first}", "row_not_in_leaf"),
        ("UPDATE imports SET previous_id = 77 WHERE import_id = {second}", "row_not_in_leaf"),
        ("DELETE FROM imported_procedures WHERE import_id = {second}", "row_not_in_leaf"),
        ("DELETE FROM standing_imports WHERE rollback_id = {third}", "row_not_in_leaf"),
        ("INSERT INTO standing_imports VALUES ({third}, {second})", "row_not_in_leaf"),
        ("DELETE FROM standing_imports; DELETE FROM imports WHERE import_id = {third}", "leaf_without_row"),
        (
            "INSERT INTO imports SELECT 99, author, source, digest, started_at, finished_at, read, new, changed, unchanged, "
            "troubles, 98 FROM imports WHERE import_id = {first}",
            "import_without_leaf",
        ),
    ],
)
async def test_an_import_or_roll_back_that_is_not_what_its_leaf_binds_is_found(store: Store, change: str, what: str):
    first, second = await fill(store), await fill(store)
    third = await roll_back(store, first)
    assert (await store.verified()).good
    statements = change.format(first=first, second=second, third=third).split("; ")
    await as_owner(store.url, *statements)
    assert what in {finding for finding, _ in await store.found()}


async def test_text_and_digest_changed_alike_are_found_by_the_leaf(store: Store):
    first = await fill(store)
    version = load().procedures[0]
    other = replace(version, name="Thủ tục khác")
    body = body_of(other).replace("'", "''")
    alike = f"digest = '{digest_of(other)}', body = '{body}'"
    await as_owner(store.url, f"UPDATE imported_procedures SET {alike} WHERE code = '{version.code}'")
    assert await store.found() == {("row_not_in_leaf", first)}


async def test_two_imports_that_saw_the_same_newest_are_not_both_taken(store: Store):
    await fill(store)
    kept, versions = ImportedProcedures(store.reads, store.writer), load().procedures[:1]
    row = ImportRow("tester", "made up", "d", AT, AT, 1, 1, 0, 0, 0)
    imported = [ImportedProcedure(digest_of(each), each) for each in versions]
    newest = await kept.newest_import()
    await kept.record_import(row, imported, newest)
    with pytest.raises(Conflict) as refused:
        await kept.record_import(row, imported, newest)
    assert refused.value.code == "imported_meanwhile"
    assert (await store.verified()).good
