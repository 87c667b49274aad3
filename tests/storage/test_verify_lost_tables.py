"""A table that was dropped, a column that was renamed: told by name, and it hides nothing else that was changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reuse_gateway.domain.errors import StoreError
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.storage.every_table import EVERY_TABLE
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables import demands, ledger_checkpoints, ledger_leaves, violations

from .builders import Clocked, Store, a_check, a_demand, as_owner, opened
from .loosening import run_plainly

MADE_MILDER = "UPDATE violations SET severity = 'milder'"
# What nothing can be held against once they are gone.
NEEDED = {ledger_leaves, ledger_checkpoints, demands, violations}
LOST = (
    "DROP TABLE {p}alembic_version",
    "DROP TABLE {p}webhook_attempts",
    "DROP TABLE {p}reuse_days",
    "DROP TABLE {p}seen_defects",
    "DROP TABLE {p}ledger_subtrees",
    "DROP TABLE {p}verdicts CASCADE",
    "ALTER TABLE {p}folds RENAME COLUMN below TO beneath",
    "ALTER TABLE {p}saved_filters RENAME COLUMN revision TO version",
    "ALTER TABLE {p}person_keys RENAME TO keys_of_people",
)


async def a_day(store: Store) -> None:
    await store.recorder.record_check(a_check(1), None)
    await store.recorder.record_demand(a_demand(1))


async def findings(store: Store) -> set[tuple[str, str]]:
    return {(each.what, each.expected.split()[0]) for each in (await store.verified()).findings}


@pytest.mark.parametrize("loss", LOST)
async def test_a_lost_table_is_told_and_hides_nothing(store: Store, engine_name: str, loss: str) -> None:
    await a_day(store)
    await as_owner(store.url, MADE_MILDER)
    prefix = "" if engine_name == "sqlite" else "public."
    await run_plainly(store.url, loss.format(p=prefix).removesuffix(" CASCADE" if engine_name == "sqlite" else ""))
    found = await findings(store)
    assert ("row_changed", "violation") in found
    assert "schema_changed" in {what for what, _ in found}
    assert "part_unverified" in {what for what, _ in found} or "alembic_version" in loss


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_no_table_hides_a_changed_violation_by_being_gone(store: Store, ring: KeyRing, tmp_path: Path) -> None:
    await a_day(store)
    await as_owner(store.url, MADE_MILDER)
    await run_plainly(store.url, "PRAGMA wal_checkpoint(TRUNCATE)")
    for table in set(EVERY_TABLE) - NEEDED:
        copy = tmp_path / f"{table.name}.db"
        shutil.copy(store.url.removeprefix("sqlite:///"), copy)
        async with opened(f"sqlite:///{copy}", ring, Clocked()) as attacked:
            await run_plainly(attacked.url, f"DROP TABLE {table.name}")
            found = await findings(attacked)
        assert {("row_changed", "violation"), ("schema_changed", "table")} <= found, table.name
        assert any(what == "part_unverified" for what, _ in found), table.name


@pytest.mark.parametrize("table", ["ledger_leaves", "ledger_checkpoints", "demands", "violations"])
async def test_even_what_all_is_held_against_is_told_when_it_is_gone(store: Store, engine_name: str, table: str) -> None:
    await a_day(store)
    await run_plainly(store.url, f"DROP TABLE {table}" + ("" if engine_name == "sqlite" else " CASCADE"))
    found = {what for what, _ in await findings(store)}
    assert {"schema_changed", "part_unverified"} <= found


async def test_a_table_that_is_lost_is_no_loss_of_each_row(store: Store, engine_name: str) -> None:
    """A thousand findings of one drop would bury what else was changed."""
    await a_day(store)
    await run_plainly(store.url, "DROP TABLE checks" + ("" if engine_name == "sqlite" else " CASCADE"))
    assert not {"leaf_without_row", "row_without_leaf", "row_count"} & {what for what, _ in await findings(store)}


async def test_a_store_that_does_not_answer_is_no_finding(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        raise StoreError("the store did not answer in time")

    monkeypatch.setattr(Reads, "rows", away)
    with pytest.raises(StoreError, match="in time"):
        await store.verified()
