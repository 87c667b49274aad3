"""The webhook: what is refused, what is recorded of it and how often, and how each builder is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.holding import Doubt

from .builders import AN, BINH, FIELD, FILE, PAGE, Desk, codes, recorded

PATH = "/v1/webhooks/forms"


async def test_a_forbidden_paper_is_refused_in_the_builders_words_and_recorded_once(desk: Desk) -> None:
    session = await desk.session()
    for key in ("k1", "k1", "k2", None):
        answer = await desk.call("submit", session, True, headers={"idempotency-key": key} if key else {})
        body = answer.json()
        assert (answer.status_code, body["name"], body["decision"]) == (400, "ValidationError", "blocked")
        assert "message" not in body
        assert answer.headers["content-type"] == "application/json"
        (detail,) = body["details"]
        assert detail["path"] == [FIELD]
        assert "không phải nộp" in detail["message"]
        assert "bỏ giấy tờ này" in detail["message"]
    assert recorded(desk) == (1, ["V01"])
    assert desk.house.store.demands[0].kind == "online_form"


async def test_what_is_shown_never_makes_a_violation(desk: Desk) -> None:
    session = await desk.session()
    for _ in range(3):
        answer = await desk.call("render", session, True)
        assert (answer.status_code, answer.json()["decision"]) == (200, "partial")
    assert (await desk.call("page", session, True)).status_code == 400
    assert recorded(desk) == (0, [])


async def test_a_form_that_was_told_and_asks_all_the_same_is_a_violation_of_its_own(desk: Desk) -> None:
    session = await desk.session()
    await desk.call("render", session)
    await desk.call("submit", session, True)
    assert recorded(desk) == (1, ["V16"])
    assert desk.house.store.kept_violations[0].violation.severity == "high"


async def test_what_one_person_was_told_is_not_held_against_the_form_with_another(desk: Desk) -> None:
    await desk.call("render", await desk.session())
    desk.house.sources.doubt = Doubt.SOURCE_TIMED_OUT
    await desk.call("render", await desk.session(BINH))
    desk.house.sources.doubt = None
    await desk.call("submit", await desk.session(BINH), True)
    assert recorded(desk)[1] == ["V01"]


async def test_a_paper_that_may_be_asked_for_passes_and_is_a_lawful_demand(desk: Desk) -> None:
    desk.house.sources.told.clear()
    answer = await desk.call("submit", await desk.session(BINH), True)
    assert (answer.status_code, answer.json()["decision"]) == (200, "clear")
    assert recorded(desk) == (1, [])
    assert [str(each) for _, each in desk.house.store.demands[0].findings] == ["lawful"]


async def test_nothing_handed_in_is_no_demand(desk: Desk) -> None:
    answer = await desk.call("submit", await desk.session(), False)
    assert (answer.status_code, answer.json()["check_id"]) == (200, None)
    assert recorded(desk) == (0, [])


@pytest.mark.parametrize("doubt", [Doubt.SOURCE_TIMED_OUT, Doubt.SOURCE_UNAVAILABLE, Doubt.CIRCUIT_OPEN])
async def test_a_source_that_does_not_answer_stops_nobody(desk: Desk, doubt: Doubt) -> None:
    desk.house.sources.doubt = doubt
    headers = await desk.house.headers("demo-forms")
    call = {"headers": headers, "subject": AN}
    body = (await desk.call("render", None, **call)).json()
    assert (body["degraded"], body["items"][0]["status"], body["items"][0]["form_action"]) == (True, "unknown", "defer")
    answer = await desk.call("submit", None, True, **call)
    assert (answer.status_code, answer.json()["decision"]) == (200, "partial")
    assert recorded(desk)[1] == []


async def test_a_store_that_is_away_stops_nobody_and_promises_nothing(desk: Desk) -> None:
    session = await desk.session()
    desk.house.store.broken = StoreError("gone")
    answer = await desk.call("submit", session, True)
    body = answer.json()
    assert (answer.status_code, body["degraded"], body["check_id"]) == (200, True, None)
    assert body["items"][0]["decision"] == "ask_later"


async def test_a_slow_store_is_answered_for_within_the_budget(desk: Desk) -> None:
    session = await desk.session()
    object.__setattr__(desk.house.services.forms.guard, "budget_s", 0.1)
    slow = desk.house.forms.event

    async def event(id: str) -> Any:
        desk.house.forms.slow_s = 0.4
        return await slow(id)

    desk.house.forms.event = event  # type: ignore[method-assign]
    answer = await desk.call("submit", session, True)
    assert (answer.status_code, answer.json()["degraded"]) == (200, True)
    assert answer.elapsed.total_seconds() < 0.35


async def test_form_ios_own_body_is_understood_and_its_papers_are_left_out(desk: Desk) -> None:
    password = (await desk.secrets())["password"]
    session = await desk.session()
    inside = {"data": {FIELD: FILE, "ly_do": "x"}, "metadata": {"form_session": session}}
    for body in ({"request": inside, "submission": {}, "params": {}}, {"submission": inside}, inside):
        answer = await desk.house.client.post(f"{PATH}/formio?form=f1", json=body, auth=("f1", password))
        assert (answer.status_code, answer.json()["decision"]) == (400, "blocked")


async def test_a_builders_body_that_names_nobody_is_told_so(desk: Desk) -> None:
    password = (await desk.secrets())["password"]
    answer = await desk.house.client.post(f"{PATH}/formio", json={"data": {FIELD: FILE}}, auth=("f1", password))
    assert (answer.status_code, codes(answer)) == (422, [("/subject", "missing")])


@pytest.mark.parametrize(
    ("value", "present"),
    [
        (FILE, True),
        ([], False),
        ("", False),
        (None, False),
        ([{}], False),
        ([{"url": ""}], False),
        ({"name": "x"}, True),
        (0, True),
    ],
)
async def test_only_what_holds_something_is_there(desk: Desk, value: Any, present: bool) -> None:
    answer = await desk.call("submit", await desk.session(), data={FIELD: value})
    assert (answer.json()["decision"] == "blocked") is present


async def test_the_answer_comes_as_the_caller_asks_for_it(desk: Desk) -> None:
    session = await desk.session()
    patch = await desk.call("render", session, headers={"accept": "application/json-patch+json"})
    assert patch.headers["content-type"] == "application/json-patch+json"
    assert patch.json()[0]["op"] == "test"
    whole = await desk.call("render", session)
    assert whole.json()["patch"]["definition"] == patch.json()
    assert whole.headers["etag"] == patch.headers["etag"]
    body = {"form": {"id": "f1"}, "phase": "render", "session": session}
    shaped = (await desk.house.client.post(f"{PATH}/formio?return=definition", json=body)).json()
    papers = [each for each in shaped["components"] if each["key"] == FIELD]
    assert papers[0]["hidden"] is True
    assert any('role="status"' in each.get("html", "") for each in shaped["components"])


@pytest.mark.parametrize(
    ("dialect", "status", "key"), [("generic", 422, "errors"), ("wix", 200, "validationResult"), ("vra", 200, None)]
)
async def test_callers_that_are_nobodys_builder_get_their_own_shapes(desk: Desk, dialect: str, status: int, key: Any) -> None:
    body = {"form": {"id": "f1"}, "phase": "submit", "session": await desk.session(), "fields": {FIELD: {"present": True}}}
    answer = await desk.house.client.post(f"{PATH}/{dialect}", json=body)
    assert answer.status_code == status
    told = answer.json()[key] if key else answer.json()
    assert told
    assert "không phải nộp" in json.dumps(told, ensure_ascii=False)


async def test_a_form_of_another_builder_or_none_is_refused(desk: Desk) -> None:
    body = {"form": {"id": "f1"}, "phase": "render", "session": await desk.session()}
    assert (await desk.house.client.post(f"{PATH}/surveyjs", json=body)).status_code == 422
    assert (await desk.house.client.post(f"{PATH}/word", json=body)).status_code == 422
    assert (await desk.call("render", await desk.session(), form="gone")).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"1",
        b"{",
        b'{"form":{"id":"f1"},"form":{}}',
        b'{"form":{"id":"f1"},"phase":"fly"}',
        b"\xff",
        b'{"a":"' + b"x" * 9,
    ],
)
async def test_a_body_that_is_none_is_refused_and_never_a_crash(desk: Desk, body: bytes) -> None:
    headers = {"content-type": "application/json", "x-form-session": await desk.session()}
    answer = await desk.house.client.post(f"{PATH}/formio", content=body, headers=headers)
    assert answer.status_code in (400, 422)


async def test_only_pages_that_forms_name_may_read_answers(desk: Desk) -> None:
    client, session = desk.house.client, await desk.session()
    asked = {"origin": PAGE, "access-control-request-method": "POST"}
    leave = await client.options(f"{PATH}/formio", headers=asked)
    assert (leave.status_code, leave.headers["access-control-allow-origin"]) == (204, PAGE)
    assert "x-form-session" in leave.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in leave.headers
    strange = await client.options(f"{PATH}/formio", headers=asked | {"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in strange.headers
    for phase, status in (("render", 200), ("fly", 422)):
        answer = await desk.call(phase, session, headers={"origin": PAGE})
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (status, PAGE)
    other = await client.get("/v1/evidence-types", headers={"origin": PAGE})
    assert "access-control-allow-origin" not in other.headers
