"""What must come back, sealed with AES-256-GCM: `KID.` in ASCII, a nonce, the sealed bytes.

Cases that wait are sealed under the key ring's `case` keys, identities of officials under its `identity` keys.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from reuse_gateway.signing.keys import SecretKey

_NONCE = 12


class SealedCases:
    """Port `Sealer`. Destroying a key's file makes everything sealed with it unreadable, in backups too (crypto-erasure)."""

    context = "waiting-case-1"

    def __init__(self, keys: Sequence[SecretKey]) -> None:
        """`keys` newest first; that one seals, all open."""
        self._newest, self._keys = keys[0].kid, {key.kid: AESGCM(key.secret[:32]) for key in keys}

    def seal(self, plain: bytes, bound_to: str) -> bytes:
        """Readable only together with `bound_to`."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._keys[self._newest].encrypt(nonce, plain, self._bound(self._newest, bound_to))
        return f"{self._newest}.".encode() + nonce + sealed

    def open(self, sealed: bytes, bound_to: str) -> bytes | None:
        """None = the key was destroyed, or the bytes are not what was sealed for this."""
        name, _, rest = sealed.partition(b".")
        kid = name.decode("ascii", "replace")
        key = self._keys.get(kid)
        if key is None:
            return None
        try:
            return key.decrypt(rest[:_NONCE], rest[_NONCE:], self._bound(kid, bound_to))
        except (InvalidTag, ValueError):
            return None

    def _bound(self, kid: str, bound_to: str) -> bytes:
        """What else the seal vouches for: no other sealed value under the same key, no other demand's, opens here."""
        return f"{self.context} {kid} {bound_to}".encode()


class SealedIdentities(SealedCases):
    """The same for identities of officials; the two never open each other's."""

    context = "sealed-identity-1"
