"""The hostile upstreams again, over every protocol, plain and behind a security server, with a login before the question."""

from __future__ import annotations

import asyncio
import time

import pytest

from reuse_gateway.domain.holding import Doubt, Outcome

from .builders import ask, hostile, paper
from .variants import VARIANTS, spoken

pytestmark = pytest.mark.acceptance
EVERY_PROTOCOL = pytest.mark.parametrize("variant", VARIANTS)


def _head(*lines: str, status: str = "200 OK") -> bytes:
    typed = [] if any(line.startswith("content-type") for line in lines) else ["content-type: application/octet-stream"]
    return "\r\n".join([f"HTTP/1.1 {status}", *typed, *lines, "", ""]).encode()


def _says(*parts: bytes):
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()

    return handler


def _whole(body: bytes, *lines: str, status: str = "200 OK"):
    return _says(_head(f"content-length: {len(body)}", *lines, status=status), body)


async def _black_hole(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def _drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(_head("content-length: 1000"))
    for _ in range(1_000):
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


@EVERY_PROTOCOL
async def test_an_honest_answer_is_held(variant: str) -> None:
    async with hostile(_whole(spoken(variant, paper())), **VARIANTS[variant]) as registry:
        assert (await ask(registry)).outcome is Outcome.HELD


@EVERY_PROTOCOL
@pytest.mark.parametrize("upstream", [_black_hole, _drip])
async def test_the_deadline_holds_in_every_protocol(variant: str, upstream) -> None:
    async with hostile(upstream, **VARIANTS[variant]) as registry:
        await ask(registry, within_s=0.1)
        started = time.perf_counter()
        told = await ask(registry, within_s=0.2)
        assert time.perf_counter() - started < 0.25
        assert told.doubt is Doubt.SOURCE_TIMED_OUT


@EVERY_PROTOCOL
async def test_a_login_that_never_ends_costs_no_more_than_the_deadline(variant: str) -> None:
    async with hostile(_black_hole, **VARIANTS[variant]) as registry:
        started = time.perf_counter()
        assert (await ask(registry, within_s=0.1)).outcome is Outcome.UNKNOWN
        assert time.perf_counter() - started < 0.15


@EVERY_PROTOCOL
async def test_answers_cut_off_at_any_place_are_unknown(variant: str) -> None:
    body = spoken(variant, paper())
    for kept in range(0, len(body), max(1, len(body) // 9)):
        async with hostile(_whole(body[:kept]), **VARIANTS[variant]) as registry:
            assert (await ask(registry)).doubt is Doubt.BAD_ANSWER, kept


@EVERY_PROTOCOL
@pytest.mark.parametrize(
    ("lines", "status", "doubt"),
    [
        (["content-encoding: gzip"], "200 OK", Doubt.BAD_ANSWER),
        (["content-type: text/html"], "200 OK", Doubt.BAD_ANSWER),
        ([], "302 Found", Doubt.BAD_ANSWER),
        ([], "500 Internal Server Error", Doubt.SOURCE_UNAVAILABLE),
        ([], "403 Forbidden", Doubt.SOURCE_DENIED),
        ([], "429 Too Many Requests", Doubt.SOURCE_UNAVAILABLE),
    ],
)
async def test_a_good_body_in_a_bad_frame_is_not_believed(variant: str, lines: list[str], status: str, doubt) -> None:
    body = spoken(variant, paper())
    async with hostile(_whole(body, *lines, status=status), **VARIANTS[variant]) as registry:
        told = await ask(registry)
    assert (told.outcome, told.doubt) == (Outcome.UNKNOWN, doubt)


@EVERY_PROTOCOL
async def test_five_megabytes_are_not_read(variant: str) -> None:
    body = spoken(variant, paper())
    padded = body[:-1] + b" " * 5_000_000 + body[-1:]
    async with hostile(_whole(padded), **VARIANTS[variant]) as registry:
        assert (await ask(registry)).doubt is Doubt.BAD_ANSWER


XML_ATTACKS = {
    "external entity": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Found><code>1</code>&x;</Found>',
    "billion laughs": b'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><Found><code>&b;</code></Found>',
    "external subset": b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><Found><code>1</code></Found>',
    "doctype in another alphabet": "<!DOCTYPE a><Found><code>1</code></Found>".encode("utf-16"),
    "no end of depth": b"<Found>" * 30_000 + b"</Found>" * 30_000,
    "no end of elements": b"<Found>" + b"<p/>" * 60_000 + b"</Found>",
    "two roots": b"<Found><code>1</code></Found><Found/>",
    "an undeclared prefix": b"<x:Found><code>1</code></x:Found>",
    "an undefined entity": b"<Found><code>&one;</code></Found>",
    "a lying encoding": b'<?xml version="1.0" encoding="utf-7"?><Found><code>1</code>\xff</Found>',
    "nothing": b"",
}


@pytest.mark.parametrize("attack", XML_ATTACKS)
async def test_xml_that_no_honest_source_sends_is_refused_quickly(attack: str) -> None:
    async with hostile(_whole(XML_ATTACKS[attack]), **VARIANTS["soap_xml"]) as registry:
        started = time.perf_counter()
        assert (await ask(registry)).doubt is Doubt.BAD_ANSWER
        assert time.perf_counter() - started < 0.3
