"""Forms at rest, on both engines: kept for ever, one order of versions, each a leaf that can be derived anew."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from reuse_gateway.application.form_ports import FormEvent, FormEventKind
from reuse_gateway.domain.errors import Conflict
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.registered_form import BoundField, FormState, FormVersion, Trace
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.storage import migrate
from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.form_json import event_body, event_of, version_body, version_of
from reuse_gateway.storage.forms import FormLedger, StoredForms
from tests.storage.builders import AT, Clocked, Store, as_owner, opened

FORM = FormVersion(
    "f1", 1, "7", FormState.PUBLISHED, "formio", "1.000894", '{"components":[{"key":"cccd","width":0.5,"label":"Căn cước"}]}',
    (BoundField("cccd", "id_card"), BoundField("khai_sinh", "birth_certificate", "child", "label", False, True)),
    "H41.12", "demo-forms", AT,
    "Trường hợp 1", ("https://hoso.example",), (Trace("r", "error", "/components/0", "cccd"),), "waiver/w1@2",
)  # fmt: skip
SECRET = FormEvent(
    "secret/f1@1", FormEventKind.SECRET, "f1", AT, "demo-forms", "H41.12",
    {"serial": 1, "kid": "abcdef", "previous_until": AT.isoformat()},
)  # fmt: skip


@pytest_asyncio.fixture
async def store(url: str, ring: KeyRing):
    async with opened(url, ring, Clocked()) as running:
        yield running


def ledger(store: Store) -> FormLedger:
    return FormLedger(store.writer)


def rows(store: Store) -> StoredForms:
    return StoredForms(store.reads)


async def recorded(store: Store, *forms: FormVersion) -> None:
    for form in forms:
        await ledger(store).record_form(form)


def test_versions_and_events_come_back_as_they_were_written() -> None:
    assert version_of(version_body(FORM)) == FORM
    assert version_of(version_body(replace(FORM, waiver=None, traces=(), case=None))).waiver is None
    assert event_of(event_body(SECRET)) == SECRET


async def test_a_definition_is_kept_to_the_letter_numbers_and_all(store: Store) -> None:
    await recorded(store, FORM)
    found = await rows(store).newest("f1")
    assert found is not None
    assert found.form == FORM
    assert found.form.definition["components"][0]["width"] == 0.5
    assert (await store.verified()).good


async def test_a_form_larger_than_a_leaf_is_kept(store: Store) -> None:
    large = replace(FORM, text='{"x":"' + "y" * 300_000 + '"}')
    await recorded(store, large)
    assert (await rows(store).newest("f1")).form == large
    assert (await store.verified()).good


async def test_a_draft_is_the_newest_and_not_the_published_one(store: Store) -> None:
    draft = replace(FORM, revision=2, version="8", state=FormState.DRAFT)
    await recorded(store, FORM, draft)
    kept = rows(store)
    assert (await kept.newest("f1")).form == draft
    assert (await kept.published("f1")).form == FORM
    assert (await kept.published("f1", "7")).form == FORM
    assert await kept.published("f1", "8") is None
    assert await kept.published("f2") is None
    assert [each.form.revision for each in await kept.history("f1")] == [1, 2]


async def test_lists_hold_the_newest_of_each_form_in_order_page_by_page(store: Store) -> None:
    other = replace(FORM, id="f2", agency="H41.13")
    await recorded(store, other, FORM, replace(FORM, revision=2, version="8"), replace(FORM, id="f3"))
    kept = rows(store)
    assert [(each.form.id, each.form.revision) for each in await kept.listing("", 9)] == [("f1", 2), ("f2", 1), ("f3", 1)]
    assert [each.form.id for each in await kept.listing("", 9, "H41.12")] == ["f1", "f3"]
    assert [each.form.id for each in await kept.listing("f1", 1)] == ["f2"]


async def test_origins_are_those_of_what_is_published_now(store: Store) -> None:
    moved = replace(FORM, revision=2, origins=("https://a.example", "https://b.example"))
    draft = replace(FORM, revision=3, state=FormState.DRAFT, origins=("https://draft.example",))
    await recorded(store, FORM, moved, draft, replace(FORM, id="f2", origins=()))
    assert await rows(store).origins() == {"https://a.example", "https://b.example"}


async def test_of_two_versions_with_one_number_one_is_refused_and_leaves_no_leaf(store: Store) -> None:
    both = [ledger(store).record_form(replace(FORM, version=name)) for name in ("a", "b")]
    found = await asyncio.gather(*both, return_exceptions=True)
    assert [type(each) for each in found].count(Conflict) == 1
    assert len(await store.rows("SELECT * FROM ledger_leaves")) == 1
    assert (await store.verified()).good


async def test_an_event_happens_once(store: Store) -> None:
    await ledger(store).record_form_event(SECRET)
    with pytest.raises(Conflict):
        await ledger(store).record_form_event(SECRET)
    assert await rows(store).event(SECRET.id) == SECRET
    assert await rows(store).event("secret/f1@2") is None
    assert [each.serial for each in await rows(store).secrets("f1")] == [1]
    assert await rows(store).secrets("f2") == []
    assert (await store.verified()).good


async def test_what_a_public_leaf_says_leads_to_nobody(store: Store) -> None:
    told = replace(SECRET, id="told/x", kind=FormEventKind.TOLD, says={"fields": "cccd"})
    await recorded(store, FORM)
    await ledger(store).record_form_event(told)
    leaves = b"".join(bytes(row.entry) for row in await store.rows("SELECT entry FROM ledger_leaves"))
    assert b"cccd" not in leaves
    assert b"hoso.example" not in leaves


async def test_the_event_that_tells_of_a_publication_stands_or_falls_with_it(store: Store) -> None:
    event = Event("form.published", AT, {"form": "f1", "errors": 1, "waiver": None})
    await ledger(store).record_form(FORM, (event,))
    assert len(await store.rows("SELECT * FROM events")) == 1
    assert (await store.verified()).good
    with pytest.raises(Conflict):
        await ledger(store).record_form(FORM, (event,))
    assert len(await store.rows("SELECT * FROM events")) == 1


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE form_versions SET state = 'draft'", "row_changed"),
        ("UPDATE form_versions SET waiver = NULL", "row_changed"),
        ("UPDATE form_versions SET origins = 'https://evil.example'", "row_changed"),
        ("UPDATE form_versions SET body = replace(body, 'id_card', 'passport')", "row_not_in_leaf"),
        ("UPDATE form_versions SET body = 'x'", "row_unreadable"),
        ("DELETE FROM form_versions", "leaf_without_row"),
        ("UPDATE form_versions SET leaf_index = 9", "leaf_without_row"),
        ("UPDATE form_events SET kind = 'spent'", "row_changed"),
        ("UPDATE form_events SET body = replace(body, 'abcdef', 'fedcba')", "row_not_in_leaf"),
        ("DELETE FROM form_events", "leaf_without_row"),
    ],
)
async def test_a_row_changed_behind_our_back_is_found(store: Store, statement: str, found: str) -> None:
    await recorded(store, FORM)
    await ledger(store).record_form_event(SECRET)
    await as_owner(store.url, statement)
    assert found in {what for what, _ in await store.found()}


@pytest.mark.parametrize("table", ["form_versions", "form_events"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET form_id = form_id", "DELETE FROM {}"])
async def test_the_database_itself_refuses_to_change_a_row(store: Store, table: str, statement: str) -> None:
    await recorded(store, FORM)
    await ledger(store).record_form_event(SECRET)
    engine = build_engine(store.url)
    with pytest.raises(DBAPIError, match="insert-only"):
        async with engine.begin() as connection:
            await connection.execute(text(statement.format(table)))
    await engine.dispose()


def test_the_tables_go_down_and_up_again(url: str) -> None:
    migrate.downgrade(url, "0006")
    migrate.upgrade(url)
    assert migrate.current(url) == migrate.head()


@pytest.mark.postgres
@pytest.mark.parametrize("engine_name", ["postgresql"])
async def test_the_application_role_suffices(url: str, ring: KeyRing) -> None:
    async with opened(url, ring, Clocked(), role="reuse_gateway_app") as store:
        await recorded(store, FORM)
        await ledger(store).record_form_event(SECRET)
        assert (await store.verified()).good
