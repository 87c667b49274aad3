"""Tokens of the simulated sources: really issued, really demanded, really ending."""

from __future__ import annotations

import base64
import binascii
import secrets
import time
from urllib.parse import parse_qs, unquote

CLIENT_ID, CLIENT_SECRET = "reuse-gateway", "simulated"


def simulated_secret(name: str) -> str:
    """What a manifest's secret names stand for where the source is simulated; raises KeyError for other names."""
    for ending, value in (("_CLIENT_ID", CLIENT_ID), ("_CLIENT_SECRET", CLIENT_SECRET)):
        if name.endswith(ending):
            return value
    raise KeyError(name)


class IssuedTokens:
    """Of one source."""

    def __init__(self, expires_s: int) -> None:
        self._expires_s = expires_s
        self._ends: dict[str, float] = {}
        self.issued = 0

    def issue(self, authorization: str, form: bytes) -> dict[str, str | int] | None:
        """A token for the right client (Basic or form, RFC 6749 section 2.3.1); None for any other."""
        told = {name: values[0] for name, values in parse_qs(form.decode("utf-8", "replace")).items()}
        pair = _basic(authorization) or (told.get("client_id"), told.get("client_secret"))
        if told.get("grant_type") != "client_credentials" or pair != (CLIENT_ID, CLIENT_SECRET):
            return None
        token = secrets.token_urlsafe(24)
        self._ends[token] = time.monotonic() + self._expires_s
        self.issued += 1
        return {"access_token": token, "token_type": "Bearer", "expires_in": self._expires_s, "scope": "default"}

    def accepts(self, authorization: str) -> bool:
        """Is this a token of ours that has not ended?"""
        return self._ends.get(authorization.removeprefix("Bearer "), 0.0) > time.monotonic()

    def revoke_all(self) -> None:
        """All tokens end now, as when an operator restarts the platform."""
        self._ends.clear()


def _basic(authorization: str) -> tuple[str, str] | None:
    if not authorization.startswith("Basic "):
        return None
    try:
        name, _, secret = base64.b64decode(authorization.removeprefix("Basic "), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return unquote(name), unquote(secret)
