"""Receipts: one pinned algorithm, known keys only, one spelling, and no signing while the clock is behind."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import KeySet, OctKey

from reuse_gateway.domain.errors import ClockWentBack, ProofError
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.signing.receipts import SignedReceipts

CLAIMS = {"iss": "https://gateway.example", "jti": "chk_1", "iat": 1_795_414_738, "items": [{"ref": "giấy"}]}


class Clocked:
    at = datetime(2026, 11, 23, 6, 18, 58, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return KeyRing(tmp_path_factory.mktemp("ring") / "keys", create=True)


@pytest.fixture
def clock() -> Clocked:
    return Clocked()


@pytest.fixture
def receipts(ring: KeyRing, clock: Clocked) -> SignedReceipts:
    return SignedReceipts(ring.all("receipt"), clock)


def encoded(told: object) -> str:
    return urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def test_a_receipt_verifies_and_the_same_claims_give_the_same_token(receipts: SignedReceipts):
    token = receipts.sign(CLAIMS)
    assert receipts.verify(token) == CLAIMS
    assert receipts.sign(CLAIMS) == token


def test_another_library_verifies_it_with_the_published_keys(receipts: SignedReceipts):
    keys = KeySet.import_key_set(receipts.jwks())
    found = jws.deserialize_compact(receipts.sign(CLAIMS), keys, algorithms=["Ed25519"])
    assert json.loads(found.payload) == CLAIMS
    assert found.protected["typ"] == "reuse-receipt+jwt"


def test_the_published_keys_are_public_halves_only(receipts: SignedReceipts):
    (key,) = receipts.jwks()["keys"]
    assert set(key) == {"kty", "crv", "alg", "use", "kid", "x"}


def test_after_a_rotation_older_receipts_still_verify(tmp_path: Path, clock: Clocked):
    ring = KeyRing(tmp_path / "keys", create=True)
    token = SignedReceipts(ring.all("receipt"), clock).sign(CLAIMS)
    ring.rotate("receipt")
    rotated = SignedReceipts(KeyRing(tmp_path / "keys").all("receipt"), clock)
    assert rotated.verify(token) == CLAIMS
    assert len(rotated.jwks()["keys"]) == 2


def test_a_receipt_of_another_house_is_refused(tmp_path: Path, receipts: SignedReceipts, clock: Clocked):
    token = SignedReceipts(KeyRing(tmp_path / "keys", create=True).all("receipt"), clock).sign(CLAIMS)
    with pytest.raises(ProofError) as refused:
        receipts.verify(token)
    assert refused.value.code == "receipt_key_unknown"


@pytest.mark.parametrize("algorithm", ["none", "HS256", "EdDSA", "ES256"])
def test_the_header_never_chooses_the_algorithm(receipts: SignedReceipts, algorithm: str):
    header, payload, signature = receipts.sign(CLAIMS).split(".")
    kid = json.loads(urlsafe_b64decode(header + "=="))["kid"]
    changed = encoded({"alg": algorithm, "kid": kid, "typ": "reuse-receipt+jwt"})
    for token in (f"{changed}.{payload}.{signature}", f"{changed}.{payload}."):
        with pytest.raises(ProofError):
            receipts.verify(token)


def test_the_public_key_is_no_hmac_secret(receipts: SignedReceipts, ring: KeyRing):
    key = OctKey.import_key(ring.newest("receipt").public_raw)
    header = {"alg": "HS256", "kid": ring.newest("receipt").kid, "typ": "reuse-receipt+jwt"}
    with pytest.raises(ProofError):
        receipts.verify(jws.serialize_compact(header, json.dumps(CLAIMS), key, algorithms=["HS256"]))


def test_a_token_of_another_type_is_no_receipt(receipts: SignedReceipts, ring: KeyRing):
    key = ring.newest("receipt")
    signed = f"{encoded({'alg': 'Ed25519', 'kid': key.kid, 'typ': 'at+jwt'})}.{encoded(CLAIMS)}"
    signature = urlsafe_b64encode(key.private.sign(signed.encode())).decode().rstrip("=")
    with pytest.raises(ProofError):
        receipts.verify(f"{signed}.{signature}")


@given(at=st.integers(0, 10_000), to=st.sampled_from("ABCDabcd0123-_.=~é"))
def test_a_token_with_any_one_character_changed_is_refused(ring: KeyRing, at: int, to: str):
    receipts = SignedReceipts(ring.all("receipt"), Clocked())
    token = receipts.sign(CLAIMS)
    at %= len(token)
    changed = token[:at] + to + token[at + 1 :]
    if changed != token:
        with pytest.raises(ProofError):
            receipts.verify(changed)


def test_another_spelling_of_the_same_signature_is_refused(receipts: SignedReceipts):
    token = receipts.sign(CLAIMS)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    spelled = token[:-1] + alphabet[alphabet.index(token[-1]) + 1]
    assert urlsafe_b64decode(spelled.rpartition(".")[2] + "==") == urlsafe_b64decode(token.rpartition(".")[2] + "==")
    for other in (spelled, token + "=", token + "\n"):
        with pytest.raises(ProofError):
            receipts.verify(other)


@pytest.mark.parametrize(
    "token", ["", ".", "..", "a.b", "a.b.c.d", "=.=.=", "é.é.é", "." * 300_000, "e30.e30.e30", "W10.W10.W10"]
)
def test_what_is_no_token_is_refused(receipts: SignedReceipts, token: str):
    with pytest.raises(ProofError):
        receipts.verify(token)


def test_a_clock_that_went_back_signs_nothing(receipts: SignedReceipts, clock: Clocked):
    receipts.sign({"jti": "1"})
    clock.at -= timedelta(seconds=2)
    receipts.sign({"jti": "2"})
    clock.at -= timedelta(seconds=1)
    with pytest.raises(ClockWentBack):
        receipts.sign({"jti": "3"})


def test_an_instant_the_clock_has_not_reached_is_not_signed(receipts: SignedReceipts, clock: Clocked):
    now = int(clock.at.timestamp())
    receipts.sign({"iat": now + 2})
    with pytest.raises(ClockWentBack):
        receipts.sign({"iat": now + 3})


def test_an_old_receipt_can_be_issued_again(receipts: SignedReceipts, clock: Clocked):
    token = receipts.sign(CLAIMS | {"iat": int(clock.at.timestamp())})
    clock.at += timedelta(days=400)
    receipts.sign(CLAIMS | {"iat": int(clock.at.timestamp())})
    assert receipts.sign(receipts.verify(token)) == token
