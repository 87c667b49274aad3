"""Demands, outcomes and waiting cases at rest, on both engines: kept as told, found when altered, erased when due."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from reuse_gateway.domain.asking import Channel, DemandKind, Manner, Mau02, Means
from reuse_gateway.domain.demand import Demand, Finding, JudgedPaper, PendingCase
from reuse_gateway.domain.errors import Conflict, StoreError
from reuse_gateway.domain.event import BEFORE_ALL, Event
from reuse_gateway.domain.lawful_exception import Invoker
from reuse_gateway.domain.override import Override, OverrideRuling, Standing
from reuse_gateway.domain.reclassification import Outcome, Reclassification
from reuse_gateway.domain.verdict import Reason
from reuse_gateway.domain.violation import Defect
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.storage import migrate
from reuse_gateway.storage.demand_history import StoredDemands
from reuse_gateway.storage.demand_json import demand_body, demand_of
from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.pending import StoredPending
from tests.storage.builders import AT, Clocked, Store, a_check, a_demand, as_owner, opened

WAITS = JudgedPaper("p0", "birth_certificate", Reason.SOURCE_TIMED_OUT, Finding.PROVISIONAL)
SECRET = b"sealed-bytes-of-a-case-that-waits"


def waiting(number: int = 1, **changes: Any) -> tuple[Demand, PendingCase]:
    demand = replace(a_demand(number), papers=(WAITS,), violations=(), defects=(), **changes)
    return demand, PendingCase(demand.id, SECRET, ("civil_status", "population"), AT, AT + timedelta(days=5))


def ended(demand: Demand, ref: str = "p0", outcome: Outcome = Outcome.AVOIDABLE) -> Reclassification:
    found = Reclassification(demand.id, ref, "birth_certificate", outcome, AT, demand.agency, demand.procedure)
    return replace(found, check_id=a_check(9).id, reason=Reason.HELD_VALID, source="civil_status")


def pending_of(store: Store, role: str | None = None) -> StoredPending:
    return StoredPending(store.reads, build_engine(store.url, pool_size=1), role)


async def closed(pending: StoredPending) -> None:
    await pending._rows.engine.dispose()


def full() -> Demand:
    """A demand in which every field is told."""
    ruling = OverrideRuling("E3", Standing.ACCEPTED, ("x",), "chk_1")
    defects = (Defect.CATALOGUE, Defect.SOURCE)
    paper = JudgedPaper("p0", "birth_certificate", Reason.HELD_VALID, Finding.LAWFUL, Manner.COPY, defects, ruling, "chk_2")
    override = Override("E3", Invoker.OFFICER, {"field_difference": "full_name#k"}, frozenset({"p0", "p1"}))
    return replace(
        a_demand(1), kind=DemandKind.SUPPLEMENT_REQUEST, papers=(paper,), dossier="H41.12-261123-0001", officer="k.o",
        received_by=Channel.ONLINE, means=Means.WRITTEN, mau_02=Mau02("BS-1", True), reason_stated=True, supplement_no=1,
        override=override,
    )  # fmt: skip


@pytest.mark.parametrize("demand", [full(), a_demand(1), waiting()[0]])
def test_a_demand_comes_back_as_it_was_written(demand: Demand) -> None:
    assert demand_of(demand_body(demand, None)) == demand


async def test_a_demand_is_read_with_its_place_and_verifies(store: Store) -> None:
    await store.recorder.record_demand(full(), (Event("demand.recorded", AT, {}),))
    history = StoredDemands(store.reads)
    found = await history.demand(full().id)
    assert (found.demand, found.index) == (full(), 0)
    assert await history.demand("dem_x") is None
    assert (await store.verified()).good
    assert len(await store.events.events(BEFORE_ALL, 10)) == 1


async def test_a_demand_of_the_second_version_is_still_read_and_verified(store: Store) -> None:
    """As it was written before reasons were kept beside findings."""
    import json

    from reuse_gateway.domain.receipt import canonical
    from reuse_gateway.storage.batch import Append
    from reuse_gateway.storage.demand_json import KIND, demand_leaf
    from reuse_gateway.storage.demands import demand_row
    from reuse_gateway.storage.tables import demands

    told = json.loads(demand_body(a_demand(1, violations=(), defects=()), None))
    kept = {"v", "salt", "id", "kind", "made_at", "recorded_at", "agency", "client_id", "procedure", "check_id", "subject",
            "dossier", "officer", "violations"}  # fmt: skip
    old = {name: value for name, value in told.items() if name in kept} | {"v": 2, "findings": [["p0", "violation"]]}
    body = canonical(old).decode()
    await store.writer.append(Append(demand_leaf(old, body), KIND, old["id"], {demands: [demand_row(demand_of(body), body)]}))
    found = await StoredDemands(store.reads).demand(old["id"])
    assert found.demand.findings == (("p0", Finding.VIOLATION),)
    assert (await store.verified()).good


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE demands SET supplement_no = 7", "row_changed"),
        ("UPDATE demands SET waiting = 3", "row_changed"),
        ("UPDATE demands SET body = replace(body, 'lawful', 'violation')", "row_not_in_leaf"),
        ("UPDATE demands SET body = '{}'", "row_unreadable"),
        ("UPDATE violations SET proof_check_id = NULL", "row_changed"),
        ("UPDATE violations SET severity = 'low'", "row_changed"),
        ("UPDATE seen_defects SET code = 'D02'", "row_changed"),
        ("UPDATE seen_defects SET place = 'elsewhere'", "row_changed"),
        ("DELETE FROM seen_defects", "row_count"),
        ("UPDATE seen_defects SET leaf_index = 9", "row_without_leaf"),
    ],
)
async def test_what_stands_beside_a_demand_cannot_be_changed_unseen(store: Store, statement: str, what: str) -> None:
    await store.recorder.record_demand(full())
    await as_owner(store.url, statement)
    assert what in {found for found, _ in await store.found()}


@pytest.mark.parametrize(
    "statement", ["UPDATE demands SET body = replace(body, 'lawful', 'violation')", "DELETE FROM ledger_leaves"]
)
async def test_an_altered_demand_is_neither_shown_nor_judged_by(store: Store, statement: str) -> None:
    await store.recorder.record_demand(full())
    await as_owner(store.url, statement)
    with pytest.raises(StoreError):
        await StoredDemands(store.reads).demand(full().id)


async def test_an_altered_check_is_never_judged_by(store: Store) -> None:
    await store.recorder.record_check(a_check(1), None)
    history, check = StoredDemands(store.reads), a_check(1)
    asked = (check.agency, [check.subject], check.procedure, AT)
    assert [each.id for each in await history.checks_before(*asked)] == [check.id]
    await as_owner(store.url, "UPDATE checks SET body = replace(body, 'held_valid', 'not_held')")
    with pytest.raises(StoreError):
        await history.checks_before(*asked)


async def test_only_checks_of_the_same_agency_subject_and_procedure_until_the_instant_count(store: Store) -> None:
    for number, changes in enumerate(
        ({}, {"agency": "H41"}, {"subject": "k1.other"}, {"procedure": "1.000894"}, {"decided_at": AT + timedelta(seconds=1)})
    ):
        await store.recorder.record_check(a_check(number, **changes), None)
    history, check = StoredDemands(store.reads), a_check(0)
    found = await history.checks_before(check.agency, ["k0.older", check.subject], check.procedure, AT)
    assert [each.id for each in found] == [check.id]
    assert await history.answered_between("H41", AT, AT, "chk_none")
    assert not await history.answered_between("H41", AT, AT, a_check(1).id)
    assert not await history.answered_between("H41.99", AT - timedelta(days=9), AT, "")


async def test_a_supplement_number_is_taken_once(store: Store) -> None:
    await store.recorder.record_demand(full())
    with pytest.raises(Conflict):
        await store.recorder.record_demand(replace(full(), id="dem_other", violations=(), defects=()))
    (kept,) = await StoredDemands(store.reads).supplements("H41.12-261123-0001", "H41.12")
    assert (kept.demand.id, kept.demand.supplement_no) == (full().id, 1)
    assert await StoredDemands(store.reads).supplements("H41.12-261123-0002", "H41.12") == []
    assert (await store.verified()).good


async def test_demands_without_dossier_or_number_do_not_meet(store: Store) -> None:
    for number in range(3):
        await store.recorder.record_demand(a_demand(number))
    assert (await store.verified()).good


async def test_a_case_waits_wakes_is_taken_once_and_is_erased(store: Store) -> None:
    demand, case = waiting()
    await store.recorder.record_demand(demand, (), case)
    pending = pending_of(store)
    assert await pending.due(AT - timedelta(seconds=1), 10) == []
    assert await pending.due(AT, 10) == [case]
    assert await pending.take(case, AT + timedelta(hours=1))
    assert not await pending.take(case, AT + timedelta(hours=1)), "another process has it"
    assert await pending.due(AT, 10) == []
    assert await pending.wake("land", AT) == 0
    assert await pending.wake("popul", AT) == 0
    assert await pending.wake("%", AT) == 0
    assert await pending.wake("population", AT) == 1
    assert [each.attempts for each in await pending.due(AT, 10)] == [1]
    assert (await store.verified()).good
    await store.recorder.record_reclassification(ended(demand))
    await pending.erase(demand.id)
    assert await store.rows("SELECT * FROM pending_cases") == []
    assert (await store.verified()).good
    await closed(pending)


async def test_the_end_of_waiting_is_told_once(store: Store) -> None:
    demand, case = waiting()
    await store.recorder.record_demand(demand, (), case)
    both = (
        store.recorder.record_reclassification(ended(demand, outcome=each)) for each in (Outcome.AVOIDABLE, Outcome.JUSTIFIED)
    )
    found = await asyncio.gather(*both, return_exceptions=True)
    assert [type(each) for each in found if isinstance(each, Exception)] == [Conflict]
    (told,) = await StoredDemands(store.reads).reclassifications(demand.id)
    assert told.reclassification == ended(demand)
    assert (await store.verified()).good


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("DELETE FROM pending_cases", "case_erased_early"),
        ("UPDATE pending_cases SET sources = '|land|'", "row_changed"),
        ("UPDATE pending_cases SET ends_at = '2036-01-01T00:00:00.000000Z'", "row_changed"),
        ("UPDATE pending_cases SET sealed = (SELECT hash FROM ledger_leaves WHERE leaf_index = 0)", "row_changed"),
        ("UPDATE pending_cases SET demand_id = 'dem_other'", "row_without_leaf"),
        ("UPDATE demands SET body = '[]'", "row_unreadable"),
    ],
)
async def test_a_case_that_waits_is_what_its_demand_bound(store: Store, statement: str, what: str) -> None:
    demand, case = waiting()
    await store.recorder.record_demand(demand, (), case)
    await as_owner(store.url, statement)
    assert what in {found for found, _ in await store.found()}


async def test_a_turn_that_moved_is_no_tampering(store: Store) -> None:
    demand, case = waiting()
    await store.recorder.record_demand(demand, (), case)
    pending = pending_of(store)
    await pending.take(case, AT + timedelta(hours=1))
    assert (await store.verified()).good
    await closed(pending)


@pytest.mark.parametrize("change", ["outcome = 'justified'", "ref = 'p9'", "told_at = '2020-01-01T00:00:00.000000Z'"])
async def test_an_outcome_cannot_be_changed_unseen(store: Store, change: str) -> None:
    demand, case = waiting()
    await store.recorder.record_demand(demand, (), case)
    await store.recorder.record_reclassification(ended(demand))
    await as_owner(store.url, f"UPDATE reclassifications SET {change}")
    assert "row_changed" in {found for found, _ in await store.found()}
    await as_owner(store.url, "DELETE FROM reclassifications", "DELETE FROM pending_cases")
    assert {"leaf_without_row", "case_erased_early"} <= {found for found, _ in await store.found()}


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_what_was_erased_is_not_found_in_the_file(store: Store) -> None:
    demand, case = waiting()
    await store.recorder.record_demand(demand, (), case)
    pending = pending_of(store)
    await store.recorder.record_reclassification(ended(demand))
    await pending.erase(demand.id)
    await closed(pending)
    file = store.url.removeprefix("sqlite:///")
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    assert SECRET not in await asyncio.to_thread(Path(file).read_bytes)


@pytest.mark.parametrize("table", ["seen_defects", "reclassifications"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET ref = ref", "DELETE FROM {}"])
async def test_the_database_refuses_to_change_what_was_found(store: Store, table: str, statement: str) -> None:
    demand, case = waiting()
    await store.recorder.record_demand(full())
    await store.recorder.record_demand(replace(demand, id="dem_2"), (), replace(case, demand_id="dem_2"))
    await store.recorder.record_reclassification(ended(demand))
    engine = build_engine(store.url)
    with pytest.raises(DBAPIError, match="insert-only"):
        async with engine.begin() as connection:
            await connection.execute(text(statement.format(table)))
    await engine.dispose()


@pytest.mark.postgres
@pytest.mark.parametrize("engine_name", ["postgresql"])
async def test_the_application_role_suffices_and_may_move_turns_only(url: str, ring: KeyRing) -> None:
    async with opened(url, ring, Clocked(), role="reuse_gateway_app") as store:
        demand, case = waiting()
        await store.recorder.record_demand(demand, (), case)
        pending = pending_of(store, "reuse_gateway_app")
        assert await pending.take(case, AT)
        await store.recorder.record_reclassification(ended(demand))
        await pending.erase(demand.id)
        assert (await store.verified()).good
        await closed(pending)
    connection = await asyncpg.connect(url)
    await connection.execute("SET ROLE reuse_gateway_app")
    for statement in ("UPDATE pending_cases SET sealed = ''", "DELETE FROM reclassifications", "TRUNCATE pending_cases"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    await connection.close()


def test_the_tables_go_down_and_up_again(url: str) -> None:
    migrate.downgrade(url, "0009")
    migrate.upgrade(url)
    assert migrate.current(url) == migrate.head()
