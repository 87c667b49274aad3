"""Who may call: the token must prove it, the scope must allow it, the quota must last."""

from __future__ import annotations

import base64
import json
import time

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey

from tests.api.conftest import ISSUER, House, body, furnish

ALL = ["Ed25519", "ES256", "HS256", "RS256"]


def claims(**changes: object) -> dict:
    now = int(time.time())
    sound = {
        "iss": ISSUER,
        "aud": "reuse-gateway",
        "client_id": "x",
        "agency": "H41.12",
        "scope": "check:write",
        "exp": now + 60,
    }
    return {name: value for name, value in (sound | changes).items() if value is not None}


def signed(house: House, header: dict | None = None, key: object = None, **changes: object) -> str:
    head = {"alg": "Ed25519", "kid": house.token_key.kid, "typ": "at+jwt"} | (header or {})
    return jwt.encode(head, claims(**changes), key or house.token_key, algorithms=ALL)


async def status(house: House, token: str) -> int:
    answer = await house.client.post("/v1/checks", json=body(), headers={"authorization": f"Bearer {token}"})
    return answer.status_code


async def test_a_sound_token_enters(house: House) -> None:
    assert await status(house, signed(house)) == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": int(time.time()) - 120},
        {"exp": None},
        {"exp": "soon"},
        {"nbf": int(time.time()) + 3600},
        {"aud": "another-service"},
        {"aud": None},
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"agency": None},
        {"agency": "nowhere"},
        {"agency": ["H41"]},
        {"scope": None},
        {"client_id": None},
    ],
)
async def test_a_token_with_wrong_claims_proves_nothing(house: House, changes: dict) -> None:
    assert await status(house, signed(house, **changes)) == 401


@pytest.mark.parametrize("kind", ["JWT", "id+jwt", "reuse-receipt+jwt", ""])
async def test_another_kind_of_token_opens_nothing(house: House, kind: str) -> None:
    assert await status(house, signed(house, {"typ": kind})) == 401


@pytest.mark.parametrize("client_id", ["a\u0000b", "x" * 129, "người", "999090000001", ""])
async def test_a_client_is_named_in_plain_letters_and_by_no_persons_number(house: House, client_id: str) -> None:
    assert await status(house, signed(house, client_id=client_id)) == 401


async def test_a_foreign_key_under_our_key_id_proves_nothing(house: House) -> None:
    foreign = OKPKey.generate_key("Ed25519", {"kid": house.token_key.kid})
    assert await status(house, signed(house, key=foreign)) == 401


async def test_another_algorithm_than_the_keys_own_proves_nothing(house: House) -> None:
    public = house.token_key.as_dict(private=False)
    confused = signed(house, {"alg": "HS256"}, OctKey.import_key(base64.urlsafe_b64decode(public["x"] + "=")))
    curved = signed(house, {"alg": "ES256"}, ECKey.generate_key("P-256", {"kid": house.token_key.kid}))
    head = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).rstrip(b"=").decode()
    naked = f"{head}.{signed(house).split('.')[1]}."
    assert [await status(house, token) for token in (confused, curved, naked)] == [401, 401, 401]


@pytest.mark.parametrize("token", ["", "x", "a.b", "a.b.c", "....", "é.é.é", "a" * 9000, "W10.W10.W10", "bnVsbA.bnVsbA."])
async def test_rubbish_in_place_of_a_token_is_401_never_500(house: House, token: str) -> None:
    headers = [(b"authorization", b"Bearer " + token.encode())]
    answer = await house.client.post("/v1/checks", json=body(), headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_deeply_nested_claims_are_401_never_500(house: House) -> None:
    deep = base64.urlsafe_b64encode(b"[" * 3000).rstrip(b"=").decode()
    assert await status(house, f"{deep}.{deep}.x") == 401


@pytest.mark.parametrize("header", ["", "Basic abc", "bearer", "Bearer  "])
async def test_without_a_bearer_token_nobody_enters(house: House, header: str) -> None:
    answer = await house.client.post("/v1/checks", json=body(), headers={"authorization": header} if header else {})
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")


async def test_a_token_without_the_scope_is_refused_and_the_refusal_is_kept_once(house: House) -> None:
    for _ in range(5):
        answer = await house.check(body(), client_id="demo-auditor")
        assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
    assert [(r.client_id, r.code, r.route) for r in house.store.refusals] == [
        ("demo-auditor", "insufficient_scope", "/v1/checks")
    ]


@pytest.mark.parametrize(
    ("form", "status_code", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"scope": "admin"}, 403, "invalid_scope"),
    ],
)
async def test_the_token_desk_refuses_in_the_words_of_oauth(house: House, form: dict, status_code: int, error: str) -> None:
    sound = {"grant_type": "client_credentials", "client_id": "demo-intake", "client_secret": "demo"}
    answer = await house.client.post("/oauth2/token", data=sound | form)
    assert (answer.status_code, answer.json()["error"]) == (status_code, error)


async def test_the_token_desk_takes_basic_and_narrows_scopes(house: House) -> None:
    form = {"grant_type": "client_credentials", "scope": "check:write"}
    answer = await house.client.post("/oauth2/token", data=form, auth=("demo-intake", "demo"))
    assert (answer.json()["scope"], answer.json()["token_type"]) == ("check:write", "Bearer")


async def test_the_quota_is_told_in_every_answer_and_ends_in_429(house: House, catalogue, ring) -> None:
    house.calls_per_minute = 3
    await furnish(house, catalogue, ring)
    headers = {"authorization": f"Bearer {signed(house)}"}
    answers = [await house.client.post("/v1/checks", json=body(), headers=headers) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0].headers["ratelimit-policy"] == '"client";q=3;w=60'
    assert answers[0].headers["ratelimit"].startswith('"client";r=2;t=')
    assert int(answers[3].headers["retry-after"]) >= 1


async def test_a_walk_through_many_people_is_refused_and_reported_once(house: House, catalogue, ring) -> None:
    house.subjects_refused = 3
    await furnish(house, catalogue, ring)
    codes = []
    for number in range(8):
        person = {"kind": "citizen", "personal_id": f"9990900000{number:02d}"}
        answer = await house.check(body(subject=person))
        codes.append(answer.status_code)
    assert codes == [200, 200, 200, 429, 429, 429, 429, 429]
    assert [refusal.code for refusal in house.store.refusals] == ["subject_sweep"]
    assert len(house.store.checks) == 3
    again = await house.check(body(subject={"kind": "citizen", "personal_id": "999090000001"}))
    assert again.status_code == 200, "people already asked about stay askable"


async def test_people_beside_the_applicant_count_against_a_walk_through_many(house: House, catalogue, ring) -> None:
    house.subjects_refused = 4
    await furnish(house, catalogue, ring)
    codes = []
    for number in range(6):
        child = {"role": "child", "kind": "citizen", "personal_id": f"9992240000{number:02d}"}
        codes.append((await house.check(body(others=[child]))).status_code)
    assert codes == [200, 200, 200, 429, 429, 429]
