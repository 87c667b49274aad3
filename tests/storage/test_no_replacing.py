"""On SQLite no row gives way to another, whatever connection writes and whatever conflict clause it uses."""

from __future__ import annotations

import sqlite3

import pytest

from reuse_gateway.application.ports import Claim, Refusal
from reuse_gateway.domain.errors import Conflict

from .builders import AT, Store, a_check, a_demand

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])
FILLED = (
    "checks", "verdicts", "idempotency_claims", "demands", "violations", "audit_events", "ledger_leaves", "ledger_subtrees",
    "ledger_checkpoints", "imports", "imported_procedures", "dated_facts", "standing_imports", "events",
    "holding_batches", "held_papers",
    "form_versions", "form_events", "seen_defects", "reclassifications", "source_health",
    "received_reports", "received_dossiers", "citizen_requests", "citizen_answers",
    "webhook_subscriptions", "reveals", "sealed_identities",
    "case_violations", "case_steps", "case_reminders", "case_letters", "saved_filters",
)  # fmt: skip
BESIDE = (
    "INSERT INTO ledger_subtrees VALUES (8, 0, x'00')",
    "INSERT INTO imports VALUES (1, 'a', 's', 'd', '2026', '2026', 1, 1, 0, 0, 0, -1)",
    "INSERT INTO imported_procedures VALUES (1, '1.001193', '2026-01-01', 'd', '{}')",
    "INSERT INTO dated_facts VALUES (99, 1, 'scope', 'x', 1, '2026-01-01', NULL, 'c', 'H41', '2026', '{}')",
    "INSERT INTO standing_imports VALUES (1, 1)",
    "INSERT INTO holding_batches VALUES (98, 'b', 's', 1, '2026', 'c', 'k', x'00', '{}')",
    "INSERT INTO held_papers VALUES (98, 0, 's', 'r', NULL, 't', 'valid', NULL, NULL, NULL, '2026')",
    "INSERT INTO form_versions VALUES (97, 'f', 1, '1', 'draft', 'formio', '1.000894', 'H41', 'c', '2026', NULL, '', '{}')",
    "INSERT INTO form_events VALUES (98, 'secret/f@1', 'secret', 'f', '2026', '{}')",
    "INSERT INTO source_health VALUES (96, 0, 's', '2026', '2026', 'ok', 'o', 1, 0, 0, 0, NULL, NULL, NULL, 'x')",
    "INSERT INTO reclassifications VALUES (96, 'dem_x', 'a', 'justified', '2026', '{}')",
    "INSERT INTO events VALUES (1, 0, 'source.down', '2026', '{}')",
    "INSERT INTO received_reports VALUES (92, 'r', '2026', 'c', 'H41', '{}')",
    "INSERT INTO received_dossiers VALUES (92, 0, 'H41', '1.000894', '2026-01-01', 3)",
    "INSERT INTO citizen_requests VALUES (91, 'q', 'objection', '2026', '2026-01-03', 'chk_x', 0, 'H41', NULL, '{}')",
    "INSERT INTO citizen_answers VALUES (90, 'q', '2026', 'H41', '{}')",
    "INSERT INTO case_steps VALUES (95, 'case_x', 1, 1, 0, 'notified', NULL, '2026', 'k', '{}')",
    "INSERT INTO webhook_subscriptions VALUES (92, 'whk_x', 1, 'on', '2026', '{}')",
    "INSERT INTO case_reminders VALUES (94, 'case_x', 1, 'due', '2026-12-01', '2026')",
    "INSERT INTO saved_filters VALUES (89, 'f', 1, 0, '2026', '{}')",
    "INSERT INTO reveals VALUES (88, 'rvl_x', 'told', 'officer', 'vio_x', 'c', '2026-11-23', 1, '2026', '{}')",
    "INSERT INTO sealed_identities VALUES (87, 'dem_y', 'k.y', x'00', '2026')",
    "INSERT INTO case_letters VALUES (93, 'H41', 'apology', 2026, 1, 'case_x', 1, 'vio_x', '2026', x'00', '{}')",
)


async def filled(store: Store) -> sqlite3.Connection:
    """A connection as any tool opens it, with none of our settings, to a store with a row in every table."""
    await store.recorder.record_check(a_check(1), Claim("demo-intake", "key", b"f" * 32))
    await store.recorder.record_demand(a_demand(1))
    await store.recorder.record_refusal(Refusal(AT, "demo", "H41", "insufficient_scope", "/v1/checks"))
    connection = sqlite3.connect(store.url.removeprefix("sqlite:///"), isolation_level=None)
    for statement in BESIDE:
        connection.execute(statement)
    return connection


@pytest.mark.parametrize("table", FILLED)
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE", "INSERT"])
async def test_no_row_gives_way_to_another_of_its_key_on_an_ordinary_connection(store: Store, table: str, verb: str):
    connection = await filled(store)
    before = connection.execute(f"SELECT * FROM {table}").fetchall()
    with pytest.raises(sqlite3.IntegrityError, match=f"insert-only: a row stands at {table}"):
        connection.execute(f"{verb} INTO {table} SELECT * FROM {table} LIMIT 1")
    assert before == connection.execute(f"SELECT * FROM {table}").fetchall() != []
    connection.close()


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("short_code", "-1, 'chk_other', short_code"),
        ("leaf_index", "leaf_index, 'chk_other', 'OTHERCODE'"),
    ],
)
async def test_a_check_gives_way_by_none_of_its_unique_keys(store: Store, key: str, change: str):
    connection = await filled(store)
    rest = "decided_at,client_id,agency,procedure,as_of,stage,policy_version,subject,case_ref,dossier,officer,degraded,body"
    with pytest.raises(sqlite3.IntegrityError, match=f"a row stands at checks.{key}"):
        connection.execute(f"INSERT OR REPLACE INTO checks SELECT {change}, {rest} FROM checks")
    connection.close()


async def test_a_hidden_row_number_replaces_nothing_either(store: Store):
    connection = await filled(store)
    columns = [row[1] for row in connection.execute("PRAGMA table_info(violations)")]
    others = ", ".join("'vio_other'" if name == "violation_id" else name for name in columns)
    with pytest.raises(sqlite3.IntegrityError, match=r"a row stands at violations\.rowid"):
        connection.execute(
            f"INSERT OR REPLACE INTO violations (rowid, {', '.join(columns)}) SELECT rowid, {others} FROM violations"
        )
    connection.close()


async def test_a_repeated_check_is_still_told_as_a_conflict(store: Store):
    await store.recorder.record_check(a_check(1), None)
    with pytest.raises(Conflict) as told:
        await store.recorder.record_check(a_check(1), None)
    assert told.value.facts == {"check_id": a_check(1).id}


async def test_no_table_was_forgotten(store: Store):
    named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'alembic_version'"
    only_rows_that_go = {"pending_cases", "webhook_standings", "webhook_attempts", "person_keys"}
    derived = {"folds", "reuse_days", "dossier_days"}
    assert {name for (name,) in await store.rows(named)} == {*FILLED, *only_rows_that_go, *derived}
