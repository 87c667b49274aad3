"""Ways around the guard that were tried and are closed: other names, other places, other versions, other cases."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from reuse_gateway.domain.errors import InvalidInput

from .builders import AN, FIELD, FILE, PAPER, Desk, codes, definition, recorded
from .test_callers import signed

HOOK = "/v1/webhooks/forms/formio"
SENT = {"form": {"id": "f1"}, "phase": "submit", "subject": AN, "fields": {FIELD: {"present": True}}}


def nested() -> dict[str, Any]:
    """The paper of `definition` inside a container, which nests its data too."""
    return {"components": [{"type": "container", "key": "giay_to", "components": definition()["components"]}]}


@pytest.mark.parametrize("told", [f"giay_to.{FIELD}", FIELD, "/components/0/components/1"])
@pytest.mark.parametrize("bound", [f"giay_to.{FIELD}", FIELD, "/components/0/components/1"])
async def test_a_field_is_told_of_by_any_of_its_names_whichever_it_is_bound_by(desk: Desk, told: str, bound: str) -> None:
    assert (await desk.put("f2", definition=nested(), bindings={bound: PAPER})).status_code == 201
    session = await desk.session(form="f2")
    answer = await desk.call("submit", session, form="f2", fields={told: {"present": True}})
    assert answer.json()["decision"] == "blocked"


async def test_a_name_that_is_the_whole_name_of_another_field_tells_of_that_one_alone(desk: Desk) -> None:
    both = nested()
    both["components"].append({"type": "textfield", "key": FIELD, "label": "Số thẻ", "input": True})
    assert (await desk.put("f2", definition=both, bindings={f"giay_to.{FIELD}": PAPER})).status_code == 201
    answer = await desk.call("submit", await desk.session(form="f2"), form="f2", fields={FIELD: {"present": True}})
    assert answer.json()["decision"] == "clear"


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"data": {}, FIELD: FILE}},
        {"submission": {"data": {}}, "data": {FIELD: FILE}},
        {"request": {"data": {}}, "submission": {"data": {FIELD: FILE}}},
        {"request": {"submission": {"data": {}}, "data": {FIELD: FILE}}},
    ],
)
async def test_an_empty_submission_hides_no_other_beside_it(desk: Desk, body: dict[str, Any]) -> None:
    headers = {"x-form-session": await desk.session()}
    answer = await desk.house.client.post("/form/f1/submission", json=body, headers=headers)
    assert (answer.status_code, recorded(desk)) == (400, (1, ["V01"]))


async def test_what_is_not_told_by_name_but_stands_in_the_data_is_there(desk: Desk) -> None:
    answer = await desk.call("submit", await desk.session(), fields={}, data={FIELD: FILE})
    assert answer.json()["decision"] == "blocked"


async def test_a_page_that_names_an_old_version_is_held_to_what_is_bound_now(desk: Desk) -> None:
    plain = {"components": definition()["components"][:1]}
    assert (await desk.put("f2", definition=plain, bindings={}, version="0")).status_code == 201
    assert (await desk.put("f2", headers={"if-match": '"r1"'}, version="1")).status_code == 200
    for version in ("0", "1", None):
        named = {"id": "f2", "version": version} if version else {"id": "f2"}
        body = {"form": named, "phase": "submit", "session": await desk.session(form="f2"), "data": {FIELD: FILE}}
        assert (await desk.house.client.post(HOOK, json=body)).json()["decision"] == "blocked"


async def test_two_names_of_one_field_are_refused_and_shape_it_once_where_they_are_on_record(desk: Desk) -> None:
    refused = await desk.put("f2", definition=nested(), bindings={FIELD: PAPER, f"giay_to.{FIELD}": PAPER})
    assert (refused.status_code, codes(refused)) == (422, [(f"/bindings/giay_to.{FIELD}", "field_bound_twice")])
    assert (await desk.put("f2", definition=nested(), bindings={FIELD: PAPER})).status_code == 201
    (old,) = (each.form for each in desk.house.forms.versions if each.form.id == "f2")
    object.__setattr__(old, "bound", (*old.bound, type(old.bound[0])(f"giay_to.{FIELD}", PAPER)))
    shaped = await desk.house.client.get("/form/f2", headers={"x-form-session": await desk.session(form="f2")})
    assert shaped.status_code == 200
    assert len(shaped.json()["components"][0]["components"]) == 3


async def test_a_field_left_to_the_gateway_that_nothing_binds_is_guarded_by_its_tag(desk: Desk) -> None:
    assert (await desk.put("f2", bindings={})).status_code == 201
    answer = await desk.call("submit", await desk.session(form="f2"), form="f2", fields={FIELD: {"present": True}})
    assert answer.json()["decision"] == "blocked"


async def test_a_case_that_the_procedure_does_not_have_does_not_switch_the_guard_off(desk: Desk) -> None:
    answer = await desk.post(HOOK, SENT | {"case": "không có"})
    assert (answer.status_code, answer.json()["degraded"]) == (400, False)
    refused = await desk.post("/v1/form-sessions", {"form": "f1", "subject": AN, "case": "không có"})
    assert (refused.status_code, codes(refused)) == (422, [("/case", "unknown_case")])


async def test_a_session_that_could_not_be_opened_again_is_not_given(desk: Desk) -> None:
    roles = ("spouse", "child", "parent", "guardian", "representative", "owner", "dependant", "deceased", "organisation")
    others = [{"role": role, "kind": "citizen", "personal_id": "999090000002", "full_name": "Ộ" * 120} for role in roles]
    session = await desk.session(others=others)
    assert (await desk.call("render", session)).status_code == 200
    sealed = desk.house.services.forms.sessions
    with pytest.raises(InvalidInput):
        sealed.seal(replace(sealed.open(session), case="x" * 6_200))


async def test_a_server_without_a_key_that_sends_again_is_one_demand_a_day_and_dossier(desk: Desk) -> None:
    for _ in range(3):
        assert (await desk.post(HOOK, SENT)).status_code == 400
    assert recorded(desk) == (1, ["V01"])
    for spelt in ("H41.12-261123-0001", "000.00.12.H41-261123-0001", "H41.012-261123-0001"):
        await desk.post(HOOK, SENT | {"dossier": spelt})
    assert recorded(desk)[0] == 2
    desk.house.clock.at += timedelta(hours=23)
    await desk.post(HOOK, SENT)
    assert recorded(desk)[0] == 2, "midnight makes no second demand of a retry"
    desk.house.clock.at += timedelta(hours=1)
    await desk.post(HOOK, SENT)
    assert recorded(desk)[0] == 3


async def test_the_id_of_a_signed_call_may_be_as_long_as_signatures_allow(desk: Desk) -> None:
    secret, body = (await desk.secrets())["signing_secret"], json.dumps(SENT).encode()
    assert (await signed(desk, secret, body, id="m" * 128)).status_code == 400
    assert (await signed(desk, secret, body, id="m" * 129)).status_code == 401
    assert recorded(desk)[0] == 1


@pytest.mark.parametrize("form", ["f1", "f2", "gone"])
async def test_a_stale_signature_does_not_tell_which_forms_there_are(desk: Desk, form: str) -> None:
    await desk.secrets()
    await desk.put("f2")
    body = json.dumps(SENT | {"form": {"id": form}}).encode()
    answer = await signed(desk, "whsec_" + "A" * 43 + "=", body, webhook_timestamp="1")
    assert (answer.status_code, answer.json()["code"]) == (401, "signature_stale")


@pytest.mark.parametrize("typed", ["\u202aC:\\giay to\u202c", "a\x02b", "\x7f"])
async def test_signs_that_nobody_sees_in_what_a_person_typed_stop_nobody(desk: Desk, typed: str) -> None:
    headers = {"x-form-session": await desk.session()}
    sent = {"data": {"ly_do": typed, FIELD: []}}
    assert (await desk.house.client.post("/form/f1/submission", json=sent, headers=headers)).status_code == 201


async def test_signs_that_nobody_sees_are_refused_in_what_is_kept(desk: Desk) -> None:
    for changed in ({"officer": "a\u202eb"}, {"subject": AN | {"full_name": "Nguyễn\u202e Văn An"}}, {"page": "\x02"}):
        answer = await desk.post(HOOK, SENT | changed)
        assert (answer.status_code, answer.json()["code"]) == (400, "control_character")
