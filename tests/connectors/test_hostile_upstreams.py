"""Upstreams that drip, swallow, inflate, redirect or break off: the caller gets an honest unknown in time."""

from __future__ import annotations

import asyncio
import gzip
import time

import pytest

from reuse_gateway.connectors.upstream import aiohttp_transport, plain_transport
from reuse_gateway.domain.holding import Doubt, Outcome

from .builders import AN, PURPOSE, ask, found, hostile, paper, question

pytestmark = pytest.mark.acceptance
TRANSPORTS = pytest.mark.parametrize("transport", [aiohttp_transport, plain_transport])
BODY = found(paper())


def _head(*lines: str) -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", "content-type: application/json", *lines, "", ""]).encode()


async def _black_hole(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def _drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(_head(f"content-length: {len(BODY)}"))
    for byte in BODY:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.05)


async def _drip_head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    for byte in _head():
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.05)


@TRANSPORTS
@pytest.mark.parametrize("upstream", [_black_hole, _drip, _drip_head])
async def test_the_deadline_holds_against_slow_upstreams(upstream, transport) -> None:
    async with hostile(upstream, transport) as registry:
        await ask(registry, within_s=0.05)
        started = time.perf_counter()
        told = await ask(registry, within_s=0.3)
        assert time.perf_counter() - started < 0.35
        assert told.doubt is Doubt.SOURCE_TIMED_OUT


@TRANSPORTS
@pytest.mark.parametrize("upstream", [_black_hole, _drip])
async def test_the_sources_own_limit_ends_a_call_before_a_later_deadline(upstream, transport) -> None:
    async with hostile(upstream, transport, limits={"timeout_s": "0.2", "retries": "0"}) as registry:
        started = time.perf_counter()
        assert (await ask(registry, within_s=5)).doubt is Doubt.SOURCE_TIMED_OUT
        assert time.perf_counter() - started < 0.3


async def test_waiting_for_a_free_slot_counts_against_the_deadline() -> None:
    async with hostile(_black_hole, limits={"max_in_flight": "1", "retries": "0"}) as registry:
        later = asyncio.get_running_loop().time()
        asked = [registry.lookup(question(AN, about=(("plate", str(n)),)), PURPOSE, later + 0.3) for n in range(5)]
        started = time.perf_counter()
        told = await asyncio.gather(*asked)
        assert time.perf_counter() - started < 0.36
        assert {each.doubt for (each,) in told} == {Doubt.SOURCE_TIMED_OUT}


def _says(*parts: bytes):
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()

    return handler


_BOMB = gzip.compress(b" " * 50_000_000)


@TRANSPORTS
@pytest.mark.parametrize(
    ("parts", "doubt"),
    [
        ((_head("content-encoding: gzip", f"content-length: {len(_BOMB)}"), _BOMB), Doubt.BAD_ANSWER),
        ((_head("content-encoding: br", f"content-length: {len(BODY)}"), BODY), Doubt.BAD_ANSWER),
        ((_head(f"content-length: {len(BODY) + 3_000_000}"), BODY, b" " * 3_000_000), Doubt.BAD_ANSWER),
        ((_head("connection: close"), BODY, b" " * 3_000_000), Doubt.BAD_ANSWER),
        ((_head(f"content-length: {len(BODY) + 5}"), BODY), Doubt.BAD_ANSWER),
        ((_head("transfer-encoding: chunked"), b"ffff\r\n", BODY), Doubt.BAD_ANSWER),
        ((_head("content-length: 0"),), Doubt.BAD_ANSWER),
        ((b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",), Doubt.BAD_ANSWER),
        ((b"SSH-2.0-OpenSSH_9.0\r\n\r\n",), Doubt.BAD_ANSWER),
        ((_head(*(f"x-{n}: {'y' * 100}" for n in range(10_000)), "content-length: 0"),), Doubt.BAD_ANSWER),
        ((), Doubt.SOURCE_UNAVAILABLE),
    ],
)
async def test_http_that_makes_no_sense_is_unknown(parts: tuple[bytes, ...], doubt: Doubt, transport) -> None:
    async with hostile(_says(*parts), transport) as registry:
        told = await ask(registry)
        assert (told.outcome, told.doubt) == (Outcome.UNKNOWN, doubt)


@TRANSPORTS
async def test_a_redirect_is_not_followed(transport) -> None:
    visited = asyncio.Event()

    async def second(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visited.set()
        writer.close()

    elsewhere = await asyncio.start_server(second, "127.0.0.1", 0)
    port = elsewhere.sockets[0].getsockname()[1]
    moved = f"HTTP/1.1 307 Moved\r\nlocation: http://127.0.0.1:{port}/\r\ncontent-length: 0\r\n\r\n".encode()
    async with hostile(_says(moved), transport) as registry:
        assert (await ask(registry)).doubt is Doubt.BAD_ANSWER
    elsewhere.close()
    assert not visited.is_set()


@TRANSPORTS
async def test_a_refused_connection_is_an_unavailable_source(transport) -> None:
    async with hostile(_black_hole, transport) as registry:
        connector = registry._connectors["toy"]
        connector._line.upstream._base_url = "http://127.0.0.1:1"
        assert (await ask(registry)).doubt is Doubt.SOURCE_UNAVAILABLE


@TRANSPORTS
async def test_a_lost_connection_is_not_called_a_timeout(transport) -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    async with hostile(reset, transport) as registry:
        assert (await ask(registry)).doubt is Doubt.SOURCE_UNAVAILABLE


async def test_only_identity_encoding_is_asked_for_and_no_cookie_comes_back() -> None:
    heads: list[bytes] = []

    async def server(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answer = _head("set-cookie: a=b", f"content-length: {len(BODY)}") + BODY
        writer.write(answer)
        for _ in range(2):
            heads.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(answer)

    async with hostile(server, host="localhost", freshness={"found_s": "0"}) as registry:
        for _ in range(3):
            assert (await ask(registry)).outcome is Outcome.HELD
    assert len(heads) == 2
    assert all(b"encoding: identity" in head.lower() and b"cookie" not in head.lower() for head in heads)
