"""Judging oneself, by every way that was found: demands booked for others, answers given for them, the province next door."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import httpx
import pytest

from reuse_gateway.domain.asking import DemandKind
from reuse_gateway.signing.tokens import Client
from reuse_gateway.storage.cases import StoredCases
from reuse_gateway.storage.known_bodies import StoredBodies
from tests.api.conftest import House
from tests.cases.test_api import get, move, violated
from tests.storage.builders import Store, a_check, a_demand

BOTH = frozenset({"audit:act", "audit:read", "demand:write", "check:write"})
INSPECTS = frozenset({"audit:act", "audit:read"})
SECRET = hashlib.sha256(b"demo").digest()


async def demanded_by(house: House, client_id: str, body: str, scopes: frozenset[str] = BOTH, **more: object) -> str:
    """A client of a body records a demand; the id of the violation."""
    clerk(house, client_id, body, scopes)
    kept, house.headers = house.headers, lambda _="": kept(client_id)
    try:
        return await violated(house, **more)
    finally:
        house.headers = kept


def clerk(house: House, client_id: str, agency: str, scopes: frozenset[str] = BOTH) -> None:
    house.services.desk._clients[client_id] = Client(client_id, agency, scopes, SECRET)


async def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_who_booked_a_demand_below_himself_does_not_judge_it(house: House) -> None:
    id = await demanded_by(house, "self1", "H41.12", agency="H41.12.3")
    assert await code(await move(house, id, "notified", "self1")) == (403, "not_your_move")
    clerk(house, "self2", "H41.12", frozenset({"audit:act", "audit:read"}))
    assert await code(await move(house, id, "notified", "self2")) == (403, "own_case"), "another client of the same body"
    told = (await get(house, f"/v1/violations/{id}", "self2")).json()
    assert told["legal_next"] == []
    assert (await move(house, id, "notified")).status_code == 201, "the province's auditors do"


async def test_neither_does_a_body_below_the_one_that_booked_it(house: House) -> None:
    id = await demanded_by(house, "self1", "H41.12", agency="H41.12.3")
    clerk(house, "below", "H41.12.4", frozenset({"audit:act"}))
    assert await code(await move(house, id, "notified", "below")) == (403, "own_case")


REPORT = {"agency": "H41.12", "kind": "citizen_report"}


async def test_who_writes_down_what_a_citizen_reported_still_judges(house: House) -> None:
    id = await demanded_by(house, "inspector", "H41", INSPECTS, **REPORT)
    assert (await move(house, id, "notified", "inspector")).status_code == 201


async def test_nobody_judges_what_he_booked_as_a_citizens_report_with_a_token_that_writes_demands(house: House) -> None:
    id = await demanded_by(house, "self1", "H41.12", agency="H41.12.3", kind="citizen_report")
    for state in ("notified", "rejected", "closed"):
        assert await code(await move(house, id, state, "self1")) in {(403, "not_your_move"), (409, "illegal_transition")}
    clerk(house, "self2", "H41.12", INSPECTS)
    assert await code(await move(house, id, "notified", "self2")) == (403, "own_case"), "another client of the same body"
    assert (await move(house, id, "notified")).status_code == 201, "the province's auditors do"


@pytest.mark.parametrize("body", ["H41", "H41.30"])
async def test_nor_does_an_auditor_who_writes_demands_beside(house: House, body: str) -> None:
    id = await demanded_by(house, "both", body, **REPORT)
    clerk(house, "inspector", body, INSPECTS)
    assert await code(await move(house, id, "notified", "inspector")) == (403, "own_case")


async def test_a_department_judges_no_report_that_its_own_auditors_wrote_of_its_office(house: House) -> None:
    id = await demanded_by(house, "department", "H41.12", INSPECTS, agency="H41.12.3", kind="citizen_report")
    assert await code(await move(house, id, "notified", "department")) == (403, "own_case")
    assert (await move(house, id, "notified")).status_code == 201


async def test_the_provinces_own_system_records_for_all_and_its_departments_judge(house: House) -> None:
    id = await demanded_by(house, "portal", "H41", agency="H41.12")
    clerk(house, "inspectorate", "H41.30", frozenset({"audit:act"}))
    assert await code(await move(house, id, "notified")) == (403, "own_case")
    assert (await move(house, id, "notified", "inspectorate")).status_code == 201


async def test_who_explained_for_the_agency_does_not_judge_the_explanation(house: House) -> None:
    clerk(house, "hq", "H41", frozenset({"demand:write"}))
    id = await violated(house)
    await move(house, id, "notified")
    assert (await move(house, id, "explained", "hq")).status_code == 201
    assert await code(await move(house, id, "rejected")) == (403, "own_case")


async def test_an_auditor_of_another_province_is_a_stranger(house: House) -> None:
    clerk(house, "far", "H99", frozenset({"audit:act"}))
    assert (await move(house, await violated(house), "notified", "far")).status_code == 404


async def test_who_may_read_everything_moves_nothing_outside_his_province(house: House) -> None:
    clerk(house, "far", "H99", frozenset({"audit:read", "audit:act", "audit:export"}))
    id = await violated(house)
    told = (await get(house, f"/v1/violations/{id}", "far")).json()
    assert (told["legal_next"], told["case"]["legal_next"]) == ([], []), "read it may be, by contract"
    letters = f"/v1/cases/{told['case_id']}/letters"
    for state in ("notified", "explained", "confirmed", "rejected", "remedied"):
        assert (await move(house, id, state, "far")).status_code == 404
    for path in ("notice", "apology", "apology:batch"):
        answer = await house.client.post(f"{letters}/{path}", json={}, headers=await house.headers("far"))
        assert answer.status_code == 404
    assert (await get(house, f"{letters}/notice", "far")).status_code == 404, "nor is a draft made for him"
    assert house.cases.steps == house.cases.kept_letters == []


async def test_letters_of_notice_follow_the_same_rule(house: House) -> None:
    id = await demanded_by(house, "portal", "H41", agency="H41.12")
    case_id = (await get(house, f"/v1/violations/{id}")).json()["case_id"]
    path = f"/v1/cases/{case_id}/letters/notice"
    answer = await house.client.post(path, json={}, headers=await house.headers("demo-auditor"))
    assert await code(answer) == (403, "own_case")


@pytest.mark.parametrize(
    ("kind", "heard", "found"),
    [
        (DemandKind.COUNTER, False, {"H41"}),
        (DemandKind.CITIZEN_REPORT, True, set()),
        (DemandKind.CITIZEN_REPORT, False, {"H41"}),
    ],
)
async def test_who_recorded_the_demands_of_a_case_is_read_from_the_checks_that_judged_them(
    store: Store, kind: DemandKind, heard: bool, found: set[str]
) -> None:
    demand = replace(a_demand(1), kind=kind, by_inspector=heard)
    await store.recorder.record_check(replace(a_check(1), id=demand.check_id, agency="H41"), None)
    await store.recorder.record_demand(demand)
    rows = StoredCases(store.reads)
    case_id = await rows.case_of(demand.violations[0].id)
    assert await rows.recorders(case_id) == found
    assert await rows.recorders("case_none") == set()


async def test_a_body_is_known_by_the_facts_or_by_a_check_of_its_own_never_by_what_another_told(store: Store) -> None:
    bodies = StoredBodies(store.reads, {"H41.20"})
    await store.recorder.record_check(a_check(1), None)
    await store.recorder.record_demand(replace(a_demand(1), agency="H41.12.9"))
    known = {code: await bodies.known(code) for code in ("H41.20", "H41.12", "H41.12.9", "H41.1", "H41")}
    assert known == {"H41.20": True, "H41.12": True, "H41.12.9": False, "H41.1": False, "H41": False}
