"""A violation opens or joins its case by being recorded: no step, no follower, no crash between."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reuse_gateway.domain.case import Fingerprint
from reuse_gateway.domain.demand import Demand
from reuse_gateway.storage import migrate
from reuse_gateway.storage.demand_json import demand_body, demand_of
from tests.storage.builders import Store, a_demand, as_owner

CASE = Fingerprint("H41.12", "1.001193", "birth_certificate").case_id


def from_form(number: int, form: str) -> Demand:
    return replace(a_demand(number), form=form)


async def told(store: Store) -> list[tuple[str, str]]:
    return [tuple(row) for row in await store.rows("SELECT case_id, state FROM case_state ORDER BY leaf_index, violation_id")]


async def test_a_recorded_violation_stands_in_its_case_at_once(store: Store) -> None:
    await store.recorder.record_demand(a_demand(1, papers=2))
    await store.recorder.record_demand(a_demand(2))
    assert await told(store) == [(CASE, "detected")] * 3
    assert (await store.verified()).good


async def test_each_version_of_a_form_has_a_case_of_its_own(store: Store) -> None:
    for number, form in enumerate(("form/a@1", "form/a@1", "form/a@2"), 1):
        await store.recorder.record_demand(from_form(number, form))
    first, again, other = [case for case, _ in await told(store)]
    assert first == again != other != CASE
    assert (await store.verified()).good


def test_a_demand_of_a_form_tells_the_form_and_one_of_a_counter_none() -> None:
    assert demand_of(demand_body(from_form(1, "form/a@1"), None)).form == "form/a@1"
    assert '"form"' not in demand_body(a_demand(1), None)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE case_violations SET case_id = 'case_other'", "row_changed"),
        ("UPDATE case_violations SET form = 'form/a@1'", "row_changed"),
        ("DELETE FROM case_violations", "row_count"),
        ("INSERT INTO case_violations VALUES (0, 9, 'vio_x', 'case_x', NULL)", "row_count"),
        ("UPDATE case_violations SET leaf_index = 1", "row_without_leaf"),
    ],
)
async def test_a_violation_put_into_another_case_is_found(store: Store, change: str, what: str) -> None:
    await store.recorder.record_demand(a_demand(1))
    await as_owner(store.url, change)
    assert what in {found for found, _ in await store.found()}


async def test_what_was_recorded_before_there_were_cases_gets_its_case(store: Store) -> None:
    await store.recorder.record_demand(from_form(1, "form/a@1"))
    await store.recorder.record_demand(a_demand(2))
    before = await told(store)
    migrate.downgrade(store.url, "0011")
    migrate.upgrade(store.url)
    assert await told(store) == before
    assert (await store.verified()).good
