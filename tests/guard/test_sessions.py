"""Form sessions: minted server to server, good for one form, one page, a quarter of an hour; spent when the form is sent."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from .builders import AN, BINH, FIELD, PAGE, Desk, recorded
from .test_callers import signed


async def test_a_browser_learns_what_to_do_and_nothing_about_the_person(desk: Desk) -> None:
    session = await desk.session()
    answer = await desk.call("render", session)
    (item,) = answer.json()["items"]
    assert (item["decision"], item["form_action"]) == ("must_not_ask", "prefill")
    assert set(item) == {"field", "evidence_type", "role", "decision", "form_action", "notice"}
    for told in ("999090000001", "Nguyễn Văn An", "1990", '"population"', "holdings"):
        assert told not in answer.text


async def refused(desk: Desk, session: str | None, **call: Any) -> tuple[int, str]:
    answer = await desk.call("render", session, **call)
    return answer.status_code, answer.json()["code"]


async def test_a_session_of_another_form_is_refused(desk: Desk) -> None:
    await desk.put("f2")
    assert await refused(desk, await desk.session(), form="f2") == (403, "session_other_form")


async def test_a_session_ends_after_a_quarter_of_an_hour(desk: Desk) -> None:
    session = await desk.session()
    desk.house.clock.at += timedelta(minutes=14, seconds=59)
    assert (await desk.call("render", session)).status_code == 200
    desk.house.clock.at += timedelta(seconds=1)
    assert await refused(desk, session) == (403, "session_expired")


@pytest.mark.parametrize("token", ["rgs_", "rgs_abc.def", "x", "rgs_abcdef." + "A" * 500])
async def test_a_made_up_session_is_refused(desk: Desk, token: str) -> None:
    assert await refused(desk, token) == (403, "session_invalid")


async def test_a_browser_cannot_name_anybody(desk: Desk) -> None:
    session = await desk.session()
    assert await refused(desk, session, subject=BINH) == (403, "session_names_nobody")
    assert await refused(desk, session, others=[BINH | {"role": "child"}]) == (403, "session_names_nobody")
    assert (await desk.call("render", None, subject=AN)).status_code == 401


async def test_a_session_bound_to_a_page_is_no_use_on_another(desk: Desk) -> None:
    session = await desk.session(origin=PAGE)
    assert (await desk.call("render", session, headers={"origin": PAGE})).status_code == 200
    assert await refused(desk, session) == (403, "session_other_origin")
    assert await refused(desk, session, headers={"origin": "https://evil.example"}) == (403, "session_other_origin")


async def test_a_page_that_the_form_does_not_name_gets_nothing_with_any_session(desk: Desk) -> None:
    session = await desk.session()
    assert await refused(desk, session, headers={"origin": "https://evil.example"}) == (403, "session_other_origin")
    refusal = await desk.post("/v1/form-sessions", {"form": "f1", "subject": AN, "origin": "https://evil.example"})
    assert [each["code"] for each in refusal.json()["errors"]] == ["unknown_origin"]


async def test_a_session_is_bound_to_the_submission_that_was_taken_first(desk: Desk) -> None:
    session = await desk.session()
    for key in (None, "k1", "k2"):
        again = await desk.call("submit", session, False, headers={"idempotency-key": key} if key else {})
        assert (again.status_code, again.json()["decision"]) == (200, "clear")
    for phase, present in (("submit", True), ("render", False), ("page", False)):
        answer = await desk.call(phase, session, present)
        assert (answer.status_code, answer.json()["code"]) == (403, "session_spent")
    assert recorded(desk) == (0, [])


async def servers(desk: Desk) -> dict[str, dict[str, Any]]:
    """Ways in which a server proves itself, for `post`."""
    password = (await desk.secrets())["password"]
    return {
        "basic": {"auth": ("f1", password)},
        "bearer": {"headers": await desk.house.headers("demo-forms")},
        "secret": {"headers": {"x-form-secret": password}},
    }


@pytest.mark.parametrize("way", ["basic", "bearer", "secret"])
@pytest.mark.parametrize("present", [True, False])
async def test_the_servers_own_call_for_what_the_page_sent_gets_the_same_answer(desk: Desk, way: str, present: bool) -> None:
    desk.house.sources.told.clear()
    told, session = (await servers(desk))[way], await desk.session(BINH, origin=PAGE)
    page = await desk.call("submit", session, present, headers={"origin": PAGE})
    body = {"form": {"id": "f1"}, "phase": "submit", "session": session, "fields": {FIELD: {"present": present}}}
    for _ in range(2):
        server = await desk.house.client.post("/v1/webhooks/forms/formio?form=f1", json=body, **told)
        assert (server.status_code, server.json()["decision"]) == (page.status_code, "clear")
        assert server.json()["check_id"] == page.json()["check_id"]
    assert recorded(desk) == (int(present), [])


async def test_a_signed_call_of_a_server_needs_no_origin(desk: Desk) -> None:
    secret, session = (await desk.secrets())["signing_secret"], await desk.session(origin=PAGE)
    body = {"form": {"id": "f1"}, "phase": "submit", "session": session, "fields": {}}
    assert (await signed(desk, secret, json.dumps(body).encode())).status_code == 200
    strange = await signed(desk, secret, json.dumps(body).encode(), origin="https://evil.example")
    assert strange.json()["code"] == "session_other_origin"


async def test_a_refused_submission_may_be_mended_and_sent_again(desk: Desk) -> None:
    session = await desk.session()
    assert (await desk.call("submit", session, True)).json()["decision"] == "blocked"
    assert (await desk.call("submit", session, False)).json()["decision"] == "clear"


async def test_only_a_server_with_the_scope_opens_sessions_and_only_for_forms_it_may_use(desk: Desk) -> None:
    body = {"form": "f1", "subject": AN}
    assert (await desk.post("/v1/form-sessions", body, client="demo-intake")).status_code == 403
    assert (await desk.house.client.post("/v1/form-sessions", json=body)).status_code == 401
    assert (await desk.post("/v1/form-sessions", body, client="demo-admin")).status_code == 404
    assert (await desk.post("/v1/form-sessions", body | {"form": "none"})).status_code == 404


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"subject": {"kind": "citizen", "personal_id": "12"}}, "old_personal_id_not_9_digits"),
        ({"dossier": "x"}, "dossier_code_shape"),
        ({"dossier": "H41.77-261123-0001"}, "dossier_of_another_body"),
        ({"others": [BINH | {"role": "applicant"}]}, "duplicate_role"),
        ({"origin": "https://hoso.example/"}, "unknown_origin"),
        ({"subject": None}, "wrong_type"),
    ],
)
async def test_a_session_for_nobody_is_refused(desk: Desk, changes: dict[str, Any], code: str) -> None:
    answer = await desk.post("/v1/form-sessions", {"form": "f1", "subject": AN} | changes)
    assert answer.status_code == 422
    assert "999090000001" not in answer.text
    assert code in {each["code"] for each in answer.json()["errors"]} or code == "old_personal_id_not_9_digits"


async def test_a_session_in_the_address_is_refused_before_anything_is_read(desk: Desk) -> None:
    session = await desk.session()
    for name in ("session", "secret", "token"):
        answer = await desk.house.client.post(f"/v1/webhooks/forms/formio?{name}={session}", json={})
        assert (answer.status_code, answer.json()["code"]) == (400, "secret_in_address")


async def test_many_people_in_an_hour_are_a_sweep(desk: Desk) -> None:
    desk.house.services.sweeps._refused_after = 1
    await desk.session()
    answer = await desk.post("/v1/form-sessions", {"form": "f1", "subject": BINH})
    assert (answer.status_code, answer.json()["code"]) == (429, "subject_sweep")
