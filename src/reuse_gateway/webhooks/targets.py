"""Port `Targets` over aiohttp: the name is resolved once, every address judged, and just that address is connected to.

Nothing is followed, nothing inflated, nothing read beyond the status: what a target answers is nobody's business here.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Collection, Mapping
from datetime import timedelta

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from reuse_gateway.domain.webhook import Answer
from reuse_gateway.webhooks.target_address import Target, is_number, is_public, is_this_machine, target_of

_FIXED = {"content-type": "application/json", "accept-encoding": "identity", "user-agent": "reuse-gateway-webhooks"}
_LARGEST_HEAD = 8_190


class _Pinned(AbstractResolver):
    """Answers with the one address that was judged, whatever the name says by now (DNS rebinding)."""

    def __init__(self, address: str, family: int) -> None:
        self._address, self._family = address, family

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[ResolveResult]:
        """That address."""
        told = {"hostname": host, "host": self._address, "port": port, "family": self._family, "proto": 0}
        return [ResolveResult(**told, flags=socket.AI_NUMERICHOST)]  # type: ignore[typeddict-item]

    async def close(self) -> None:
        """Nothing is open."""


class HttpTargets:
    """`inside`: origins (`scheme://host:port`) that may be plain http or lie on private addresses."""

    def __init__(self, inside: Collection[str] = (), verify: ssl.SSLContext | None = None) -> None:
        self._inside, self._verify = frozenset(inside), verify or ssl.create_default_context()

    def fault(self, url: str) -> str | None:
        """A stable code for a URL that can never be a target; its addresses are judged at each delivery."""
        try:
            target = target_of(url, self._inside)
        except ValueError as error:
            return str(error)
        if is_number(target.host) and not target.inside:
            return "url_shape"
        if is_this_machine(target.host) and not target.inside:
            return "address_inside"
        literal = target.host.replace(".", "").replace(":", "").isalnum() and _is_address(target.host)
        return "address_inside" if literal and not target.inside and not is_public(target.host) else None

    async def send(self, url: str, headers: Mapping[str, str], body: bytes, within: timedelta) -> Answer:
        """One POST; every failure is an outcome."""
        try:
            async with asyncio.timeout(within.total_seconds()):
                target = target_of(url, self._inside)
                family, address = await _resolved(target)
                return await self._posted(url, _Pinned(address, family), {**_FIXED, **headers}, body)
        except _Refused as refused:
            return Answer(str(refused))
        except TimeoutError:
            return Answer("timed_out")
        except aiohttp.ClientSSLError:
            return Answer("tls_failed")
        except (aiohttp.ClientConnectionError, OSError):
            return Answer("unreachable")
        except (aiohttp.ClientError, ValueError):
            return Answer("bad_answer")

    async def _posted(self, url: str, pinned: _Pinned, headers: Mapping[str, str], body: bytes) -> Answer:
        wire = aiohttp.TCPConnector(resolver=pinned, ssl=self._verify, use_dns_cache=False, force_close=True, limit=1)
        jar, most = aiohttp.DummyCookieJar(), {"max_line_size": _LARGEST_HEAD, "max_field_size": _LARGEST_HEAD}
        async with aiohttp.ClientSession(
            connector=wire, cookie_jar=jar, auto_decompress=False, trust_env=False, **most
        ) as session:
            answer = await session.post(URL(url, encoded=True), data=body, headers=headers, allow_redirects=False)
            try:
                return _told(answer.status, answer.headers.get("retry-after", ""))
            finally:
                answer.close()


class _Refused(Exception):
    """An address that must not be connected to; the text is the outcome."""


async def _resolved(target: Target) -> tuple[int, str]:
    """The first of the addresses, if none of them lies inside: a name with one foot inside is not trusted with the other."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise _Refused("name_unknown") from None
    if not target.inside and not all(is_public(str(each[4][0])) for each in found):
        raise _Refused("address_inside")
    return found[0][0], str(found[0][4][0])


def _told(status: int, retry_after: str) -> Answer:
    if 200 <= status < 300:
        return Answer("delivered", status)
    wish = (
        timedelta(seconds=int(retry_after))
        if retry_after.isascii() and retry_after.isdecimal() and len(retry_after) < 8
        else None
    )
    outcome = "redirected" if 300 <= status < 400 else "gone" if status == 410 else "refused"
    return Answer(outcome, status, wish)


def _is_address(host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host)
        except OSError:
            continue
        return True
    return False
