"""What a body's own checks told it proves what it did: no instant, other paper or other body's name takes it away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from reuse_gateway.domain.holding import State
from tests.api.conftest import House, body
from tests.api.fakes import NOW
from tests.cases.test_own_cases import clerk

from .test_api import DOSSIER, asked, holds, post

EARLY, JUST_NOW = "2026-11-23T07:00:00+07:00", (NOW - timedelta(minutes=1)).isoformat()
ID_CARD = {"ref": "a", "evidence_type": "id_card"}


async def looked(house: House, minutes: float = -60, client_id: str = "demo-intake", **more: Any) -> str:
    """A check of that minute; its id."""
    house.clock.at = NOW + timedelta(minutes=minutes)
    answer = await house.check(body() | more, client_id)
    house.clock.at = NOW
    assert answer.status_code == 200, answer.text
    return str(answer.json()["check_id"])


async def found(house: House, *items: dict[str, Any], **more: Any) -> tuple[bool, bool, str | None]:
    """Told late, somebody liable, and the check that proves it."""
    told = (await post(house, asked(*items, **more))).json()
    (violation,) = told["items"][0]["violations"]
    return told["told_late"], violation["personal_liability"], violation["proof_check_id"]


async def test_a_demand_is_late_only_after_an_own_check_that_found_the_paper(house: House) -> None:
    holds(house)
    first = (await post(house, asked(made_at=EARLY))).json()
    again = (await post(house, asked(made_at="2026-11-23T07:05:00+07:00"))).json()
    assert (first["told_late"], again["told_late"]) == (False, False)
    assert not again["items"][0]["violations"][0]["personal_liability"]


async def reported_by(house: House, client_id: str) -> tuple[bool, bool]:
    """What becomes of a report about H41.12, told as made before a check that H41.12 made: (late, liable)."""
    holds(house)
    await looked(house, -120)
    report = asked(kind="citizen_report", agency="H41.12", made_at=EARLY)
    told = (await post(house, report, client_id)).json()
    return told["told_late"], told["items"][0]["violations"][0]["personal_liability"]


async def test_the_instant_that_a_citizen_tells_an_inspector_stands(house: House) -> None:
    assert await reported_by(house, "demo-auditor") == (False, False)


async def test_a_report_that_the_office_writes_of_itself_is_its_own_word(house: House) -> None:
    assert await reported_by(house, "demo-intake") == (True, True)


@pytest.mark.parametrize(("agency", "late"), [("H41", True), ("H41.30", False)])
async def test_a_report_by_whoever_writes_demands_is_late_in_the_offices_own_line_alone(
    house: House, agency: str, late: bool
) -> None:
    clerk(house, "both", agency)
    assert await reported_by(house, "both") == (late, late)


@pytest.mark.parametrize("early", [False, True])
async def test_checks_that_found_nothing_wrong_with_the_data_do_not_push_the_proof_away(house: House, early: bool) -> None:
    """One of other particulars, and many of another paper, after the one that found it."""
    holds(house)
    proof = await looked(house)
    house.sources.told["population", "id_card"] = State.MISMATCH
    await looked(house, -50)
    holds(house)
    for minute in range(9):
        await looked(house, minute - 40, items=[{"ref": "a", "evidence_type": "residence_confirmation"}])
    assert await found(house, made_at=EARLY if early else JUST_NOW) == (early, True, proof)


@pytest.mark.parametrize("early", [False, True])
async def test_a_check_under_another_procedure_told_the_office_as_well(house: House, early: bool) -> None:
    holds(house)
    proof = await looked(house, procedure="1.000894")
    told = (await post(house, asked(procedure="1.001193", made_at=EARLY if early else JUST_NOW))).json()
    (item,) = told["items"]
    proofs = {each["proof_check_id"] for each in item["violations"]}
    assert (item["verdict"]["reason"], proofs, told["told_late"]) == ("held_valid", {proof}, early)


@pytest.mark.parametrize("early", [False, True])
async def test_a_body_is_not_hidden_behind_the_one_below_it(house: House, early: bool) -> None:
    holds(house)
    proof = await looked(house)
    assert await found(house, agency="H41.12.3", made_at=EARLY if early else JUST_NOW) == (early, True, proof)


@pytest.mark.parametrize("early", [False, True])
async def test_what_an_inspectors_own_body_was_told_proves_nothing_of_a_citizens_word(house: House, early: bool) -> None:
    holds(house)
    await looked(house, client_id="demo-admin")
    report = asked(kind="citizen_report", agency="H41.12", made_at=EARLY if early else JUST_NOW)
    told = (await post(house, report, "demo-auditor")).json()
    (violation,) = told["items"][0]["violations"]
    assert (told["told_late"], violation["personal_liability"], violation["proof_check_id"]) == (False, False, None)


@pytest.mark.parametrize("dossier", [None, "H41.12-261123-0002"])
async def test_the_paper_of_somebody_else_is_proved_in_its_own_dossier_only(house: House, dossier: str | None) -> None:
    child = {
        "role": "child",
        "kind": "citizen",
        "personal_id": "999090000009",
        "full_name": "Lê An",
        "birth_date": "2020-01-01",
    }
    paper = ID_CARD | {"role": "child"}
    holds(house)
    proof = await looked(house, others=[child], items=[paper], dossier=DOSSIER)
    for told, proven in ((dossier, None), (DOSSIER, proof)):
        answer = (await post(house, asked(paper, others=[child], made_at=JUST_NOW, dossier=told))).json()
        proofs = [each["proof_check_id"] for each in answer["items"][0]["violations"] if each["type"] == "V01"]
        assert proofs in ([proven], []), answer
        assert bool(proofs) == (answer["items"][0]["verdict"]["reason"] == "held_valid")


async def test_an_instant_before_the_law_does_not_free_whom_a_check_had_told(house: House) -> None:
    holds(house)
    proof = await looked(house)
    assert await found(house, made_at="2026-06-29T09:00:00+07:00") == (True, True, proof)
    house.store.checks.pop(proof)
    assert await found(house, made_at="2026-06-28T09:00:00+07:00") == (False, False, None)
