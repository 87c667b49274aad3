"""Keyed pseudonyms (bí danh): HMAC-SHA-256, because a bare hash of a citizen number is found by trying (reliability.md F12)."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode

from reuse_gateway.signing.keys import SecretKey


class KeyedPseudonyms:
    """Port `Pseudonyms`. Destroying the key's file (crypto-erasure) makes every pseudonym of it untraceable."""

    def __init__(self, keys: tuple[SecretKey, ...]) -> None:
        """`keys` newest first; the first is the one in use."""
        self._keys = keys

    def for_purpose(self, purpose: str) -> KeyedPseudonyms:
        """Pseudonyms by keys derived for one purpose (RFC 5869's idea): those of two purposes cannot be put together."""
        derived = (SecretKey(key.kid, hmac.digest(key.secret, f"purpose {purpose}".encode(), "sha256")) for key in self._keys)
        return KeyedPseudonyms(tuple(derived))

    def of(self, identity: str) -> str:
        """`KID.` and 128 bits as 22 URL-safe characters."""
        return pseudonym(self._keys[0].kid, self._keys[0].secret, identity)

    def every(self, identity: str) -> tuple[str, ...]:
        """Under each key that still lives, newest first: for finding what was kept before a rotation."""
        return tuple(pseudonym(key.kid, key.secret, identity) for key in self._keys)


def pseudonym(kid: str, secret: bytes, identity: str) -> str:
    """`KID.` and 128 bits of the HMAC as 22 URL-safe characters."""
    digest = hmac.digest(secret, identity.encode(), "sha256")[:16]
    return f"{kid}.{urlsafe_b64encode(digest).decode().rstrip('=')}"
