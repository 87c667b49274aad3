"""Access tokens of a source: kept until shortly before they end, fetched once however many calls wait."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from urllib.parse import quote, urlencode

from reuse_gateway.connectors.decoding import Undecodable, decode_json
from reuse_gateway.connectors.manifest import ClientCredentials
from reuse_gateway.connectors.paths import as_text
from reuse_gateway.connectors.single_flight import SingleFlight
from reuse_gateway.connectors.trouble import Trouble
from reuse_gateway.connectors.upstream import Answer, Outgoing, Upstream
from reuse_gateway.domain.holding import Doubt

_FORM = ("content-type", "application/x-www-form-urlencoded")
_SKEW_S, _LONGEST = 30.0, 8_192


class Tokens:
    """OAuth2 client credentials (RFC 6749 section 4.4) of one source."""

    def __init__(self, upstream: Upstream, auth: ClientCredentials, secrets: Callable[[str], str], timeout_s: float) -> None:
        self._upstream, self._auth, self._secrets, self._timeout_s = upstream, auth, secrets, timeout_s
        self._flight: SingleFlight[str] = SingleFlight()
        self._token: str | None = None
        self._good_until = 0.0

    async def current(self, deadline: float) -> str:
        """A token that is still good; raises Trouble, or TimeoutError at the deadline (loop time)."""
        if self._token is not None and asyncio.get_running_loop().time() < self._good_until:
            return self._token
        return await self._flight.join("token", self._fetch, deadline)

    def forget(self, token: str) -> None:
        """The source refused this one. A newer token, fetched by another call meanwhile, stays."""
        if token == self._token:
            self._token = None

    async def aclose(self) -> None:
        await self._flight.aclose()

    async def _fetch(self) -> str:
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = await self._upstream.send(self._request())
        except TimeoutError:
            raise Trouble(Doubt.SOURCE_TIMED_OUT, ailing=True) from None
        token, lasts_s = _token_in(answer)
        self._token = token
        self._good_until = asyncio.get_running_loop().time() + max(lasts_s - _SKEW_S, lasts_s / 2)
        return token

    def _request(self) -> Outgoing:
        auth = self._auth
        client, secret = self._secrets(auth.client_id_name), self._secrets(auth.client_secret_name)
        form = {"grant_type": "client_credentials"} | ({"scope": auth.scope} if auth.scope else {})
        headers = [_FORM]
        if auth.style == "basic":
            pair = f"{quote(client, safe='')}:{quote(secret, safe='')}".encode()
            headers.append(("authorization", f"Basic {base64.b64encode(pair).decode()}"))
        else:
            form |= {"client_id": client, "client_secret": secret}
        return Outgoing("POST", auth.token_path, tuple(headers), urlencode(form).encode())


def _token_in(answer: Answer) -> tuple[str, float]:
    """Token and its remaining seconds. WSO2 hands out the same token until it ends, so what remains may be small or -1."""
    if answer.status in (400, 401, 403):
        raise Trouble(Doubt.SOURCE_DENIED)
    if answer.status >= 500 or answer.status == 429:
        raise Trouble(Doubt.SOURCE_UNAVAILABLE, ailing=True, retryable=True)
    try:
        told = decode_json(answer.body)
    except Undecodable:
        raise Trouble(Doubt.BAD_ANSWER, ailing=True) from None
    token = told.get("access_token") if isinstance(told, dict) else None
    if answer.status != 200 or not isinstance(token, str) or not 0 < len(token) <= _LONGEST:
        raise Trouble(Doubt.BAD_ANSWER, ailing=True)
    if not (token.isascii() and token.isprintable() and " " not in token):
        raise Trouble(Doubt.BAD_ANSWER, ailing=True)
    seconds = as_text(told.get("expires_in")) or ""
    return token, float(seconds) if seconds.isdigit() and len(seconds) < 8 else 60.0
