"""No value in any cell of any verified table ends `ledger verify` or hides what else was tampered with.

SQLite keeps any value in any column. The attacker owns the database: triggers are gone, and in every table stands a row of his.
"""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Boolean, Column, Date, Integer, LargeBinary, Table, Text

import reuse_gateway.storage
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.storage.discrepancies import Discrepancy
from reuse_gateway.storage.tables import Instant, metadata

from .builders import Clocked, Store, a_check, a_demand, as_owner, event, opened, unguarded

# No leaf binds them and nothing rests on them (docs/proof.md); verifying does not read them.
BOOKKEEPING = {"webhook_standings", "webhook_attempts", "person_keys"}
SOUGHT, PARSED = {"leaf_index", "import_id", "rollback_id", "level", "size"}, {"body", "entry", "note"}
SEVERITY = ("row_changed", 1)
# The ledger's own rows are attacked where they stand; of each other table it is the attacker's row.
PLACES = {"ledger_leaves": "leaf_index = 7", "ledger_checkpoints": "size = 7", "ledger_subtrees": "level = 8"}
NOT_TEXT = ("x'00ff'", "CAST(x'ff' AS TEXT)")
UNREADABLE: dict[type, tuple[str, ...]] = {
    Text: NOT_TEXT,
    LargeBinary: ("'xx'", "12", "9e999", "1.5", "9223372036854775807"),
    Integer: ("'abc'", "x'00'", "9e999", "1.5", "''"),
    Boolean: ("'abc'", "x'00'", "2", "-9e999"),
    Date: (*NOT_TEXT, "'garbage'", "20261120", "'2026-02-31'", "'2026-11-20T00:00:00Z'", "'2026-11-20'||char(0)"),
    Instant: (
        *NOT_TEXT, "'garbage'", "'2026-11-20 00:00:00'", "'2026-11-20T00:00:00.000000+07:00'", "5",
        "'0001-01-01T00:00:00.000000+14:00'", "'2026-11-20T00:00:00.000000Z'||char(0)",
    ),
}  # fmt: skip
# Of the right type, each a trap for whoever reads it further.
TRAPS: dict[type, tuple[str, ...]] = {
    Text: ("''", "'a'||char(0)", "'null'", "'[]'", "'{}'", "replace(hex(zeroblob(50000)),'0','[')", "'{\"at\": 1e999}'"),
    LargeBinary: (
        "x''",
        "x'00'",
        "CAST(replace(hex(zeroblob(50000)),'0','[') AS BLOB)",
        'CAST(\'{"at":"0001-01-01"}\' AS BLOB)',
    ),
    Integer: ("9223372036854775807", "-9223372036854775808"),
}


def verified_tables() -> dict[str, Table]:
    for module in pkgutil.iter_modules(reuse_gateway.storage.__path__):
        importlib.import_module(f"reuse_gateway.storage.{module.name}")
    return {name: table for name, table in metadata.tables.items() if name not in BOOKKEEPING}


def kind_of(column: Column[Any]) -> type:
    return next(kind for kind in (Instant, Date, Boolean, Integer, LargeBinary, Text) if isinstance(column.type, kind))


def attackers_row(table: Table) -> str:
    """A row of the right types whose words are nonsense."""
    cells = {Instant: "'2026-11-23T00:00:00.000000Z'", Date: "'2026-11-23'", LargeBinary: "x'01'", Text: "'nonsense'"}
    values = ", ".join("4" if each.name == "leaf_index" else cells.get(kind_of(each), "1") for each in table.columns)
    names = ", ".join(f'"{each.name}"' for each in table.columns)
    return f"INSERT INTO {table.name} ({names}) VALUES ({values})"


@pytest_asyncio.fixture
async def attacked(tmp_path: Path, migrated_file: Path, ring: KeyRing) -> AsyncIterator[Store]:
    """A store with a tile of leaves, one softened violation, and a row of the attacker's in every table."""
    file = tmp_path / "attacked.db"
    shutil.copy(migrated_file, file)
    async with opened(f"sqlite:///{file}", ring, Clocked()) as store:
        await store.recorder.record_check(a_check(1), None)
        await store.recorder.record_demand(a_demand(1, a_check(1).id))
        for number in range(8):
            await store.writer.append(event(number))
        await asyncio.gather(*(store.writer.append(event(number)) for number in range(8, 256)))
        assert (await store.verified()).good
        rows = [attackers_row(table) for name, table in verified_tables().items() if name not in PLACES and name != "folds"]
        await as_owner(store.url, "UPDATE violations SET severity = 'low'", *rows)
        await unguarded(store.url)
        assert SEVERITY in await store.found()
        with closing(sqlite3.connect(f"{file}.as_it_was")) as kept, closing(sqlite3.connect(file)) as live:
            live.backup(kept)
        yield store


def first_key(table: Any) -> Column[Any]:
    return next(iter(table.primary_key.columns))


def places(table: Table) -> str:
    keys = {"folds": "1 = 1", **PLACES}
    if table.name in keys:
        return keys[table.name]
    return "leaf_index = 4" if "leaf_index" in table.c else f"{first_key(table).name} IN (1, '2026-11-23', 'nonsense')"


def rounds(values: dict[type, tuple[str, ...]]) -> Iterator[list[tuple[Column[Any], str]]]:
    """Each value in each column that it is for; columns by which a row is sought, and those that are parsed, by themselves."""
    tables = verified_tables().values()
    # The first of a key last: by it the row is found.
    columns = [column for table in tables for column in sorted(table.columns, key=lambda one: one is first_key(one.table))]
    parts = [[each for each in columns if each.name in names] for names in (SOUGHT, PARSED)]
    parts.append([each for each in columns if each.name not in SOUGHT | PARSED])
    for part in parts:
        for at in range(max(map(len, values.values()))):
            yield [(each, told[at]) for each in part if at < len(told := values.get(kind_of(each), ()))]


async def after(store: Store, cells: list[tuple[Column[Any], str]]) -> tuple[list[Discrepancy], set[str]]:
    """What verifying finds with these values in these columns alone, and which columns took theirs."""
    file, taken = store.url.removeprefix("sqlite:///"), set[str]()
    with closing(sqlite3.connect(f"{file}.as_it_was")) as kept, closing(sqlite3.connect(file)) as live:
        kept.backup(live)
        for column, value in cells:
            name = column.table.name
            try:
                changed = live.execute(f'UPDATE {name} SET "{column.name}" = {value} WHERE {places(column.table)}')
            except sqlite3.IntegrityError:
                continue
            assert changed.rowcount, f"no row in {name}"
            taken.add(f"{name}.{column.name}")
        live.commit()
    return list((await store.verified()).findings), taken


async def test_a_value_of_a_wrong_type_is_told_in_every_column_and_hides_nothing(attacked: Store) -> None:
    untold, refused, told = [], set(), set()
    for cells in rounds(UNREADABLE):
        findings, taken = await after(attacked, cells)
        assert SEVERITY in {(each.what, each.index) for each in findings}, cells
        assert "part_unverified" not in {each.what for each in findings}, findings
        named = {each.expected.partition(" ")[0] for each in findings if each.what == "row_unreadable"}
        for column, value in cells:
            place = f"{column.table.name}.{column.name}"
            if place not in taken:
                refused.add(place)
            elif place not in named:
                untold.append(f"{place} {value}")
            else:
                told.add(place)
    assert untold == []
    every = {f"{table.name}.{column.name}" for table in verified_tables().values() for column in table.columns}
    assert every - told == refused - told == {
        # The row ids of SQLite, the only columns that it keeps to their type.
        "audit_events.leaf_index", "dated_facts.number", "holding_batches.leaf_index", "imports.import_id",
        "ledger_checkpoints.size", "ledger_leaves.leaf_index",
    }  # fmt: skip


async def test_no_trap_of_the_right_type_ends_the_verifying_or_hides_anything(attacked: Store) -> None:
    for cells in rounds(TRAPS):
        findings, _ = await after(attacked, cells)
        assert SEVERITY in {(each.what, each.index) for each in findings}, cells
        assert "part_unverified" not in {each.what for each in findings}, (cells, findings)


@pytest.mark.parametrize("engine_name", ["postgresql"])
@pytest.mark.parametrize("value", ["0044-03-15 BC", "infinity", "-infinity", "294276-12-31"])
async def test_instants_that_python_has_not_got_are_told_and_hide_nothing(store: Store, value: str) -> None:
    await store.recorder.record_check(a_check(1), None)
    await store.recorder.record_demand(a_demand(1, a_check(1).id))
    assert (await store.verified()).good
    softened = "UPDATE violations SET severity = 'low'"
    instants = f"UPDATE demands SET made_at = '{value}'", f"UPDATE ledger_checkpoints SET signed_at = '{value}' WHERE size = 1"
    await as_owner(store.url, softened, *instants, f"UPDATE checks SET as_of = '{value}'")
    report = await store.verified()
    assert SEVERITY in {(each.what, each.index) for each in report.findings}
    unreadable = {(each.expected, each.index) for each in report.findings if each.what == "row_unreadable"}
    days = {("checks.as_of a day", 0)}
    assert unreadable >= days | {("demands.made_at an instant", 1), ("ledger_checkpoints.signed_at an instant", 1)}


async def test_a_head_of_trillions_of_leaves_is_not_counted_up_to(store: Store) -> None:
    for number in range(3):
        await store.writer.append(event(number))
    head = (
        "INSERT INTO ledger_checkpoints SELECT 9223372036854775807, 3, root, frontier, note, signed_at FROM ledger_checkpoints"
    )
    await as_owner(store.url, f"{head} WHERE size = 3", f"{attackers_row(verified_tables()['audit_events'])}")
    found = await store.found()
    assert ("checkpoint_unreached", 9223372036854775807) in found
    assert ("row_without_leaf", 4) in found, "and what lies beyond the leaves is not covered by it"
