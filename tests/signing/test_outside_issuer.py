"""Tokens of the province's own issuer: its keys are fetched, kept, asked for again when a new one appears, never guessed."""

from __future__ import annotations

import time

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from reuse_gateway.domain.errors import NotAuthenticated
from reuse_gateway.signing import jwks
from reuse_gateway.signing.jwks import RemoteKeys
from reuse_gateway.signing.tokens import TokenVerifier

ISSUER = "https://sso.example"


class Province:
    """An issuer whose key list can be changed, broken or made slow to change."""

    def __init__(self) -> None:
        self.keys = [ECKey.generate_key("P-256", {"kid": "one"})]
        self.asked, self.status, self.body = 0, 200, None

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        told = {"keys": [key.as_dict(private=False) for key in self.keys]}
        return httpx.Response(self.status, json=told) if self.body is None else httpx.Response(self.status, content=self.body)

    def verifier(self) -> TokenVerifier:
        client = httpx.AsyncClient(transport=httpx.MockTransport(self.answer))
        return TokenVerifier({ISSUER: RemoteKeys(f"{ISSUER}/jwks", client)}, "reuse-gateway")

    def token(self, key: ECKey | RSAKey | None = None, alg: str = "ES256", **changes: object) -> str:
        key = key or self.keys[0]
        claims = {
            "iss": ISSUER,
            "aud": "reuse-gateway",
            "client_id": "mot-cua",
            "agency": "000.02.14.H41",
            "scope": "check:write",
        }
        header = {"alg": alg, "kid": key.kid, "typ": "at+jwt"}
        return jwt.encode(header, claims | {"exp": int(time.time()) + 60} | changes, key, algorithms=[alg])


async def test_a_token_of_the_province_names_its_caller_in_the_new_spelling() -> None:
    province = Province()
    caller = await province.verifier().caller(province.token())
    assert (caller.client_id, caller.agency, caller.scopes) == ("mot-cua", "H41.14.2", frozenset({"check:write"}))


async def test_rsa_keys_are_accepted_and_secrets_are_not() -> None:
    province = Province()
    province.keys = [RSAKey.generate_key(2048, {"kid": "rsa"})]
    assert (await province.verifier().caller(province.token(alg="RS256"))).client_id == "mot-cua"
    forged = jwt.encode({"alg": "HS256", "kid": "rsa"}, {"iss": ISSUER}, _secret(), algorithms=["HS256"])
    with pytest.raises(NotAuthenticated):
        await province.verifier().caller(forged)


def _secret():
    from joserfc.jwk import OctKey

    return OctKey.import_key("a" * 32, {"kid": "rsa"})


@pytest.mark.parametrize("changes", [{"exp": 1}, {"aud": "another"}, {"iss": "https://elsewhere.example"}, {"agency": "Vinh"}])
async def test_wrong_claims_prove_nothing(changes: dict) -> None:
    province = Province()
    with pytest.raises(NotAuthenticated):
        await province.verifier().caller(province.token(**changes))


async def test_a_stranger_s_key_proves_nothing_and_asks_the_issuer_at_most_once() -> None:
    province, stranger = Province(), ECKey.generate_key("P-256", {"kid": "two"})
    verifier = province.verifier()
    await verifier.caller(province.token())
    for _ in range(5):
        with pytest.raises(NotAuthenticated):
            await verifier.caller(province.token(stranger))
    assert province.asked == 1, "within the pause nobody can make us ask the issuer again and again"


async def test_a_new_key_is_found_after_the_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    province = Province()
    verifier = province.verifier()
    await verifier.caller(province.token())
    monkeypatch.setattr(jwks, "_PAUSE_S", -1)
    fresh = ECKey.generate_key("P-256", {"kid": "two"})
    province.keys.append(fresh)
    assert (await verifier.caller(province.token(fresh))).client_id == "mot-cua"


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"keys": [1]}', b'{"keys": "x"}', b"x" * 300_000])
async def test_an_issuer_that_answers_rubbish_proves_nothing_and_breaks_nothing(body: bytes) -> None:
    province = Province()
    province.body = body
    with pytest.raises(NotAuthenticated):
        await province.verifier().caller(province.token())


async def test_while_the_issuer_is_out_of_reach_known_keys_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    province = Province()
    verifier = province.verifier()
    await verifier.caller(province.token())
    monkeypatch.setattr(jwks, "_KEPT_S", -1)
    monkeypatch.setattr(jwks, "_PAUSE_S", -1)
    province.status = 503
    assert (await verifier.caller(province.token(scope="demand:write"))).scopes == {"demand:write"}
    assert province.asked == 2
