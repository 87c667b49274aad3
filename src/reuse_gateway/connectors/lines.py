"""What carries a question to its source: HTTP (through a security server or not), a database, or a folder of files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from reuse_gateway.application.ports import Clock
from reuse_gateway.connectors.auth_facts import Auth, DigestTimestamp, IssuedAuth, Keycloak, LoginSession
from reuse_gateway.connectors.credentials import Credentials, DigestCredentials, FixedCredentials, IssuedCredentials
from reuse_gateway.connectors.deployed import Secrets
from reuse_gateway.connectors.exchange import Answer, Outgoing
from reuse_gateway.connectors.login import Login
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.oauth2 import OAuth2, Send
from reuse_gateway.connectors.security_server import SecurityServer
from reuse_gateway.connectors.tokens import Tokens
from reuse_gateway.connectors.upstream import Tls, TransportFactory, Upstream


class Line(Protocol):
    """One source's connection. Deadlines are loop time; everything ends when the caller's `asyncio.timeout` says so."""

    async def carry(self, question: Any, deadline: float) -> tuple[Any, Any]:
        """The answer, and what was shown to get it; raises Trouble."""
        ...

    def refused(self, shown: Any) -> bool:
        """The source did not accept what was shown. True where another try shows something new."""
        ...

    async def aclose(self) -> None: ...


class HttpLine:
    """Question, then the security server's address, then the credentials: a digest is made over what is really sent."""

    def __init__(self, upstream: Upstream, server: SecurityServer, credentials: Credentials, closing: list[Upstream]) -> None:
        self.upstream, self._server, self._credentials, self._closing = upstream, server, credentials, closing

    async def carry(self, question: Outgoing, deadline: float) -> tuple[Answer, Any]:
        dressed, shown = await self._credentials.dress(self._server.wrapped(question), deadline)
        return self._server.unwrapped(await self.upstream.send(dressed)), shown

    async def sign_in(self, deadline: float) -> None:
        """Get whatever a call carries, without a call; raises Trouble, or TimeoutError at the deadline."""
        await self._credentials.dress(Outgoing("POST", "/", content=b"{}"), deadline)

    def refused(self, shown: Any) -> bool:
        return self._credentials.refused(shown)

    async def aclose(self) -> None:
        await self._credentials.aclose()
        for upstream in self._closing:
            await upstream.aclose()


def http_line(
    manifest: Manifest, base_urls: Mapping[str, str], secrets: Secrets, clock: Clock, transport: TransportFactory, tls: Tls
) -> HttpLine:
    """The line of a source that speaks HTTP. `base_urls`: by source id, and `<id>.login` where tokens come from elsewhere."""
    own = Upstream(base_urls[manifest.id], manifest.limits, transport, tls)
    server, auth, closing = SecurityServer(manifest.through, secrets), manifest.auth, [own]
    if not isinstance(auth, IssuedAuth):
        return HttpLine(own, server, _unissued(auth, base_urls[manifest.id], secrets, clock), closing)
    desk = own
    if auth.host == "login":
        desk = Upstream(base_urls[f"{manifest.id}.login"], manifest.limits, transport, tls)
        closing.append(desk)
    through = server if auth.host == "own" else SecurityServer(None, secrets)

    async def send(outgoing: Outgoing) -> Answer:
        return through.unwrapped(await desk.send(through.wrapped(outgoing)))

    tokens = Tokens(_fetch(auth, send, secrets, clock), manifest.limits.timeout_s)
    return HttpLine(own, server, IssuedCredentials(tokens, auth.places, secrets), closing)


def _unissued(auth: Auth, base_url: str, secrets: Secrets, clock: Clock) -> Credentials:
    if isinstance(auth, DigestTimestamp):
        return DigestCredentials(auth, base_url, secrets, clock)
    return FixedCredentials(auth.places, secrets)


def _fetch(auth: Auth, send: Send, secrets: Secrets, clock: Clock) -> Any:
    if isinstance(auth, LoginSession):
        return Login(auth, send, secrets, clock).fetch
    return OAuth2(auth.as_grant() if isinstance(auth, Keycloak) else auth, send, secrets).fetch
