"""What carries one HTTP exchange with a source: aiohttp in production, any httpx transport beside it (test doubles are such).

Nothing is followed, nothing inflated, nothing read without end; every failure is a Trouble.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterable, Iterable
from typing import Protocol

import aiohttp
import httpx
from yarl import URL

from reuse_gateway.connectors.exchange import Answer
from reuse_gateway.connectors.manifest import Limits
from reuse_gateway.connectors.trouble import Trouble
from reuse_gateway.domain.holding import Doubt

Headers = list[tuple[str, str]]
_NEVER_SENT = (httpx.ConnectError, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


class Wire(Protocol):
    """The connections to one source."""

    async def exchange(self, method: str, url: str, headers: Headers, content: bytes | None) -> Answer:
        """MUST raise nothing but Trouble and cancellation."""
        ...

    async def aclose(self) -> None: ...


class AiohttpWire:
    """A session of aiohttp's own, asked directly: objects of a second HTTP library around each call cost as much again."""

    def __init__(self, verify: ssl.SSLContext, limits: Limits) -> None:
        self._verify, self._limits, self._most_bytes = verify, limits, limits.response_bytes
        self._session: aiohttp.ClientSession | None = None

    async def exchange(self, method: str, url: str, headers: Headers, content: bytes | None) -> Answer:
        """The URL goes out as it is spelt: its parts were encoded when it was composed."""
        session = self._session = self._session or self._opened()
        try:
            asked = URL(url, encoded=True)
            answer = await session.request(method, asked, headers=headers, data=content, allow_redirects=False)
        except aiohttp.ServerTimeoutError:
            raise Trouble(Doubt.SOURCE_TIMED_OUT, ailing=True) from None
        except (aiohttp.ClientConnectionError, OSError):
            raise Trouble(Doubt.SOURCE_UNAVAILABLE, ailing=True, retryable=True) from None
        except (aiohttp.ClientError, ValueError):
            raise Trouble(Doubt.BAD_ANSWER, ailing=True) from None
        try:
            refuse_encoded(answer.headers.get("content-encoding"))
            body = await within(answer.content.iter_any(), self._most_bytes)
        except aiohttp.ServerTimeoutError:
            raise Trouble(Doubt.SOURCE_TIMED_OUT, ailing=True) from None
        except (aiohttp.ClientError, OSError, ValueError):
            raise Trouble(Doubt.BAD_ANSWER, ailing=True) from None
        finally:
            # After the last byte the connection is back in the pool already; before it, it is of no use to anybody.
            answer.close()
        return _answer(answer.status, answer.headers.items(), body)

    def _opened(self) -> aiohttp.ClientSession:
        limits = self._limits
        timeout = aiohttp.ClientTimeout(
            connect=limits.timeout_s, sock_connect=limits.connect_timeout_s, sock_read=limits.timeout_s
        )
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=self._verify, limit=limits.max_in_flight, keepalive_timeout=30),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=timeout,
            trust_env=False,
            auto_decompress=False,
        )

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()


class HttpxWire:
    """Any transport of httpx's."""

    def __init__(self, transport: httpx.AsyncBaseTransport, limits: Limits) -> None:
        self._most_bytes = limits.response_bytes
        timeout = httpx.Timeout(limits.timeout_s, connect=limits.connect_timeout_s, pool=limits.timeout_s)
        self._timeout = timeout.as_dict()
        self._client = httpx.AsyncClient(transport=transport, timeout=timeout, trust_env=False)

    async def exchange(self, method: str, url: str, headers: Headers, content: bytes | None) -> Answer:
        try:
            request = httpx.Request(method, url, headers=headers, content=content, extensions={"timeout": self._timeout})
            response = await self._client.send(request, stream=True, follow_redirects=False)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise _before_answer(error) from None
        try:
            refuse_encoded(response.headers.get("content-encoding"))
            body = await within(response.aiter_bytes(), self._most_bytes)
        except httpx.TimeoutException as error:
            raise _before_answer(error) from None
        except (httpx.HTTPError, OSError, ValueError):
            raise Trouble(Doubt.BAD_ANSWER, ailing=True) from None
        finally:
            await _quietly_close(response)
        return _answer(response.status_code, response.headers.items(), body)

    async def aclose(self) -> None:
        await self._client.aclose()


def refuse_encoded(encoding: str | None) -> None:
    """An encoding we did not ask for may hide any size; raises Trouble."""
    if (encoding or "identity").lower() != "identity":
        raise Trouble(Doubt.BAD_ANSWER, ailing=True)


async def within(chunks: AsyncIterable[bytes], most_bytes: int) -> bytes:
    """The body, read up to the cap; raises Trouble."""
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > most_bytes:
            raise Trouble(Doubt.BAD_ANSWER, ailing=True)
    return bytes(body)


def _answer(status: int, headers: Iterable[tuple[str, str]], body: bytes) -> Answer:
    """Values of one name are joined as RFC 9110 5.3 has it."""
    told: dict[str, str] = {}
    for name, value in headers:
        known = told.get(name.lower())
        told[name.lower()] = value if known is None else f"{known}, {value}"
    return Answer(status, told.get("content-type", ""), body, told)


async def _quietly_close(response: httpx.Response) -> None:
    try:
        await response.aclose()
    except (httpx.HTTPError, OSError):
        return


def _before_answer(error: Exception) -> Trouble:
    """A question that surely never arrived, or whose connection was lost, may be put again."""
    if isinstance(error, (*_NEVER_SENT, OSError, httpx.NetworkError)):
        return Trouble(Doubt.SOURCE_UNAVAILABLE, ailing=True, retryable=True)
    if isinstance(error, httpx.TimeoutException):
        return Trouble(Doubt.SOURCE_TIMED_OUT, ailing=True)
    if isinstance(error, httpx.RemoteProtocolError) and "without sending" in str(error):
        return Trouble(Doubt.SOURCE_UNAVAILABLE, ailing=True, retryable=True)
    return Trouble(Doubt.BAD_ANSWER, ailing=True)
