"""OAuth2 token endpoints as platforms really run them: client credentials and password grant, Basic or form."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from urllib.parse import quote, urlencode

from reuse_gateway.connectors.auth_facts import ClientCredentials, PasswordGrant
from reuse_gateway.connectors.credentials import placed
from reuse_gateway.connectors.decoding import Undecodable, decode_json
from reuse_gateway.connectors.deployed import Secrets
from reuse_gateway.connectors.exchange import Answer, Outgoing
from reuse_gateway.connectors.paths import as_text
from reuse_gateway.connectors.tokens import Issued, checked_token
from reuse_gateway.connectors.trouble import Trouble
from reuse_gateway.domain.holding import Doubt

_FORM = ("content-type", "application/x-www-form-urlencoded")
Send = Callable[[Outgoing], Awaitable[Answer]]


class OAuth2:
    """Fetches one token per call of `fetch`; keeping it is not its business."""

    def __init__(self, facts: ClientCredentials | PasswordGrant, send: Send, secrets: Secrets) -> None:
        self._facts, self._send, self._secrets = facts, send, secrets

    async def fetch(self) -> Issued:
        """Raises Trouble."""
        return _issued(await self._send(self._request()))

    def _request(self) -> Outgoing:
        facts, secrets = self._facts, self._secrets
        form = self._grant() | ({"scope": facts.scope} if facts.scope else {})
        client = secrets(facts.client_id_name)
        secret = secrets(facts.client_secret_name) if facts.client_secret_name else None
        headers = [_FORM]
        if facts.style == "basic":
            pair = f"{quote(client, safe='')}:{quote(secret or '', safe='')}".encode()
            headers.append(("authorization", f"Basic {base64.b64encode(pair).decode()}"))
        else:
            form |= {"client_id": client} | ({"client_secret": secret} if secret is not None else {})
        plain = Outgoing("POST", facts.token_path, tuple(headers), urlencode(form).encode())
        return placed(plain, [place for place in facts.places if place.login_too], secrets, {})

    def _grant(self) -> dict[str, str]:
        if isinstance(self._facts, ClientCredentials):
            return {"grant_type": "client_credentials"}
        person = {"username": self._secrets(self._facts.username_name), "password": self._secrets(self._facts.password_name)}
        return {"grant_type": "password"} | person


def _issued(answer: Answer) -> Issued:
    """Token and its remaining seconds. WSO2 hands out the same token until it ends, so what remains may be small or -1."""
    refuse_status(answer)
    try:
        told = decode_json(answer.body)
    except Undecodable:
        raise Trouble(Doubt.BAD_ANSWER, ailing=True) from None
    token = checked_token(told.get("access_token") if isinstance(told, dict) else None)
    seconds = as_text(told.get("expires_in")) or ""
    lasts_s = float(seconds) if seconds.isascii() and seconds.isdigit() and len(seconds) < 8 else 60.0
    return Issued({"token": token}, lasts_s)


def refuse_status(answer: Answer) -> None:
    """Raises Trouble unless the status is 200."""
    if answer.status in (400, 401, 403):
        raise Trouble(Doubt.SOURCE_DENIED)
    if answer.status >= 500 or answer.status == 429:
        raise Trouble(Doubt.SOURCE_UNAVAILABLE, ailing=True, retryable=True)
    if answer.status != 200:
        raise Trouble(Doubt.BAD_ANSWER, ailing=True)
