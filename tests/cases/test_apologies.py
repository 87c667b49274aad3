"""Apologies over the API: every applicant gets their own, singly or many at once, and none is told before all have theirs."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.api.conftest import House

from .test_api import get, move, violated
from .test_letters import LIFE, issue, words

DOSSIERS = ("H41.12-261123-0001", "H41.12-261123-0002", "H41.12-261123-0003")


async def wronged(house: House, *dossiers: str, steps: Any = LIFE) -> tuple[list[str], str]:
    """A case with one violation for each dossier, walked on; the violations and the case."""
    ids = [await violated(house, dossier=each, made_at=f"2026-11-23T08:0{at}:00+07:00") for at, each in enumerate(dossiers)]
    for to, by in steps:
        assert (await move(house, ids[0], to, by)).status_code == 201
    return ids, str((await get(house, f"/v1/violations/{ids[0]}")).json()["case_id"])


async def batch(house: House, case_id: str, by: str = "demo-intake", **told: Any) -> httpx.Response:
    path = f"/v1/cases/{case_id}/letters/apology:batch"
    return await house.client.post(path, json=told, headers=await house.headers(by))


async def test_every_applicant_has_a_letter_before_the_case_is_apologised(house: House) -> None:
    ids, case_id = await wronged(house, *DOSSIERS)
    refused = (await move(house, ids[0], "apologised", "demo-intake")).json()
    assert (refused["status"], refused["code"], refused["applicants"], refused["missing"]) == (409, "letter_missing", 3, 3)
    assert (await issue(house, case_id, "apology", "demo-intake", violation_id=ids[1])).json()["addressee"] == ids[1]
    assert (await move(house, ids[0], "apologised", "demo-intake")).json()["missing"] == 2
    told = (await batch(house, case_id)).json()
    assert ([each["reference"] for each in told["issued"]], told["applicants"], told["left"]) == (
        ["02/XL-H41.12", "03/XL-H41.12"],
        3,
        0,
    )
    step = (await move(house, ids[0], "apologised", "demo-intake")).json()
    assert step["letter"] == "01/XL-H41.12 … 03/XL-H41.12 (3)"


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded"])
async def test_a_batch_needs_no_body(house: House, kind: str | None) -> None:
    """Every member of it may be left out, so all of them may."""
    _, case_id = await wronged(house, *DOSSIERS)
    headers = await house.headers("demo-intake") | ({"content-type": kind} if kind else {})
    answer = await house.client.post(f"/v1/cases/{case_id}/letters/apology:batch", headers=headers)
    assert (answer.status_code, len(answer.json()["issued"])) == (200, 3)


async def test_many_letters_are_issued_a_page_at_a_time_and_again_issues_nothing_twice(house: House) -> None:
    _, case_id = await wronged(house, *DOSSIERS)
    left = []
    for _ in range(3):
        told = (await batch(house, case_id, limit=2)).json()
        left.append((len(told["issued"]), told["left"]))
    assert left == [(2, 1), (1, 0), (0, 0)]
    assert [each.letter.number for each in house.cases.kept_letters] == [1, 2, 3]


async def test_a_letter_tells_its_own_dossier_and_nobody_elses(house: House) -> None:
    ids, case_id = await wronged(house, *DOSSIERS[:2])
    await batch(house, case_id)
    path = f"/v1/cases/{case_id}/letters/apology?round=1&violation_id="
    texts = [words((await get(house, path + id, "demo-intake")).content) for id in ids]
    for text, own, other, id in zip(texts, DOSSIERS, DOSSIERS[1::-1], ids, strict=False):
        assert f"Mã hồ sơ: {own}." in text
        assert f"Mã tra cứu: {id}." in text
        assert "Số lần ghi nhận: 1." in text
        assert other not in text


async def test_violations_of_one_dossier_are_one_letter(house: House) -> None:
    ids, case_id = await wronged(house, DOSSIERS[0], DOSSIERS[0])
    told = (await issue(house, case_id, "apology", "demo-intake")).json()
    assert told["addressee"] == ids[0]
    assert told == (await issue(house, case_id, "apology", "demo-intake", violation_id=ids[1])).json()
    assert "Số lần ghi nhận: 2." in words((await get(house, f"/v1/cases/{case_id}/letters/apology", "demo-intake")).content)


async def test_where_there_are_several_one_must_be_named(house: House) -> None:
    _, case_id = await wronged(house, *DOSSIERS[:2])
    for answer in (
        await issue(house, case_id, "apology", "demo-intake"),
        await get(house, f"/v1/cases/{case_id}/letters/apology", "demo-intake"),
    ):
        assert (answer.status_code, answer.json()["code"], answer.json()["applicants"]) == (409, "several_applicants", 2)
    assert house.cases.kept_letters == []


async def test_a_violation_of_another_case_names_no_applicant(house: House) -> None:
    _, case_id = await wronged(house, *DOSSIERS[:2])
    stranger = "vio_" + "0" * 32
    assert (await issue(house, case_id, "apology", "demo-intake", violation_id=stranger)).status_code == 404
    assert (await get(house, f"/v1/cases/{case_id}/letters/apology?violation_id={stranger}")).status_code == 404


async def test_what_comes_after_the_agency_was_told_waits_for_the_next_round(house: House) -> None:
    ids, case_id = await wronged(house, DOSSIERS[0])
    await violated(house, dossier=DOSSIERS[1], made_at="2026-11-23T09:30:00+07:00")
    assert (await batch(house, case_id)).json()["applicants"] == 1
    for to, by in (("apologised", "demo-intake"), ("reported", "demo-auditor"), ("closed", "demo-auditor")):
        assert (await move(house, ids[0], to, by)).status_code == 201
    assert (await batch(house, case_id)).json()["code"] == "letter_not_due"
    told = (await get(house, f"/v1/cases/{case_id}/applicants")).json()
    assert (told["round"], told["left"], [each["dossier"] for each in told["items"]]) == (2, 1, [DOSSIERS[1]])


@pytest.mark.parametrize(
    ("steps", "by", "code"),
    [
        (LIFE[:2], "demo-intake", "letter_not_due"),
        ((), "demo-intake", "letter_not_due"),
        (LIFE, "demo-auditor", "not_your_move"),
    ],
)
async def test_letters_out_of_their_place_or_by_the_wrong_hand_are_not_issued(
    house: House, steps: Any, by: str, code: str
) -> None:
    _, case_id = await wronged(house, *DOSSIERS[:2], steps=steps)
    assert (await batch(house, case_id, by)).json()["code"] == code
    assert house.cases.kept_letters == []


@pytest.mark.parametrize("told", [{"limit": 0}, {"limit": 201}, {"limit": "5"}, {"to": "all"}, {"officer": ""}])
async def test_a_batch_that_is_none_is_refused(house: House, told: dict) -> None:
    _, case_id = await wronged(house, DOSSIERS[0])
    assert (await batch(house, case_id, **told)).status_code == 422


async def test_applicants_and_letters_are_listed_a_page_at_a_time(house: House) -> None:
    ids, case_id = await wronged(house, *DOSSIERS)
    await issue(house, case_id, "apology", "demo-intake", violation_id=ids[1])
    one = (await get(house, f"/v1/cases/{case_id}/applicants?limit=2")).json()
    assert [(each["violation_id"], each["letter"]) for each in one["items"]] == [(ids[0], None), (ids[1], "01/XL-H41.12")]
    assert (one["applicants"], one["left"]) == (3, 2)
    two = (await get(house, f"/v1/cases/{case_id}/applicants?limit=2&cursor={one['next_cursor']}")).json()
    assert ([each["violation_id"] for each in two["items"]], two["next_cursor"]) == ([ids[2]], None)
    owed = (await get(house, f"/v1/cases/{case_id}/applicants?owed=true", "demo-intake")).json()
    assert [each["violation_id"] for each in owed["items"]] == [ids[0], ids[2]]
    await batch(house, case_id)
    letters = (await get(house, f"/v1/cases/{case_id}/letters?limit=2")).json()
    after = (await get(house, f"/v1/cases/{case_id}/letters?cursor={letters['next_cursor']}&limit=2")).json()
    assert [each["addressee"] for each in (*letters["items"], *after["items"])] == [ids[1], ids[0], ids[2]]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("applicants?round=2", 404),
        ("applicants?rounds=1", 400),
        ("applicants?owed=perhaps", 422),
        ("applicants?cursor=x", 400),
        ("letters?cursor=x", 400),
        ("letters?state=issued", 400),
        ("letters/apology?violation_id=999090000001", 422),
        ("letters/apology?round=2", 404),
    ],
)
async def test_what_cannot_be_listed_is_told_as_such(house: House, path: str, status: int) -> None:
    _, case_id = await wronged(house, DOSSIERS[0])
    assert (await get(house, f"/v1/cases/{case_id}/{path}")).status_code == status


@pytest.mark.parametrize("path", ["applicants", "letters"])
async def test_a_case_that_is_not_there_has_no_lists(house: House, path: str) -> None:
    assert (await get(house, f"/v1/cases/case_{'0' * 32}/{path}")).status_code == 404


async def test_whoever_wants_may_read_which_violations_ask_for_an_apology_and_why(house: House) -> None:
    told = {each["type"]: each for each in (await house.client.get("/v1/violation-types")).json()["items"]}
    assert sorted(told) == [f"V{number:02d}" for number in range(1, 17)]
    before, since = told["V01"]["apologies"]
    assert (before["apology"], before["valid_to"], since["valid_from"]) == ("due", "2025-06-30", "2025-07-01")
    assert [each["code"] for each in since["legal_basis"]] == ["NAN-CT-2024", "ND-118-2025"]
    assert ({each["verified"] for each in (before, since)}, since["why"]["vi"][:8]) == ({False}, "Chỉ thị ")
    assert [told[kind]["apologies"][0]["apology"] for kind in ("V10", "V12")] == ["none", "recommended"]
