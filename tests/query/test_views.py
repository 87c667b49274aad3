"""The views of `audit_v1`: what reporting tools read, on both engines, and what the auditors' role may not."""

from __future__ import annotations

import asyncpg
import pytest

from tests.query.builders import spread
from tests.storage.builders import Store, a_check

VIEWS = ("v_violation", "v_case", "v_daily_agency", "v_connector_health", "v_form", "d_agency", "d_procedure")
PERSONAL = ("subject", "officer", "dossier", "client_id", "body", "actor", "demand_id", "check_id", "short_code", "observer")


def named(store: Store, view: str) -> str:
    return f"audit_v1.{view}" if store.reads.dialect == "postgresql" else f"audit_v1_{view}"


async def test_every_view_answers_and_names_nobody(store: Store):
    await store.recorder.record_check(a_check(1), None)
    for demand in spread(10):
        await store.recorder.record_demand(demand)
    for view in VIEWS:
        rows = await store.rows(f"SELECT * FROM {named(store, view)}")
        for row in rows:
            assert not set(row._mapping) & set(PERSONAL)
            assert "pseudonym" not in str(row)
            assert "999" not in str(row)
    columns = (await store.rows(f"SELECT * FROM {named(store, 'v_violation')} LIMIT 1"))[0]._mapping.keys()
    told = {"violation_id", "occurred_at", "agency_code", "agency_path", "procedure_code", "evidence_type", "source_id"}
    assert told | {"channel", "severity", "case_id", "policy_version", "chain_seq"} <= set(columns)


async def test_the_views_count_what_the_tables_hold(store: Store):
    await store.recorder.record_check(a_check(1), None)
    demands = spread(20)
    for demand in demands:
        await store.recorder.record_demand(demand)
    many = sum(len(demand.violations) for demand in demands)
    daily = f"SELECT sum(violations), sum(requested), sum(avoidable), sum(unknown) FROM {named(store, 'v_daily_agency')}"
    assert tuple(map(int, (await store.rows(daily))[0])) == (many, 0, many, 1)
    assert (await store.rows(f"SELECT count(*) FROM {named(store, 'v_violation')}"))[0][0] == many
    assert int((await store.rows(f"SELECT sum(violations) FROM {named(store, 'v_case')}"))[0][0]) == many


async def test_days_are_vietnamese(store: Store):
    """18:18 UTC is tomorrow in Vietnam."""
    from datetime import timedelta

    await store.recorder.record_check(a_check(1, decided_at=a_check(1).decided_at + timedelta(hours=12)), None)
    (row,) = await store.rows(f"SELECT day, agency_code FROM {named(store, 'v_daily_agency')}")
    assert (str(row[0]), row[1]) == ("2026-11-24", "H41.12")


REFUSED = (
    "SELECT * FROM violations",
    "SELECT * FROM checks",
    "SELECT * FROM case_state",
    "DELETE FROM audit_v1.v_connector_health",
    "CREATE TABLE audit_v1.x (a int)",
)


@pytest.mark.parametrize("statement", REFUSED)
async def test_the_auditors_role_reads_the_views_and_nothing_else(store: Store, statement: str):
    if store.reads.dialect == "sqlite":
        pytest.skip("SQLite has no roles; open the file read-only")
    connection = await asyncpg.connect(store.url)
    try:
        await connection.execute("SET ROLE reuse_gateway_auditor")
        for view in VIEWS:
            await connection.fetch(f"SELECT * FROM audit_v1.{view}")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    finally:
        await connection.close()
