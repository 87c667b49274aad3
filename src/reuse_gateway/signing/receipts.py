"""Receipts as compact JWS (RFC 7515) with `alg: Ed25519` (RFC 9864). One algorithm, pinned: the header chooses nothing."""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature

from reuse_gateway.application.ports import Clock
from reuse_gateway.domain.errors import ClockWentBack, ProofError
from reuse_gateway.domain.receipt import canonical, spelled
from reuse_gateway.signing.keys import SigningKey

ALGORITHM, TYPE = "Ed25519", "reuse-receipt+jwt"
TOLERANCE = timedelta(seconds=2)
_LONGEST = 262_144


class SignedReceipts:
    """Port `Signer`. The first of `keys` signs, all verify."""

    def __init__(self, keys: tuple[SigningKey, ...], clock: Clock) -> None:
        self._keys = {key.kid: key.public for key in keys}
        self._jwks = public_keys(keys)
        self._private = keys[0].private
        self._header = _encoded(canonical({"alg": ALGORITHM, "kid": keys[0].kid, "typ": TYPE}))
        self._clock = clock
        self._latest: datetime | None = None

    def sign(self, claims: Mapping[str, Any]) -> str:
        """The token. ClockWentBack when the wall clock is over 2 s behind an earlier signing or behind the claims' `iat`."""
        self._refuse_backwards(claims.get("iat"))
        signed = self._header + b"." + _encoded(spelled(claims).encode())
        return (signed + b"." + _encoded(self._private.sign(signed))).decode()

    def _refuse_backwards(self, issued_at: Any) -> None:
        now = self._clock.now()
        latest = self._latest = max(now, self._latest or now)
        if now < latest - TOLERANCE or (isinstance(issued_at, int) and now.timestamp() + TOLERANCE.seconds < issued_at):
            raise ClockWentBack()

    def verify(self, token: str) -> Mapping[str, Any]:
        """The claims of a receipt signed by any key of the ring; raises ProofError for everything else."""
        if len(token) > _LONGEST or not token.isascii() or token.count(".") != 2:
            raise ProofError("not a compact JWS", code="receipt_malformed")
        signed, _, signature = token.rpartition(".")
        header, _, payload = signed.partition(".")
        head = _object(header)
        if set(head) != {"alg", "kid", "typ"} or head["alg"] != ALGORITHM or head["typ"] != TYPE:
            raise ProofError("not a receipt", code="receipt_malformed", expected=f"{ALGORITHM} {TYPE}")
        key = self._keys.get(head["kid"]) if isinstance(head["kid"], str) else None
        if key is None:
            raise ProofError("signed with a key that is not ours", code="receipt_key_unknown")
        try:
            key.verify(_decoded(signature), signed.encode("ascii"))
        except InvalidSignature:
            raise ProofError("the signature does not hold", code="receipt_forged") from None
        return _object(payload)

    def jwks(self) -> Mapping[str, Any]:
        """Public keys, RFC 8037."""
        return self._jwks


def public_keys(keys: Sequence[SigningKey]) -> dict[str, Any]:
    """Public halves as a JWK set (RFC 7517, 8037)."""
    return {"keys": [_jwk(key) for key in keys]}


def _jwk(key: SigningKey) -> dict[str, str]:
    x = _encoded(key.public_raw).decode()
    return {"kty": "OKP", "crv": "Ed25519", "alg": ALGORITHM, "use": "sig", "kid": key.kid, "x": x}


def _encoded(content: bytes) -> bytes:
    return urlsafe_b64encode(content).rstrip(b"=")


def _decoded(text: str) -> bytes:
    """Base64url in its one canonical spelling: another spelling of the same bytes would be another token that verifies."""
    try:
        content = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        content = b""
    if not content or _encoded(content).decode() != text:
        raise ProofError("not base64url", code="receipt_malformed")
    return content


def _object(part: str) -> dict[str, Any]:
    try:
        found = json.loads(_decoded(part))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ProofError("not a JSON object", code="receipt_malformed")
    return found
