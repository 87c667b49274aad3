"""Tokens of the simulated sources: really issued, really demanded, really ending."""

from __future__ import annotations

import base64
import binascii
import secrets
import time
from urllib.parse import parse_qs, unquote

CLIENT_ID, CLIENT_SECRET = "reuse-gateway", "simulated"
# What stands for member paths, destination codes and provider addresses.
ROUTED = "SIMULATED:GOV:000.00.00.G99:registry"
_ENDINGS = {
    **dict.fromkeys(("_CLIENT_ID", "_LOGIN_USER"), CLIENT_ID),
    **dict.fromkeys(("_CLIENT_SECRET", "_LOGIN_PASSWORD", "_API_KEY", "_BEARER_TOKEN"), CLIENT_SECRET),
    **dict.fromkeys(("_MEMBER_PATH", "_DSTCODE", "_PROVIDER_URL"), ROUTED),
}


def simulated_secret(name: str) -> str:
    """What a manifest's secret names stand for where the source is simulated; raises KeyError for other names."""
    for ending, value in _ENDINGS.items():
        if name.endswith(ending):
            return value
    raise KeyError(name)


class IssuedTokens:
    """Of one source."""

    def __init__(self, expires_s: int, grant: str = "client_credentials", *, public: bool = False) -> None:
        self._expires_s, self._grant, self._public = expires_s, grant, public
        self._ends: dict[str, float] = {}
        self.issued = 0

    def issue(self, authorization: str, form: bytes) -> dict[str, str | int] | None:
        """A token for the right client (Basic or form, RFC 6749 section 2.3.1); None for any other."""
        told = {name: values[0] for name, values in parse_qs(form.decode("utf-8", "replace")).items()}
        pair = basic_pair(authorization) or (told.get("client_id"), told.get("client_secret"))
        person = (told.get("username"), told.get("password"))
        if pair != (CLIENT_ID, None if self._public else CLIENT_SECRET) or told.get("grant_type") != self._grant:
            return None
        if self._grant == "password" and person != (CLIENT_ID, CLIENT_SECRET):
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


def basic_pair(authorization: str) -> tuple[str, str] | None:
    """Name and secret of HTTP Basic; None where it is something else."""
    if not authorization.startswith("Basic "):
        return None
    try:
        name, _, secret = base64.b64decode(authorization.removeprefix("Basic "), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return unquote(name), unquote(secret)
