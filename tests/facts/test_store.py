"""Dated rows at rest, on both engines: kept for ever, in one order, each a leaf that can be derived anew."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from reuse_gateway.application.change_facts import ChangeFacts
from reuse_gateway.application.dated_policy import DatedPolicy
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.dated_fact import DatedFact, ExceptionTerms, FactChange, FactKind, WaivedThing, Waiver
from reuse_gateway.domain.errors import CallerError, Conflict, InvalidInput, StoreError
from reuse_gateway.domain.lawful_exception import Invoker
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.storage import migrate
from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.facts import StoredFacts, change_body, change_of
from tests.domain.builders import BIRTH
from tests.storage.builders import Clocked, Store, as_owner, opened

from .builders import AT, FIRST, LATER, REASON, connection, policy, scope

ADMIN = Caller("demo-admin", "H41", frozenset({"admin"}))
WAIVER = Waiver(WaivedThing.FORM, "f1", "Điều 5 Nghị định")
ALL = [
    scope(valid_to=LATER),
    connection(withdrawn=True),
    DatedFact(FactKind.EXCEPTION, "E1", 2, ExceptionTerms("E1", (Invoker.RULE,), ("probe_log",), 1, True), FIRST),
    DatedFact(FactKind.WAIVER, "w", 1, WAIVER, FIRST, LATER, legal_basis=("L-reuse",)),
]


def change(number: int = 1, fact: DatedFact | None = None) -> FactChange:
    return FactChange(number, fact or scope(), "demo-admin", "H41", REASON, AT)


def changing(store: Store) -> ChangeFacts:
    return ChangeFacts(DatedPolicy(policy(), StoredFacts(store.reads)), store.recorder, store.clock)


def first(standing: int | None) -> bool:
    return not standing


@pytest.mark.parametrize("fact", ALL)
def test_a_change_comes_back_as_it_was_written(fact: DatedFact) -> None:
    assert change_of(change_body(change(7, fact))) == change(7, fact)


async def test_rows_are_read_in_their_order_beyond_what_is_known(store: Store) -> None:
    for number, fact in enumerate(ALL, 1):
        await store.recorder.record_change(change(number, fact))
    rows = StoredFacts(store.reads)
    assert [each.fact for each in await rows.changes(0)] == ALL
    assert [each.number for each in await rows.changes(2)] == [3, 4]
    assert (await store.verified()).good


async def test_a_number_that_is_taken_is_a_conflict_and_leaves_no_leaf(store: Store) -> None:
    await store.recorder.record_change(change())
    with pytest.raises(Conflict):
        await store.recorder.record_change(change(1, connection()))
    assert len(await store.rows("SELECT * FROM ledger_leaves")) == 1
    assert (await store.verified()).good


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE dated_facts SET valid_from = '2020-01-01'", "row_changed"),
        ("UPDATE dated_facts SET client_id = 'somebody'", "row_changed"),
        ("UPDATE dated_facts SET body = replace(body, 'registry', 'other')", "row_not_in_leaf"),
        ("UPDATE dated_facts SET body = 'x'", "row_unreadable"),
        ("DELETE FROM dated_facts", "leaf_without_row"),
        ("UPDATE dated_facts SET leaf_index = 9", "leaf_without_row"),
    ],
)
async def test_a_row_changed_behind_our_back_is_found(store: Store, statement: str, found: str) -> None:
    await store.recorder.record_change(change())
    await as_owner(store.url, statement)
    assert found in {what for what, _ in await store.found()}


@pytest.mark.parametrize("table", ["dated_facts", "standing_imports"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
async def test_the_database_itself_refuses_to_change_a_row(store: Store, table: str, statement: str) -> None:
    await store.recorder.record_change(change())
    column = {"dated_facts": "number"}.get(table, "import_id")
    if table == "standing_imports":
        await _two_imports(store.url)
    engine = build_engine(store.url)
    with pytest.raises(DBAPIError, match="insert-only"):
        async with engine.begin() as connection:
            await connection.execute(text(statement.format(table, column, column)))
    await engine.dispose()


async def _two_imports(url: str) -> None:
    engine = build_engine(url)
    columns = "author, source, digest, started_at, finished_at, read, new, changed, unchanged, troubles"
    values = "'a', 's', 'd', '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z', 0, 0, 0, 0, 0"
    async with engine.begin() as connection:
        await connection.execute(text(f"INSERT INTO imports ({columns}) VALUES ({values})"))
        await connection.execute(text("INSERT INTO standing_imports VALUES (1, 1)"))
    await engine.dispose()


def test_the_new_tables_go_down_and_up_again(url: str) -> None:
    migrate.downgrade(url, "0002")
    migrate.upgrade(url)
    assert migrate.current(url) == migrate.head()


@pytest.mark.postgres
@pytest.mark.parametrize("engine_name", ["postgresql"])
async def test_the_application_role_suffices_to_change_facts(url: str, ring: KeyRing) -> None:
    async with opened(url, ring, Clocked(), role="reuse_gateway_app") as store:
        await store.recorder.record_change(change())
        assert (await store.verified()).good


async def test_of_two_administrators_at_once_one_is_refused(store: Store) -> None:
    here, there = changing(store), changing(store)
    both = (each(ADMIN, scope(withdrawn=at), REASON, first) for at, each in enumerate((here, there)))
    found = await asyncio.gather(*both, return_exceptions=True)
    (refused,) = [each for each in found if isinstance(each, CallerError)]
    assert refused.code == "precondition_failed"
    assert len(await StoredFacts(store.reads).changes(0)) == 1
    assert (await store.verified()).good


async def test_administrators_of_different_facts_do_not_refuse_each_other(store: Store) -> None:
    here, there = changing(store), changing(store)
    await asyncio.gather(here(ADMIN, scope(), REASON, first), there(ADMIN, connection(), REASON, first))
    assert sorted(each.fact.kind for each in await StoredFacts(store.reads).changes(0)) == ["connection", "scope"]


async def test_two_at_once_cannot_slip_past_each_other_with_an_overlap(store: Store) -> None:
    waivers = [DatedFact(FactKind.WAIVER, id, 1, WAIVER, FIRST, LATER, legal_basis=("L-reuse",)) for id in ("a", "b")]
    both = (changing(store)(ADMIN, each, REASON, first) for each in waivers)
    found = await asyncio.gather(*both, return_exceptions=True)
    assert [each.faults[0].code for each in found if isinstance(each, InvalidInput)] == ["overlaps"]


async def test_a_service_that_runs_beside_learns_of_the_change_without_a_restart(store: Store) -> None:
    heard = asyncio.Event()

    class Telling(StoredFacts):
        async def changes(self, after: int) -> Sequence[FactChange]:
            found = await super().changes(after)
            if after:
                heard.set()
            return found

    beside = DatedPolicy(policy(), Telling(store.reads))
    async with beside.following(0.01, lambda error: None):
        assert beside.on(FIRST).version == "shipped"
        await changing(store)(ADMIN, scope(withdrawn=True), REASON, first)
        await asyncio.wait_for(heard.wait(), 5)
        assert beside.on(FIRST).version == "shipped+1"
        assert not beside.on(FIRST).facts.sources[0].usable(BIRTH, FIRST)


async def test_while_the_store_is_away_the_rows_known_so_far_stay() -> None:
    class Leaving:
        away = False

        async def changes(self, after: int) -> list[FactChange]:
            if self.away:
                raise StoreError("gone")
            return [change()][after:]

    rows, troubled = Leaving(), asyncio.Event()
    beside = DatedPolicy(policy(), rows)
    async with beside.following(0.01, lambda error: troubled.set()):
        rows.away = True
        await asyncio.wait_for(troubled.wait(), 5)
        assert beside.on(FIRST).version == "shipped+1"


async def test_a_service_does_not_start_without_knowing_the_rows() -> None:
    class Away:
        async def changes(self, after: int) -> list[FactChange]:
            raise StoreError("gone")

    with pytest.raises(StoreError):
        async with DatedPolicy(policy(), Away()).following(1, lambda error: None):
            raise AssertionError("must not run")


async def test_revisions_count_from_one_and_the_row_before_stays(store: Store) -> None:
    changes = changing(store)
    await changes(ADMIN, scope(), REASON, first)
    changed = await changes(ADMIN, scope(LATER, withdrawn=True), REASON, lambda standing: standing == 1)
    assert (changed.change.fact.revision, changed.change.number) == (2, 2)
    history = changes.policies.book.history(FactKind.SCOPE, scope().id)
    assert [each.fact for each in history] == [scope(), replace(scope(LATER, withdrawn=True), revision=2)]
