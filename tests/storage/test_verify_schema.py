"""A guard that is gone, a key that was dropped, a view that lies: found by name. What an operator may do raises no alarm."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.storage import verify_schema
from reuse_gateway.storage.described_schema import committed

from .builders import Clocked, Store, a_check, a_demand, as_owner, opened, unguarded
from .loosening import loosened, run_plainly
from .write_schema import schema_of

LIE = "SELECT m.leaf_index, m.violation_id, m.case_id, 'rejected' AS state FROM case_violations m"
SQLITE = {
    "a view that lies": ("view case_state", "DROP VIEW case_state", f"CREATE VIEW case_state AS {LIE}"),
    "a view that is gone": ("view audit_v1_v_daily_agency", "DROP VIEW audit_v1_v_daily_agency"),
    "a unique index dropped": ("index ux", "DROP INDEX ux"),
    "a trigger added": (
        "nothing added to checks",
        "CREATE TRIGGER more AFTER INSERT ON checks BEGIN UPDATE ledger_leaves SET kind = 'x' WHERE 0; END",
    ),
    "a guard that does nothing": (
        "trigger checks_no_update",
        "CREATE TRIGGER checks_no_update BEFORE UPDATE ON checks BEGIN SELECT 1; END",
    ),
    "a column added": ("table checks", "ALTER TABLE checks ADD COLUMN more TEXT"),
}
POSTGRESQL = {
    "a view that lies": ("view public.case_state", f"CREATE OR REPLACE VIEW case_state AS {LIE}"),
    "a view that is gone": ("view audit_v1.v_daily_agency", "DROP VIEW audit_v1.v_daily_agency"),
    "a guard asleep": ("trigger public.checks insert_only", "ALTER TABLE checks DISABLE TRIGGER insert_only"),
    "a guard that a replica session sleeps through": (
        "trigger public.checks insert_only",
        "ALTER TABLE checks ENABLE TRIGGER insert_only",
    ),
    "a guard that does nothing": (
        "function reuse_gateway_insert_only()",
        "CREATE OR REPLACE FUNCTION reuse_gateway_insert_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    ),
    "a trigger added": (
        "nothing added to public.checks",
        "CREATE TRIGGER more BEFORE INSERT ON checks EXECUTE FUNCTION reuse_gateway_insert_only()",
    ),
    "a key dropped": ("constraint public.violations pk_violations", "ALTER TABLE violations DROP CONSTRAINT pk_violations"),
    "a cell that may be empty": ("column public.checks.agency", "ALTER TABLE checks ALTER COLUMN agency DROP NOT NULL"),
    "a column added": ("nothing added to public.checks", "ALTER TABLE checks ADD COLUMN more text"),
    "rows that are hidden": (
        "relation public.violations",
        "ALTER TABLE violations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    ),
    "a child": ("nothing added to public.violations", "CREATE TABLE more () INHERITS (violations)"),
    "a rule": ("nothing added to public.violations", "CREATE RULE more AS ON INSERT TO violations DO INSTEAD NOTHING"),
    "a check that is not ours": (
        "nothing added to public.violations",
        "ALTER TABLE violations ADD CONSTRAINT more CHECK (agency <> 'H41.99')",
    ),
    "a table that a crash empties": ("relation public.webhook_attempts", "ALTER TABLE webhook_attempts SET UNLOGGED"),
    "a table in front of ours": (
        "relation public.webhook_attempts",
        "CREATE SCHEMA {name}",
        "CREATE TABLE {name}.webhook_attempts (LIKE public.webhook_attempts)",
    ),
}
ATTACKS = [("sqlite", name) for name in SQLITE] + [("postgresql", name) for name in POSTGRESQL]
ALLOWED = (
    "CREATE INDEX mine ON checks (stage)",
    "CREATE TABLE notes (a int)",
    "CREATE VIEW my_checks AS SELECT check_id FROM checks",
    "ANALYZE",
    "VACUUM",
)
ALLOWED_IN_POSTGRESQL = (
    *ALLOWED,
    "REINDEX TABLE checks",
    "CREATE SCHEMA house",
    "GRANT SELECT ON checks TO pg_monitor",
    "COMMENT ON TABLE checks IS 'ours'",
    "ALTER TABLE checks SET (autovacuum_vacuum_scale_factor = 0.01)",
    "ALTER TABLE violations ALTER COLUMN agency SET STATISTICS 500",
    "DROP INDEX ix_checks_agency_decided_at",
    "CREATE PUBLICATION house FOR TABLE checks",
)


async def changed(store: Store) -> set[str]:
    report = await store.verified()
    return {finding.expected for finding in report.findings if finding.what == "schema_changed"}


async def test_what_is_committed_is_what_the_migrations_make(url: str, engine_name: str):
    told = await schema_of(url)
    assert told == committed(engine_name), "after a migration: make schema"


@pytest.mark.parametrize(
    ("engine_name", "attack"),
    [pytest.param(*each, marks=[pytest.mark.postgres] if each[0] == "postgresql" else []) for each in ATTACKS],
)
async def test_an_attack_on_the_schema_is_found_by_name(store: Store, engine_name: str, attack: str):
    assert await changed(store) == set()
    name, *statements = (SQLITE if engine_name == "sqlite" else POSTGRESQL)[attack]
    if engine_name == "sqlite":
        await sqlite_attacked(store, name, statements)
    else:
        await run_plainly(store.url, *(statement.format(name="postgres") for statement in statements))
    wanted = next(iter(await unique_indexes(store))) if name == "index ux" else name
    assert wanted in await changed(store)


async def unique_indexes(store: Store) -> list[str]:
    return [name for name in committed("sqlite") if name.startswith("index ")]


async def sqlite_attacked(store: Store, name: str, statements: list[str]) -> None:
    with closing(sqlite3.connect(store.url.removeprefix("sqlite:///"))) as connection:
        if name.startswith("trigger "):
            connection.execute(f"DROP {name}")
        for statement in statements:
            first = (await unique_indexes(store))[0].removeprefix("index ")
            connection.execute(statement.replace("INDEX ux", f"INDEX {first}"))
        connection.commit()


async def test_guards_that_are_gone_are_found(store: Store, engine_name: str):
    await unguarded(store.url)
    gone = "trigger checks_no_delete" if engine_name == "sqlite" else "trigger public.checks insert_only"
    assert gone in await changed(store)


async def test_keys_that_are_gone_are_found(store: Store, engine_name: str):
    await loosened(store.url, "case_steps")
    assert {"table case_steps", "column public.case_steps.leaf_index"} & await changed(store)


async def test_what_an_operator_may_do_raises_no_alarm(store: Store, engine_name: str):
    await store.recorder.record_check(a_check(1), None)
    await store.recorder.record_demand(a_demand(1))
    await as_owner(store.url)
    await run_plainly(store.url, *(ALLOWED if engine_name == "sqlite" else ALLOWED_IN_POSTGRESQL))
    assert (await store.verified()).good


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_a_restored_dump_raises_no_alarm(store: Store, ring: KeyRing, tmp_path: Path):
    await store.recorder.record_check(a_check(1), None)
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(store.url.removeprefix("sqlite:///"))) as kept, closing(sqlite3.connect(copy)) as restored:
        restored.executescript("\n".join(kept.iterdump()))
    async with opened(f"sqlite:///{copy}", ring, Clocked()) as again:
        assert (await again.verified()).good


@pytest.mark.postgres
@pytest.mark.parametrize("engine_name", ["postgresql"])
async def test_a_server_that_words_views_in_its_own_way_is_told_and_no_alarm(store: Store, monkeypatch: pytest.MonkeyPatch):
    _, lie = POSTGRESQL["a view that lies"]
    await as_owner(store.url, lie)
    assert not any(told.startswith("what views say") for told in (await store.verified()).not_looked_at)
    monkeypatch.setattr(verify_schema, "_TRIED", range(0))
    report = await store.verified()
    assert report.good
    assert any(told.startswith("what views say") for told in report.not_looked_at)
