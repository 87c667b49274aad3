"""`ledger verify` finds a reveal that was changed, deleted, added or approved by whoever asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from reuse_gateway.domain.reveal import Reveal, RevealPurpose, RevealStep, Whose
from reuse_gateway.domain.vietnam import vietnamese_day
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.storage.reveal_json import reveal_append, reveal_body, reveal_of
from tests.storage.builders import AT, Store, as_owner

from .desk import FOR, WHY, desk, inspector

ASKED = Reveal(
    f"rvl_{'1' * 32}", RevealStep.ASKED, Whose.OFFICER, f"vio_{'2' * 32}", "inspector-1", "H41", AT, vietnamese_day(AT),
    RevealPurpose.COURT, WHY, number=1,
)  # fmt: skip


def test_a_step_comes_back_as_it_was_written() -> None:
    for step in (ASKED, replace(ASKED, about="k.x", outcome=None, at=AT + timedelta(days=1))):
        assert reveal_of(reveal_body(step)) == step


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE reveals SET body = replace(body, '\"inspection\"', '\"complaint\"')", "row_not_in_leaf"),
        ("UPDATE reveals SET body = '{}'", "row_unreadable"),
        ("UPDATE reveals SET client_id = 'somebody-else'", "row_changed"),
        ("UPDATE reveals SET violation_id = 'vio_x'", "row_changed"),
        ("UPDATE reveals SET number = 7", "row_changed"),
        ("UPDATE reveals SET day_on = '2026-01-01'", "row_changed"),
        ("UPDATE reveals SET told_at = '2026-01-01T00:00:00.000000Z'", "row_changed"),
        ("UPDATE reveals SET step = 'asked'", "row_changed"),
        ("UPDATE reveals SET whose = 'subject'", "row_changed"),
        ("UPDATE reveals SET reveal_id = 'rvl_x'", "row_changed"),
        ("DELETE FROM reveals", "leaf_without_row"),
        ("UPDATE reveals SET leaf_index = 99", "row_without_leaf"),
    ],
)
async def test_whatever_is_altered_is_found(store: Store, ring: KeyRing, statement: str, what: str) -> None:
    here = desk(store, ring)
    await here.reveal.officer(inspector(), await here.violated(), FOR, WHY)
    assert (await store.verified()).good
    await as_owner(store.url, statement)
    assert what in {found for found, _ in await store.found()}


async def test_a_reveal_that_nobody_recorded_is_found(store: Store) -> None:
    body = reveal_body(ASKED).replace("'", "''")
    columns = f"'{ASKED.id}', 'asked', 'officer', '{ASKED.violation_id}', 'inspector-1', '{ASKED.day_on}', 1"
    await as_owner(store.url, f"INSERT INTO reveals VALUES (77, {columns}, '2026-11-23T06:18:58.123456Z', '{body}')")
    assert await store.found() == {("row_without_leaf", 77)}


@pytest.mark.parametrize(
    ("steps", "what"),
    [
        ((RevealStep.ASKED, RevealStep.APPROVED), "reveal_approved_by_asker"),
        ((RevealStep.ASKED, RevealStep.TOLD), "reveal_not_approved"),
    ],
)
async def test_a_step_that_the_rule_forbids_is_found_though_it_was_recorded(store: Store, steps, what: str) -> None:
    for number, step in enumerate(steps, 1):
        await store.writer.append(reveal_append(replace(ASKED, step=step, number=number)))
    assert {found for found, _ in await store.found()} == {what}


async def test_an_identity_without_its_demand_is_found(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring)
    await here.violated()
    await as_owner(store.url, "UPDATE sealed_identities SET demand_id = 'dem_x'")
    assert {found for found, _ in await store.found()} == {"row_without_leaf"}
