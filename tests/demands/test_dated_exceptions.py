"""Who may invoke an exception is dated: the terms of the day of the demand count, through the admin API and back."""

from __future__ import annotations

from typing import Any

import pytest

from reuse_gateway.domain.holding import State
from tests.api.conftest import House
from tests.facts.test_admin import put

from .test_api import HELD, asked, post

BEFORE, AFTER = "2026-11-19T09:00:00+07:00", "2026-11-21T09:00:00+07:00"
DIFFERS = {"field_difference": "full_name#k1.seal"}


async def terms(house: House, code: str = "E3", day: str = "2026-11-20", tag: str = '"r0"', **more: Any) -> None:
    told = {"invokers": ["officer"], "evidence": ["field_difference"], "max_days": 30, "shown_to_applicant": True}
    changed = told | {"valid_from": day, "legal_basis": ["NQ-66.7-2025"], "reason": "Quyết định của tỉnh"} | more
    answer = await put(house, f"/v1/admin/exceptions/{code}", changed, if_match=tag)
    assert answer.status_code in (200, 201), answer.text


async def invoked(house: House, made_at: str, client_id: str = "demo-admin", **override: Any) -> tuple[str, str, list[str]]:
    """Finding, standing and objections of a demand for a paper that is held, under E3."""
    house.sources.told[HELD] = State.VALID
    told = {"reason_code": "E3", "evidence": DIFFERS} | override
    (item,) = (await post(house, asked(override=told, made_at=made_at), client_id)).json()["items"]
    return item["finding"], item["override"]["standing"], [each["code"] for each in item["override"]["objections"]]


async def test_an_exception_that_was_withdrawn_holds_before_its_day_and_not_after(house: House) -> None:
    await terms(house, withdrawn=True)
    assert await invoked(house, BEFORE) == ("lawful", "accepted", [])
    assert await invoked(house, AFTER) == ("violation", "insufficient", ["exception_withdrawn"])


async def test_only_those_entitled_on_the_day_may_invoke(house: House) -> None:
    await terms(house, invokers=["supervisor"])
    assert (await invoked(house, BEFORE))[1] == "accepted"
    assert await invoked(house, AFTER) == ("violation", "insufficient", ["invoker_not_entitled"])
    assert (await invoked(house, AFTER, invoked_by="supervisor"))[1] == "accepted"
    assert (await invoked(house, BEFORE, invoked_by="supervisor"))[2] == ["invoker_not_entitled"]


async def test_evidence_is_asked_for_as_on_the_day(house: House) -> None:
    await terms(house, evidence=["field_difference", "incident"])
    assert (await invoked(house, BEFORE))[1] == "accepted"
    assert await invoked(house, AFTER) == ("violation", "insufficient", ["evidence_missing"])
    assert (await invoked(house, AFTER, evidence=DIFFERS | {"incident": "i-1"}))[1] == "accepted"


async def test_terms_that_ended_give_way_to_the_shipped_ones(house: House) -> None:
    await terms(house, invokers=["supervisor"], valid_to="2026-11-20")
    assert (await invoked(house, "2026-11-20T09:00:00+07:00"))[2] == ["invoker_not_entitled"]
    assert (await invoked(house, AFTER))[1] == "accepted"


@pytest.mark.parametrize("made_at", ["2026-11-19T23:59:59+07:00", "2026-11-19T16:59:59Z"])
async def test_the_day_is_that_of_vietnam(house: House, made_at: str) -> None:
    await terms(house, withdrawn=True)
    assert (await invoked(house, made_at))[1] == "accepted"
    assert (await invoked(house, "2026-11-19T17:00:00Z"))[2] == ["exception_withdrawn"]


async def test_a_change_of_terms_leaves_what_was_recorded_as_it_was(house: House) -> None:
    told = asked(override={"reason_code": "E3", "evidence": DIFFERS}, made_at=AFTER)
    house.sources.told[HELD] = State.VALID
    demand_id = (await post(house, told, "demo-admin")).json()["demand_id"]
    await terms(house, withdrawn=True)
    kept = (await house.client.get(f"/v1/demands/{demand_id}", headers=await house.headers("demo-admin"))).json()
    assert kept["items"][0]["override"]["standing"] == "accepted"
