"""The one seam to HTTP: one client per source, its TLS, and the headers that every question carries."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from reuse_gateway.connectors.exchange import Answer, Outgoing
from reuse_gateway.connectors.manifest import Limits
from reuse_gateway.connectors.wire import AiohttpWire, HttpxWire, Wire

_HEADERS = {"accept": "application/json, application/xml;q=0.5", "accept-encoding": "identity", "user-agent": "reuse-gateway"}

# httpx logs every URL at INFO; some registers are asked with the citizen's number in the query.
logging.getLogger("httpx").addFilter(lambda _: False)


@dataclass(frozen=True, slots=True)
class Tls:
    """Files for one source: its own CA bundle, and the client certificate that security servers ask for."""

    ca_bundle: str | None = None
    client_certificate: str | None = None
    client_key: str | None = None

    def context(self) -> ssl.SSLContext:
        """Verifies always; there is no way to switch that off."""
        context = (
            ssl.create_default_context(cafile=self.ca_bundle) if self.ca_bundle else httpx.create_ssl_context(trust_env=False)
        )
        if self.client_certificate:
            context.load_cert_chain(self.client_certificate, self.client_key)
        return context


Transport = Wire | httpx.AsyncBaseTransport
TransportFactory = Callable[[ssl.SSLContext, Limits], Transport]


def aiohttp_transport(verify: ssl.SSLContext, limits: Limits) -> Wire:
    """Production. httpx's own pool collapses under fan-out, and its objects around aiohttp double the CPU of a call."""
    return AiohttpWire(verify, limits)


def plain_transport(verify: ssl.SSLContext, limits: Limits) -> httpx.AsyncBaseTransport:
    """httpx's own, which test doubles of HTTP can see."""
    most = limits.max_in_flight
    bounds = httpx.Limits(max_connections=most, max_keepalive_connections=most, keepalive_expiry=30)
    return httpx.AsyncHTTPTransport(verify=verify, trust_env=False, limits=bounds)


def _no_tls() -> ssl.SSLContext:
    """For plain http: a context that trusts nobody, so an https URL could not slip through unverified."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Upstream:
    """One source's client. Deadlines are the caller's: everything here ends when its `asyncio.timeout` says so."""

    def __init__(self, base_url: str, limits: Limits, transport: TransportFactory, tls: Tls) -> None:
        self._base_url = base_url.rstrip("/")
        carried = transport(tls.context() if base_url.startswith("https://") else _no_tls(), limits)
        self._wire = HttpxWire(carried, limits) if isinstance(carried, httpx.AsyncBaseTransport) else carried

    async def send(self, outgoing: Outgoing) -> Answer:
        """One exchange; raises Trouble (timed out, unavailable or an answer that HTTP itself cannot make sense of)."""
        headers = [*_HEADERS.items(), *outgoing.headers]
        return await self._wire.exchange(outgoing.method, self._base_url + outgoing.target, headers, outgoing.content)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._wire.aclose()
