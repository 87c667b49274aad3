"""Rows that every query counts and no leaf tells of: put in beside real ones, by an owner who first drops what forbids them."""

from __future__ import annotations

import pytest
from sqlalchemy import UniqueConstraint, insert, select

from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.every_table import EVERY_TABLE
from tests.proof.test_every_column import every_table as tables_of_every_module

from .builders import Store, a_check, a_demand, as_owner
from .loosening import loosened


async def put_beside(store: Store, table: str, changes: dict) -> None:
    """The table's first row once more, changed."""
    kept = next(each for each in EVERY_TABLE if each.name == table)
    engine = build_engine(store.url)
    async with engine.begin() as connection:
        row = (await connection.execute(select(kept).limit(1))).first()
        assert row is not None
        await connection.execute(insert(kept).values({**row._asdict(), **changes}))
    await engine.dispose()


def test_no_table_is_left_out():
    assert {table.name for table in EVERY_TABLE} == tables_of_every_module().keys()


@pytest.mark.parametrize(
    ("table", "changes", "expected"),
    [
        ("checks", {"short_code": "SCGHOST", "check_id": "chk_ghost"}, ("row_twice", 0)),
        ("checks", {"leaf_index": 77, "check_id": "chk_ghost"}, ("row_twice", 0)),
        ("violations", {}, ("row_twice", 1)),
        ("violations", {}, ("row_count", 1)),
        ("violations", {"violation_id": "vio_ghost", "leaf_index": None}, ("cell_empty", -1)),
        ("demands", {"demand_id": "dem_ghost", "leaf_index": None}, ("cell_empty", -1)),
        ("case_violations", {"violation_id": "vio_ghost"}, ("row_twice", 1)),
        ("ledger_leaves", {}, ("row_twice", 0)),
        ("ledger_checkpoints", {}, ("row_twice", 0)),
        ("ledger_checkpoints", {"previous_size": None, "size": 77}, ("cell_empty", 0)),
    ],
)
async def test_a_ghost_beside_a_real_row_is_found(store: Store, table: str, changes: dict, expected: tuple):
    await store.recorder.record_check(a_check(1), None)
    await store.recorder.record_demand(a_demand(1))
    assert (await store.verified()).good
    await loosened(store.url, table)
    await put_beside(store, table, changes)
    assert expected in await store.found()


@pytest.mark.parametrize("engine_name", ["postgresql"])
async def test_rows_of_a_child_table_are_found(store: Store):
    await store.recorder.record_demand(a_demand(1))
    await as_owner(store.url, "CREATE TABLE more () INHERITS (violations)", "INSERT INTO more SELECT * FROM violations")
    assert ("row_twice", 0) in await store.found()


async def test_keys_with_an_empty_cell_are_no_doubles(store: Store):
    nullable = [
        column
        for table in EVERY_TABLE
        for each in table.constraints
        if isinstance(each, UniqueConstraint)
        for column in each.columns
        if column.nullable
    ]
    assert nullable, "or this test says nothing"
    for number in (1, 2):
        await store.recorder.record_demand(a_demand(number))
    assert (await store.verified()).good
