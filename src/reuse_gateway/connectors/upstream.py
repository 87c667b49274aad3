"""The one seam to HTTP: one client per source, nothing followed, nothing inflated, nothing read without end."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from reuse_gateway.connectors.exchange import Answer, Outgoing
from reuse_gateway.connectors.manifest import Limits
from reuse_gateway.connectors.trouble import Trouble
from reuse_gateway.domain.holding import Doubt

_HEADERS = {"accept": "application/json, application/xml;q=0.5", "accept-encoding": "identity", "user-agent": "reuse-gateway"}
_NEVER_SENT = (httpx.ConnectError, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)

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


TransportFactory = Callable[[ssl.SSLContext | bool, Limits], httpx.AsyncBaseTransport]


def aiohttp_transport(verify: ssl.SSLContext | bool, limits: Limits) -> httpx.AsyncBaseTransport:
    """Production: the httpx API over aiohttp, a third of the CPU; httpcore's pool collapses under fan-out."""

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(ssl=verify, limit=limits.max_in_flight, keepalive_timeout=30)
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)

    return AiohttpTransport(verify=verify if isinstance(verify, ssl.SSLContext) else _no_tls(), trust_env=False, client=session)


def plain_transport(verify: ssl.SSLContext | bool, limits: Limits) -> httpx.AsyncBaseTransport:
    """httpx's own, which test doubles of HTTP can see."""
    most = limits.max_in_flight
    bounds = httpx.Limits(max_connections=most, max_keepalive_connections=most, keepalive_expiry=30)
    context = verify if isinstance(verify, ssl.SSLContext) else _no_tls()
    return httpx.AsyncHTTPTransport(verify=context, trust_env=False, limits=bounds)


def _no_tls() -> ssl.SSLContext:
    """For plain http: a context that trusts nobody, so an https URL could not slip through unverified."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Upstream:
    """One source's client. Deadlines are the caller's: everything here ends when its `asyncio.timeout` says so."""

    def __init__(self, base_url: str, limits: Limits, transport: TransportFactory, tls: Tls) -> None:
        self._base_url = base_url.rstrip("/")
        self._most_bytes = limits.response_bytes
        verify = tls.context() if base_url.startswith("https://") else True
        timeout = httpx.Timeout(limits.timeout_s, connect=limits.connect_timeout_s, pool=limits.timeout_s)
        self._timeout = timeout.as_dict()
        self._client = httpx.AsyncClient(transport=transport(verify, limits), timeout=timeout, trust_env=False)

    async def send(self, outgoing: Outgoing) -> Answer:
        """One exchange; raises Trouble (timed out, unavailable or an answer that HTTP itself cannot make sense of)."""
        headers = [*_HEADERS.items(), *outgoing.headers]
        try:
            request = httpx.Request(
                outgoing.method,
                self._base_url + outgoing.target,
                headers=headers,
                content=outgoing.content,
                extensions={"timeout": self._timeout},
            )
            response = await self._client.send(request, stream=True, follow_redirects=False)
        except (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError, ValueError) as error:
            raise _before_answer(error) from None
        try:
            return await self._read(response)
        finally:
            await _quietly_close(response)

    async def _read(self, response: httpx.Response) -> Answer:
        """The body, streamed up to the cap. An encoding we did not ask for may hide any size, so it is refused."""
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise Trouble(Doubt.BAD_ANSWER, ailing=True)
        body = bytearray()
        try:
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > self._most_bytes:
                    raise Trouble(Doubt.BAD_ANSWER, ailing=True)
        except httpx.TimeoutException as error:
            raise _before_answer(error) from None
        except (httpx.HTTPError, aiohttp.ClientError, OSError, ValueError):
            raise Trouble(Doubt.BAD_ANSWER, ailing=True) from None
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers.get("content-type", ""), bytes(body), headers)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()


async def _quietly_close(response: httpx.Response) -> None:
    try:
        await response.aclose()
    except (httpx.HTTPError, aiohttp.ClientError, OSError):
        return


def _before_answer(error: Exception) -> Trouble:
    """The aiohttp transport calls every lost connection a connect timeout; its cause tells which it was."""
    timed_out = isinstance(error, httpx.TimeoutException)
    if timed_out and (not isinstance(error.__cause__, aiohttp.ClientError) or isinstance(error.__cause__, TimeoutError)):
        return Trouble(Doubt.SOURCE_TIMED_OUT, ailing=True)
    if timed_out or isinstance(error, (*_NEVER_SENT, OSError, httpx.NetworkError)):
        return Trouble(Doubt.SOURCE_UNAVAILABLE, ailing=True, retryable=True)
    if isinstance(error, httpx.RemoteProtocolError) and "without sending" in str(error):
        return Trouble(Doubt.SOURCE_UNAVAILABLE, ailing=True, retryable=True)
    return Trouble(Doubt.BAD_ANSWER, ailing=True)
