"""Form sessions: minted server to server, good for one form, one page, a quarter of an hour; spent when the form is sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from .builders import AN, BINH, PAGE, Desk


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


async def test_a_session_is_spent_when_the_form_was_taken(desk: Desk) -> None:
    session = await desk.session()
    assert (await desk.call("submit", session, False)).json()["decision"] == "clear"
    for phase in ("submit", "render", "page"):
        answer = await desk.call(phase, session, False)
        assert (answer.status_code, answer.json()["code"]) == (403, "session_spent")


async def test_the_very_call_that_spent_it_may_be_repeated_if_it_names_itself(desk: Desk) -> None:
    session = await desk.session()
    for _ in range(2):
        assert (await desk.call("submit", session, False, headers={"idempotency-key": "k1"})).status_code == 200
    assert (await desk.call("submit", session, False, headers={"idempotency-key": "k2"})).status_code == 403


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
