"""Verbs of a session service, called one after the other: log in, carry the session in the body, name the verb in `service`.

For catalogues that are fetched whole; questions about people go through the manifests (`session_rpc`).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reuse_gateway.connectors.decoding import Undecodable, decode_json
from reuse_gateway.connectors.exchange import Outgoing
from reuse_gateway.connectors.manifest import Limits
from reuse_gateway.connectors.tokens import checked_token
from reuse_gateway.connectors.trouble import Trouble
from reuse_gateway.connectors.upstream import Tls, TransportFactory, Upstream, aiohttp_transport
from reuse_gateway.domain.errors import GatewayError

_TRIES, _PAUSE_S = 3, 0.5
_SESSION_OVER = ("-1", "-3")


@dataclass(frozen=True, slots=True)
class SessionService:
    """Where the service is and what it is told; `headers` carries the destination code of a security server."""

    base_url: str
    login_path: str
    call_path: str
    login: Mapping[str, str]
    told: Mapping[str, str]
    headers: Mapping[str, str]
    timeout_s: float = 60.0


class SessionCalls:
    """One session at a time, renewed once when the service says that it is over. Close it with `aclose`."""

    def __init__(
        self, service: SessionService, tls: Tls | None = None, transport: TransportFactory = aiohttp_transport
    ) -> None:
        limits = Limits(timeout_s=service.timeout_s, connect_timeout_s=5, response_bytes=16_777_216)
        self._service, self._upstream = service, Upstream(service.base_url, limits, transport, tls or Tls())
        self._session: str | None = None
        self._logging_in = asyncio.Lock()

    async def call(self, verb: str, **arguments: str) -> Any:
        """The decoded answer of a verb. Raises GatewayError (`source_denied`, `source_unavailable`, `bad_answer`)."""
        for _ in range(2):
            session = await self._current()
            body = {**self._service.told, **arguments, "session": session, "service": verb}
            answer = await self._send(self._service.call_path, body)
            code = _code(answer)
            if code == "0":
                return answer
            self._forget(session)
            if code not in _SESSION_OVER:
                raise GatewayError(f"{verb} was refused with {code[:20]}", code="source_denied")
        raise GatewayError(f"{verb}: the session is refused again and again", code="source_denied")

    async def aclose(self) -> None:
        """Close all connections."""
        await self._upstream.aclose()

    async def _current(self) -> str:
        async with self._logging_in:
            self._session = self._session or await self._logged_in()
            return self._session

    def _forget(self, session: str) -> None:
        """A newer one, fetched by another call meanwhile, stays."""
        if session == self._session:
            self._session = None

    async def _logged_in(self) -> str:
        answer = await self._send(self._service.login_path, self._service.login)
        if _code(answer) != "0":
            # Not tried again: portals lock an account after a few wrong passwords.
            raise GatewayError("the login was refused", code="source_denied")
        try:
            return checked_token(answer.get("session"))
        except Trouble:
            raise GatewayError("the login gave no session", code="bad_answer") from None

    async def _send(self, path: str, body: Mapping[str, str]) -> Any:
        """Reading verbs may be repeated; a login may not. Nothing of the body is ever told in an error."""
        headers = (("content-type", "application/json"), *self._service.headers.items())
        outgoing = Outgoing("POST", path, headers, json.dumps(body, ensure_ascii=False).encode())
        tries = 1 if path == self._service.login_path else _TRIES
        for attempt in range(1, tries + 1):
            try:
                answer = await self._upstream.send(outgoing)
            except Trouble as trouble:
                if attempt == tries:
                    raise GatewayError("the service did not answer", code=str(trouble.doubt)) from None
            else:
                if answer.status == 200:
                    return _decoded(answer.body)
                if answer.status < 500 or attempt == tries:
                    raise GatewayError(f"the service answered {answer.status}", code="source_unavailable")
            await asyncio.sleep(_PAUSE_S * attempt)
        raise AssertionError("unreachable")


def _decoded(raw: bytes) -> dict[str, Any]:
    try:
        told = decode_json(raw)
    except Undecodable:
        told = None
    if not isinstance(told, dict):
        raise GatewayError("the answer is no JSON object", code="bad_answer")
    return told


def _code(answer: dict[str, Any]) -> str:
    """Success is 0, as a number or as text."""
    return str(answer.get("error_code", ""))
