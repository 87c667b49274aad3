"""Form.io's two routes, the flat answer for builders that only template headers, OpenCPS parts, and the scripts for pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from reuse_gateway.api.routers.dropins import SCRIPTS
from reuse_gateway.domain.holding import Doubt

from .builders import AN, FIELD, FILE, PAGE, Desk, codes, definition, recorded


async def test_form_io_loads_the_form_shaped_for_the_person_of_the_session(desk: Desk) -> None:
    answer = await desk.house.client.get("/form/f1", headers={"x-form-session": await desk.session(), "origin": PAGE})
    assert answer.headers["access-control-allow-origin"] == PAGE
    shaped = answer.json()
    (paper,) = [each for each in shaped["components"] if each["key"] == FIELD]
    assert (paper["hidden"], paper["validate"]["required"]) == (True, False)
    assert shaped["_id"] == "f1"


async def test_a_stranger_gets_the_form_as_it_was_published(desk: Desk) -> None:
    answer = await desk.house.client.get("/form/f1")
    assert answer.json()["components"] == definition()["components"]
    assert desk.house.store.checks == {}
    assert (await desk.house.client.get("/form/none")).status_code == 404
    assert (await desk.house.client.get("/form/f1", headers={"x-form-session": "rgs_x"})).status_code == 403


async def test_form_io_sends_the_form_back_and_is_told_in_its_own_words(desk: Desk) -> None:
    headers = {"x-form-session": await desk.session()}
    full = {"data": {FIELD: FILE, "ly_do": "x"}, "metadata": {}, "state": "submitted"}
    refused = await desk.house.client.post("/form/f1/submission", json=full, headers=headers)
    assert (refused.status_code, refused.json()["name"]) == (400, "ValidationError")
    assert "message" not in refused.json()
    clean = {"data": {FIELD: [], "ly_do": "bí mật"}, "metadata": {}}
    taken = await desk.house.client.post("/form/f1/submission", json=clean, headers=headers)
    assert (taken.status_code, taken.json()["stored"], taken.json()["data"]) == (201, False, {})
    assert "bí mật" not in taken.text
    assert recorded(desk) == (1, ["V01"])


@pytest.mark.parametrize("headers", [{}, {"x-form-session": "rgs_x"}])
async def test_nobody_sends_a_form_without_a_session(desk: Desk, headers: dict[str, str]) -> None:
    answer = await desk.house.client.post("/form/f1/submission", json={"data": {FIELD: FILE}}, headers=headers)
    assert answer.status_code in (401, 403)


async def test_pages_ask_leave_for_both_routes(desk: Desk) -> None:
    for path, method in (("/form/f1", "GET"), ("/form/f1/submission", "POST")):
        leave = await desk.house.client.options(path, headers={"origin": PAGE, "access-control-request-method": method})
        assert leave.headers["access-control-allow-origin"] == PAGE
        assert method in leave.headers["access-control-allow-methods"]
        strange = await desk.house.client.options(path, headers={"origin": "https://evil.example"})
        assert "access-control-allow-origin" not in strange.headers


async def flat(desk: Desk, query: str = "form=f1", **headers: str) -> Any:
    password = (await desk.secrets())["password"]
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return await desk.house.client.get(f"/v1/lookups/flat?{query}", headers=told, auth=("f1", password))


NAMED = {"x_subject_ref": "999090000001", "x_subject_name": quote("Nguyễn Văn An"), "x_subject_birth_date": "1990-05-14"}


async def test_a_flat_answer_holds_one_level_and_no_data(desk: Desk) -> None:
    told = (await flat(desk, **NAMED)).json()
    assert (told["id_card"], told["id_card_unknown"], told["degraded"]) == (True, False, False)
    assert "không phải nộp" in told["id_card_notice"]
    assert all(isinstance(value, bool | str) for value in told.values())
    assert "999090000001" not in str(told)


async def test_a_flat_answer_says_unknown_aloud(desk: Desk) -> None:
    desk.house.sources.doubt = Doubt.SOURCE_UNAVAILABLE
    told = (await flat(desk, **NAMED)).json()
    assert (told["id_card"], told["id_card_unknown"], told["degraded"]) == (False, True, True)


async def test_a_flat_answer_may_be_narrowed(desk: Desk) -> None:
    assert "id_card" not in (await flat(desk, "form=f1&evidence=passport", **NAMED)).json()


@pytest.mark.parametrize(
    "headers", [{}, {"x_subject_ref": "1"}, {"x_subject_ref": "abc"}, NAMED | {"x_subject_birth_date": "x"}]
)
async def test_a_flat_call_for_nobody_is_refused_without_repeating_it(desk: Desk, headers: dict[str, str]) -> None:
    answer = await flat(desk, **headers)
    assert (answer.status_code, codes(answer)[0][0]) == (422, "/headers/X-Subject-Ref")


async def test_a_flat_call_needs_the_secret_of_that_very_form(desk: Desk) -> None:
    await desk.put("f2")
    told = {name.replace("_", "-"): value for name, value in NAMED.items()}
    assert (await desk.house.client.get("/v1/lookups/flat?form=f1", headers=told)).status_code == 401
    assert (await flat(desk, "form=f2", **NAMED)).json()["code"] == "secret_other_form"


PARTS = {
    "total": 2,
    "data": [
        {"partNo": "TP01", "partName": "Tờ khai", "partType": 1, "required": True, "fileTemplateNo": "TK01"},
        {"partNo": "TP02", "partName": "Thẻ căn cước", "partType": 1, "required": False, "fileTemplateNo": "CCCD"},
    ],
}


async def test_dossier_parts_come_back_released_and_a_file_for_one_is_refused(desk: Desk) -> None:
    put = await desk.put("hs1", dialect="opencps", definition=PARTS, bindings={"CCCD": "id_card"}, publish=True)
    if put.status_code == 422:
        headers = await desk.house.headers("demo-admin") | {"if-none-match": "*"}
        waiver = {
            "form": "hs1", "ground": "Quyết định chuyển tiếp của UBND tỉnh", "valid_from": "2026-11-01",
            "valid_to": "2026-12-31", "legal_basis": ["NQ-66.7-2025"], "reason": "Chờ nâng cấp phần mềm",
        }  # fmt: skip
        assert (await desk.house.client.put("/v1/admin/waivers/w", json=waiver, headers=headers)).status_code == 201
        put = await desk.put("hs1", dialect="opencps", definition=PARTS, bindings={"CCCD": "id_card"})
    assert put.status_code == 201, put.text
    body = {"form": {"id": "hs1"}, "phase": "render", "subject": AN}
    shaped = (await desk.post("/v1/webhooks/forms/opencps?return=definition", body)).json()["data"]
    assert shaped[0]["required"] is True
    assert (shaped[1]["required"], shaped[1]["reuse"]["ask"]) == (False, False)
    sent = body | {"phase": "submit", "fields": {"CCCD": {"present": True}}}
    refused = await desk.post("/v1/webhooks/forms/opencps", sent)
    assert (refused.status_code, refused.json()["errors"][0]["dossierPartNo"]) == (422, "TP02")


@pytest.mark.parametrize("name", SCRIPTS)
async def test_the_scripts_are_served_as_they_lie_in_the_package(desk: Desk, name: str) -> None:
    answer = await desk.house.client.get(f"/dropins/{name}")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    again = await desk.house.client.get(f"/dropins/{name}", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    for never in ("eval(", "innerHTML", "http://", "https://", "document.write", "localStorage", "document.cookie"):
        assert never not in answer.text


@pytest.mark.parametrize("name", ["../services.py", "x.js", "reuse-gateway.js.map", ""])
async def test_nothing_else_lies_there(desk: Desk, name: str) -> None:
    assert (await desk.house.client.get(f"/dropins/{name}")).status_code == 404
