"""Who may speak for a form: signatures, passwords, tokens; and that a strong proof that fails is not saved by a weak one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reuse_gateway.signing.webhook_signatures import sign

from .builders import AN, FIELD, Desk, recorded

_STANDARD = str.maketrans("-_", "+/")
PATH = "/v1/webhooks/forms"


async def test_a_server_signs_its_calls_and_names_the_person(desk: Desk) -> None:
    secret = (await desk.secrets())["signing_secret"]
    body = json.dumps({"form": {"id": "f1"}, "phase": "submit", "subject": AN, "fields": {FIELD: {"present": True}}}).encode()
    for _ in range(3):
        answer = await signed(desk, secret, body)
        assert answer.status_code == 400
        assert answer.json()["items"][0]["source"] == "population"
    assert recorded(desk) == (1, ["V01"])
    assert (await signed(desk, secret, body, id="msg_2")).status_code == 400
    assert recorded(desk)[0] == 2


async def signed(desk: Desk, secret: str, body: bytes, id: str = "msg_1", address: str = f"{PATH}/formio", **more: str) -> Any:
    stamp = int(desk.house.clock.at.timestamp())
    headers = {
        "content-type": "application/json", "webhook-id": id, "webhook-timestamp": str(stamp),
        "webhook-signature": sign(secret, id, stamp, body),
    }  # fmt: skip
    return await desk.house.client.post(
        address, content=body, headers=headers | {k.replace("_", "-"): v for k, v in more.items()}
    )


async def test_a_signature_that_does_not_hold_lets_nobody_in_and_is_kept(desk: Desk) -> None:
    secrets = await desk.secrets()
    body = json.dumps({"form": {"id": "f1"}, "phase": "render", "subject": AN}).encode()
    wrong = {
        "other secret": {"secret": "whsec_" + "A" * 43 + "="},
        "the password": {"secret": "whsec_" + secrets["password"].removeprefix("rgp_").translate(_STANDARD) + "="},
        "stale": {"secret": secrets["signing_secret"], "webhook_timestamp": "1"},
        "other id": {"secret": secrets["signing_secret"], "webhook_id": "msg_9"},
    }
    for case in wrong.values():
        secret = case.pop("secret")
        answer = await signed(desk, secret, body, **case)
        assert answer.status_code == 401
        assert answer.json()["code"] in ("signature_invalid", "signature_stale")
    assert {refusal.code for refusal in desk.house.store.refusals} == {"signature_invalid", "signature_stale"}


async def test_a_signature_for_one_form_says_nothing_for_another(desk: Desk) -> None:
    await desk.put("f2")
    secret = (await desk.secrets("f2"))["signing_secret"]
    body = json.dumps({"form": {"id": "f1"}, "phase": "render", "subject": AN}).encode()
    assert (await signed(desk, secret, body)).status_code == 401
    assert (await signed(desk, secret, body, address=f"{PATH}/formio?form=f2")).json()["code"] == "secret_other_form"


async def test_a_bad_signature_is_not_saved_by_a_good_token(desk: Desk) -> None:
    token = await desk.house.headers("demo-forms")
    body = json.dumps({"form": {"id": "f1"}, "phase": "render", "subject": AN}).encode()
    assert (await signed(desk, "whsec_" + "A" * 43 + "=", body, **token)).status_code == 401


@pytest.mark.parametrize("way", ["basic", "header", "body", "bearer"])
async def test_builders_that_cannot_sign_send_a_password_or_a_token(desk: Desk, way: str) -> None:
    password = (await desk.secrets())["password"]
    body = {"form": {"id": "f1"}, "phase": "submit", "subject": AN, "fields": {FIELD: {"present": True}}}
    client, address = desk.house.client, f"{PATH}/formio?form=f1"
    if way == "basic":
        answer = await client.post(f"{PATH}/formio", json=body, auth=("f1", password))
    elif way == "header":
        answer = await client.post(address, json=body, headers={"x-form-secret": password})
    elif way == "body":
        answer = await client.post(f"{PATH}/formio", json=body | {"secret": password})
    else:
        answer = await desk.post(f"{PATH}/formio", body)
    assert (answer.status_code, answer.json()["decision"]) == (400, "blocked")
    assert recorded(desk)[1] == ["V01"]


@pytest.mark.parametrize("way", ["basic", "header", "body", "nothing"])
async def test_a_wrong_password_lets_nobody_in(desk: Desk, way: str) -> None:
    await desk.secrets()
    body: dict[str, Any] = {"form": {"id": "f1"}, "phase": "render", "subject": AN}
    told: dict[str, Any] = {
        "basic": {"auth": ("f1", "wrong")},
        "header": {"headers": {"x-form-secret": "wrong"}},
        "body": {},
        "nothing": {},
    }[way]
    answer = await desk.house.client.post(
        f"{PATH}/formio?form=f1", json=body | ({"secret": "wrong"} if way == "body" else {}), **told
    )
    assert answer.status_code == 401


async def test_passwords_issued_before_hold_as_long_as_they_were_let(desk: Desk) -> None:
    old = (await desk.secrets())["password"]
    await desk.secrets(overlap_hours=0)
    body = {"form": {"id": "f1"}, "phase": "render", "subject": AN}
    assert (await desk.house.client.post(f"{PATH}/formio", json=body, auth=("f1", old))).status_code == 401


async def test_a_token_of_an_agency_that_may_not_use_the_form_finds_none(desk: Desk) -> None:
    body = {"form": {"id": "f1"}, "phase": "render", "subject": AN}
    assert (await desk.post(f"{PATH}/formio", body, client="demo-admin")).status_code == 404
    assert (await desk.post(f"{PATH}/formio", body, client="demo-intake")).status_code == 403
    assert (await desk.post(f"{PATH}/formio", body | {"form": {"id": "gone"}})).status_code == 404


async def test_a_form_told_by_a_server_is_held_to_it_that_day(desk: Desk) -> None:
    shown = {"form": {"id": "f1"}, "phase": "render", "subject": AN}
    await desk.post(f"{PATH}/formio", shown)
    await desk.post(f"{PATH}/formio", shown | {"phase": "submit", "fields": {FIELD: {"present": True}}})
    assert recorded(desk)[1] == ["V16"]


async def test_a_key_that_comes_back_with_another_submission_is_refused(desk: Desk) -> None:
    body = {"form": {"id": "f1"}, "phase": "submit", "subject": AN, "fields": {FIELD: {"present": True}}}
    key = {"idempotency-key": "k1"}
    assert (await desk.post(f"{PATH}/formio", body, **key)).status_code == 400
    other = body | {"subject": AN | {"personal_id": "999090000002"}}
    assert (await desk.post(f"{PATH}/formio", other, **key)).json()["code"] == "idempotency_key_reused"
