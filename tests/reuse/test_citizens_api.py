"""/v1/me and the challenge on the receipt: each person sees their own, nobody's name is needed or shown, every clock runs."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest
from joserfc import jwt

from reuse_gateway.api.quota import Quota
from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.holding import State
from reuse_gateway.signing.tokens import ALGORITHMS
from tests.api.conftest import ISSUER, House, body

AN, BINH = "999090000001", "999090000002"
FORM = {"content-type": "application/x-www-form-urlencoded"}


async def login(house: House, number: str = AN) -> dict[str, str]:
    answer = await house.client.post("/oauth2/citizen-token", data={"personal_id": number})
    return {"authorization": f"Bearer {answer.json()['access_token']}"}


def forged(house: House, **changes: Any) -> dict[str, str]:
    now = int(time.time())
    told = {
        "iss": ISSUER,
        "aud": "reuse-gateway-citizens",
        "personal_id": AN,
        "scope": "citizen:read",
        "iat": now,
        "exp": now + 60,
    }
    claims = {name: value for name, value in (told | changes).items() if value is not None}
    header = {"alg": "Ed25519", "kid": house.token_key.kid, "typ": "at+jwt"}
    return {"authorization": f"Bearer {jwt.encode(header, claims, house.token_key, algorithms=ALGORITHMS)}"}


async def checked(house: House, **more: Any) -> dict[str, Any]:
    house.sources.told["population", "id_card"] = State.VALID
    return (
        await house.check(body({"ref": "a", "evidence_type": "id_card"}, {"ref": "b", "label": "tờ gì đó rất lạ"}, **more))
    ).json()


async def mine(house: House, path: str = "checks", number: str = AN) -> httpx.Response:
    return await house.client.get(f"/v1/me/{path}", headers=await login(house, number))


async def ask(house: House, number: str = AN, **told: Any) -> httpx.Response:
    sent = {"kind": "correction", "ground": "wrong", "paper": 0} | told
    return await house.client.post("/v1/me/requests", json=sent, headers=await login(house, number))


async def code_of(house: House) -> str:
    (kept,) = house.store.checks.values()
    return kept.check.short_code


@pytest.mark.parametrize("number", ["x", "", "99909000000", "099999"])
async def test_the_demo_issues_no_token_but_for_synthetic_people(house: House, number: str) -> None:
    answer = await house.client.post("/oauth2/citizen-token", data={"personal_id": number})
    assert (answer.status_code, answer.json()["code"]) == (403, "synthetic_only")


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "reuse-gateway"}, {"scope": "audit:read"}, {"scope": None}, {"personal_id": None},
        {"personal_id": 999090000001},
        {"personal_id": "999"}, {"personal_id": "999090000001 "}, {"iss": "http://elsewhere"}, {"exp": 1},
        {"scope": "citizen:reader"},
    ],
)  # fmt: skip
async def test_a_token_that_does_not_prove_a_citizen_opens_nothing(house: House, changes: dict[str, Any]) -> None:
    answer = await house.client.get("/v1/me/checks", headers=forged(house, **changes))
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")


async def test_an_office_is_no_citizen_and_a_citizen_no_office(house: House) -> None:
    assert (await house.client.get("/v1/me/checks", headers=await house.headers("demo-admin"))).status_code == 401
    for path in ("/v1/violations", "/v1/citizen-requests", "/v1/events"):
        assert (await house.client.get(path, headers=await login(house))).status_code == 401


async def test_i_see_who_asked_about_me_and_nobody_else_does(house: House) -> None:
    told = await checked(house, dossier="H41.12-261123-0001", officer="officer-7")
    answer = await mine(house)
    (item,) = answer.json()["items"]
    assert (item["check_id"], item["stage"], item["dossier"]) == (told["check_id"], "intake", "H41.12-261123-0001")
    assert item["agency"]["code"] == "H41.12"
    assert item["procedure"]["name"]["vi"]
    assert [(paper["paper"], paper["evidence_type"], paper["decision"]) for paper in item["papers"]] == [
        (0, "id_card", "must_not_ask"), (1, None, "not_decided"),
    ]  # fmt: skip
    assert {"source": "population", "outcome": "held"} in item["papers"][0]["sources"]
    (kept,) = house.store.checks.values()
    for hidden in (AN, "officer", kept.check.subject, str(kept.check.officer)):
        assert hidden not in answer.text
    others = (await mine(house, number=BINH)).json()
    assert (others["items"], others["next_cursor"]) == ([], None)
    assert "xóa" in others["note"]["vi"], "that nothing is found does not mean that nobody asked"
    assert answer.json()["note"] is None


async def test_a_persons_reading_is_kept_under_a_pseudonym(house: House) -> None:
    await checked(house)
    await mine(house)
    note = house.store.notes[-1]
    (kept,) = house.store.checks.values()
    assert (note.client_id, note.what, note.ref) == ("citizen", "my_checks", kept.check.subject)


async def test_the_reading_of_somebody_unknown_is_kept_under_no_name_and_makes_no_key(house: House) -> None:
    await mine(house)
    (note,) = house.store.notes
    assert (note.client_id, note.what, note.ref) == ("citizen", "my_checks", "")
    assert await house.services.check.people.known(f"citizen:{AN}") is None


async def test_no_check_leaves_before_the_reading_is_kept(house: House) -> None:
    await checked(house)
    headers = await login(house)
    house.store.broken = StoreError("gone")
    assert (await house.client.get("/v1/me/checks", headers=headers)).status_code == 503


async def test_pages_are_bound_to_the_person(house: House) -> None:
    first, second = await checked(house), await checked(house)
    headers = await login(house)
    page = (await house.client.get("/v1/me/checks?limit=1", headers=headers)).json()
    assert [each["check_id"] for each in page["items"]] == [second["check_id"]]
    query = f"/v1/me/checks?limit=1&cursor={page['next_cursor']}"
    assert [each["check_id"] for each in (await house.client.get(query, headers=headers)).json()["items"]] == [
        first["check_id"]
    ]
    assert (await house.client.get(query, headers=await login(house, BINH))).status_code == 400


async def test_one_person_who_asks_too_often_waits_and_others_do_not(house: House) -> None:
    object.__setattr__(house.services.citizens, "quota", Quota(1))
    assert (await mine(house)).status_code == 200
    assert (await mine(house)).status_code == 429
    assert (await mine(house, number=BINH)).status_code == 200


async def test_a_correction_has_two_working_days_and_comes_back_with_its_answer(house: House) -> None:
    """23 November 2026 is a Monday; the 24th is a holiday in the data."""
    told = await checked(house)
    made = await ask(house, check_id=told["check_id"])
    assert made.status_code == 201
    request = made.json()
    assert (request["state"], request["due_on"], request["evidence_type"]) == ("open", "2026-11-26", "id_card")
    sent = {"answer": "passed_on", "words": "Đã chuyển cơ quan quản lý dữ liệu."}
    path = f"/v1/citizen-requests/{request['request_id']}/answer"
    answered = await house.client.post(path, json=sent, headers=await house.headers())
    assert (answered.status_code, answered.json()["state"]) == (200, "answered")
    (seen,) = (await mine(house, "requests")).json()["items"]
    assert (seen["answer"]["answer"], seen["answer"]["words"]) == (sent["answer"], sent["words"])
    again = await house.client.post(path, json=sent, headers=await house.headers())
    assert (again.status_code, again.json()["code"]) == (409, "already_answered")
    others = (await mine(house, "requests", BINH)).json()
    assert (others["items"], "xóa" in others["note"]["vi"]) == ([], True)
    assert (await mine(house, "requests")).json()["note"] is None


@pytest.mark.parametrize(
    ("told", "status", "code"),
    [
        ({"check_id": "chk_" + "f" * 32}, 404, "not_found"),
        ({"check_id": "x"}, 404, "not_found"),
        ({"paper": 2}, 422, "unknown_ref"),
        ({"paper": None}, 422, "missing"),
        ({"paper": -1}, 422, "out_of_range"),
        ({"ground": "not_needed"}, 422, "not_one_of"),
        ({"kind": "report", "ground": "wrong"}, 422, None),
        ({"words": "x"}, 422, "unknown_field"),
    ],
)
async def test_what_cannot_be_asked_is_refused(house: House, told: dict[str, Any], status: int, code: str | None) -> None:
    answer = await ask(house, **({"check_id": (await checked(house))["check_id"]} | told))
    assert answer.status_code == status
    problem = answer.json()
    assert code in (None, problem["code"], problem.get("errors", [{}])[0].get("code"))
    assert house.citizens.kept == []


async def test_nobody_asks_about_anothers_check(house: House) -> None:
    told = await checked(house)
    assert (await ask(house, BINH, check_id=told["check_id"])).status_code == 404


async def test_the_same_is_not_asked_twice(house: House) -> None:
    told = await checked(house)
    await ask(house, check_id=told["check_id"])
    again = await ask(house, check_id=told["check_id"], ground="missing")
    assert (again.status_code, again.json()["code"]) == (409, "already_requested")


async def test_who_may_not_answer_is_refused(house: House) -> None:
    told = await checked(house)
    request_id = (await ask(house, check_id=told["check_id"])).json()["request_id"]
    path = f"/v1/citizen-requests/{request_id}/answer"
    for client_id, status in (("demo-forms", 403), ("demo-settlement", 403)):
        answer = await house.client.post(path, json={"answer": "accepted"}, headers=await house.headers(client_id))
        assert answer.status_code == status
    silent = await house.client.post(path, json={"answer": "refused", "words": " "}, headers=await house.headers())
    assert (silent.status_code, silent.json()["errors"][0]["code"]) == (422, "missing")
    named = {"answer": "refused", "words": "Ông 999 090 000 001 sai"}
    told_back = await house.client.post(path, json=named, headers=await house.headers())
    assert (told_back.status_code, told_back.json()["errors"][0]["code"]) == (422, "personal_number")
    assert (
        await house.client.post(path, json={"answer": "accepted"}, headers=await house.headers("demo-auditor"))
    ).status_code == 200


async def test_the_receipt_asks_whether_the_paper_was_demanded_and_the_report_waits_for_an_auditor(house: House) -> None:
    told = await checked(house)
    code = await code_of(house)
    page = await house.client.get(f"/r/{code}")
    assert f'action="/r/{code}/reports?lang=vi"' in page.text
    assert 'name="paper" value="0"' in page.text
    assert "form-action 'self'" in page.headers["content-security-policy"]
    for _ in range(2):
        answer = await house.client.post(f"/r/{code}/reports", content="paper=0", headers=FORM)
        assert (answer.status_code, "Đã ghi nhận phản ánh" in answer.text) == (200, True)
    (kept,) = house.citizens.kept
    assert (kept.request.kind, kept.request.check_id, kept.request.subject) == ("report", told["check_id"], None)
    for hidden in (AN, "Nguyễn", "1990"):
        assert hidden not in page.text + answer.text
    path = f"/v1/citizen-requests/{kept.request.id}/answer"
    own = await house.client.post(path, json={"answer": "refused", "words": "x"}, headers=await house.headers())
    assert (own.status_code, own.json()["code"]) == (403, "not_yours_to_answer")
    hidden = await house.client.get("/v1/citizen-requests?kind=report", headers=await house.headers())
    assert (hidden.status_code, hidden.json()["items"]) == (200, []), "whom it accuses learns nothing of it"
    listed = await house.client.get("/v1/citizen-requests?kind=report&state=open", headers=await house.headers("demo-auditor"))
    assert [each["request_id"] for each in listed.json()["items"]] == [kept.request.id]
    judged = await house.client.post(path, json={"answer": "accepted"}, headers=await house.headers("demo-auditor"))
    assert judged.json()["state"] == "answered"


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        ("", FORM, 422), ("paper=1", FORM, 422), ("paper=9", FORM, 422), ("paper=x", FORM, 422), ("paper=-1", FORM, 422),
        ("paper=999", FORM, 422), ("paper=0&name=An", FORM, 422), ("paper=%FF0", FORM, 422), ("paper", FORM, 400),
        ("&".join(["paper=0"] * 65), FORM, 400), ("paper=" + "0" * 3000, FORM, 413), ('{"paper": 0}', {}, 415),
    ],
)  # fmt: skip
async def test_a_report_of_anything_but_a_spared_paper_is_refused(
    house: House, content: str, headers: Any, status: int
) -> None:
    """The second paper is not spared: nobody knows what it is."""
    await checked(house)
    answer = await house.client.post(f"/r/{await code_of(house)}/reports", content=content, headers=headers)
    assert answer.status_code == status
    assert house.citizens.kept == []


async def test_a_report_to_no_receipt_is_not_found(house: House) -> None:
    for code in ("AAAAAAAAAAAA", "x"):
        assert (await house.client.post(f"/r/{code}/reports", content="paper=0", headers=FORM)).status_code == 404


async def test_reports_from_one_address_are_bounded(house: House) -> None:
    await checked(house)
    code = await code_of(house)
    object.__setattr__(house.services.citizens, "quota", Quota(1))
    statuses = [(await house.client.post(f"/r/{code}/reports", content="paper=0", headers=FORM)).status_code for _ in range(2)]
    assert statuses == [200, 429]


async def test_an_office_sees_requests_about_its_own_checks_alone(house: House) -> None:
    told = await checked(house)
    await ask(house, check_id=told["check_id"])
    for path, found in (("", 1), ("?agency=H41.12", 1)):
        seen = await house.client.get(f"/v1/citizen-requests{path}", headers=await house.headers())
        assert len(seen.json()["items"]) == found
    others = await house.client.get("/v1/citizen-requests?agency=H41.99", headers=await house.headers())
    refused = (others.status_code, others.json()["code"])
    assert refused == (403, "not_your_agency"), "another's are not answered with one's own"
    assert (await house.client.get("/v1/citizen-requests?agency=H41.99", headers=await house.headers("demo-auditor"))).json()[
        "items"
    ] == []
    assert (await house.client.get("/v1/citizen-requests", headers=await house.headers("demo-forms"))).status_code == 403
    assert (await house.client.get("/v1/citizen-requests?name=x", headers=await house.headers())).status_code == 400


async def test_a_clock_that_has_run_out_is_told(house: House) -> None:
    told = await checked(house)
    await ask(house, check_id=told["check_id"])
    from datetime import timedelta

    house.clock.at += timedelta(days=4)
    (seen,) = (await mine(house, "requests")).json()["items"]
    assert seen["state"] == "overdue"
