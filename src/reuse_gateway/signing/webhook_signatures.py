"""Standard Webhooks signatures (specification 1.0, symmetric scheme `v1`), checked while the body streams past.

Signed is `id.timestamp.body`, HMAC-SHA-256; several signatures in one header, so that keys rotate without a gap.
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence

from reuse_gateway.domain.errors import NotAuthenticated, UnsafeSettings

PREFIX, TOLERANCE_S = "whsec_", 300
_VERSION, _MOST_SIGNATURES, _LONGEST_ID = "v1,", 16, 128


class RunningSignature:
    """One call being checked against every secret that may have signed it."""

    def __init__(self, headers: Mapping[str, str], secrets: Sequence[bytes], now_s: float) -> None:
        """Raises NotAuthenticated: `signature_invalid` for headers that cannot hold, `signature_stale` beyond five minutes."""
        self.id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        self._told = _signatures(headers.get("webhook-signature", ""))
        if not (0 < len(self.id) <= _LONGEST_ID and stamp.isascii() and stamp.isdecimal() and len(stamp) < 16):
            raise NotAuthenticated(code="signature_invalid")
        if abs(now_s - int(stamp)) > TOLERANCE_S:
            raise NotAuthenticated(code="signature_stale")
        if not self._told or not secrets:
            raise NotAuthenticated(code="signature_invalid")
        opening = f"{self.id}.{stamp}.".encode("utf-8", "surrogatepass")
        self._running = [hmac.new(secret, opening, "sha256") for secret in secrets]

    def update(self, chunk: bytes) -> None:
        """The next bytes of the body."""
        for each in self._running:
            each.update(chunk)

    def holds(self) -> bool:
        """Has one of the secrets signed just this body?"""
        made = [each.digest() for each in self._running]
        return True in [hmac.compare_digest(told, one) for told in self._told for one in made]


def sign(secret: str, id: str, timestamp_s: int, body: bytes) -> str:
    """The signature that `secret` (`whsec_...`) makes: `v1,` and Base64."""
    digest = hmac.digest(secret_bytes(secret), f"{id}.{timestamp_s}.".encode() + body, "sha256")
    return _VERSION + b64encode(digest).decode()


def secret_bytes(secret: str) -> bytes:
    """The key in a `whsec_` secret; raises UnsafeSettings for one that is none, or shorter than 24 bytes."""
    try:
        raw = b64decode(secret.removeprefix(PREFIX), validate=True)
    except ValueError:
        raise UnsafeSettings("a webhook secret is whsec_ and Base64", code="key_unreadable") from None
    if not 24 <= len(raw) <= 64:
        raise UnsafeSettings("a webhook secret has 24 to 64 bytes", code="key_unreadable")
    return raw


def _signatures(header: str) -> list[bytes]:
    """Signatures of schemes that we do not know are passed over, as the specification wants."""
    told = [each.removeprefix(_VERSION) for each in header.split(" ")[:_MOST_SIGNATURES] if each.startswith(_VERSION)]
    return [raw for raw in map(_decoded, told) if raw]


def _decoded(text: str) -> bytes | None:
    try:
        return b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        return None
