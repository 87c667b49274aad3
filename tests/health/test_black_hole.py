"""One source that hears and never answers takes nothing from the others, at 32 questions under way."""

from __future__ import annotations

import asyncio
import time

import httpx

from reuse_gateway.connectors.registry import SourceRegistry
from reuse_gateway.domain.holding import Doubt, Holding
from reuse_gateway.domain.subject import Citizen, PersonalId
from tests.connectors.builders import PURPOSE, WallClock, found, paper, question, toy

LIMIT_S, TOGETHER = 0.4, 32


def two_sources() -> tuple[SourceRegistry, list[int]]:
    """`silent` never answers; `toy` does at once."""
    asked = [0]

    async def answer(request: httpx.Request) -> httpx.Response:
        if request.url.port == 7:
            asked[0] += 1
            await asyncio.sleep(30)
        return httpx.Response(200, content=found(paper(owner=request.url.params["id"], name=None, born=None)))

    manifests = [toy(limits={"timeout_s": str(LIMIT_S), "retries": "0"}, id=source) for source in ("silent", "toy")]
    urls = {"silent": "http://127.0.0.1:7", "toy": "http://127.0.0.1:8"}
    transport = httpx.MockTransport(answer)
    return SourceRegistry(manifests, urls, lambda name: "secret", WallClock(), transport=lambda *_: transport), asked


async def timed(registry: SourceRegistry, source: str, number: int) -> tuple[Holding, float]:
    subject, started = Citizen(PersonalId(f"9990900{number:05d}")), time.perf_counter()
    asked = question(subject, source=source)
    told = await registry.lookup(asked, PURPOSE, asyncio.get_running_loop().time() + 2)
    return told[0], time.perf_counter() - started


async def test_whoever_needs_another_source_does_not_wait_for_the_silent_one() -> None:
    registry, _ = two_sources()
    calls = [timed(registry, source, number) for number in range(TOGETHER) for source in ("silent", "toy")]
    told = await asyncio.gather(*calls)
    assert {each.outcome for each, _ in told[1::2]} == {"held"}
    assert {each.doubt for each, _ in told[::2]} <= {Doubt.SOURCE_TIMED_OUT, Doubt.CIRCUIT_OPEN}
    assert max(took for _, took in told[1::2]) < LIMIT_S
    await registry.aclose()


async def test_after_its_circuit_opened_nobody_waits_for_it_and_it_is_left_alone() -> None:
    registry, asked = two_sources()
    await asyncio.gather(*(timed(registry, "silent", number) for number in range(TOGETHER)))
    before = asked[0]
    told = await asyncio.gather(*(timed(registry, "silent", 100 + number) for number in range(TOGETHER)))
    assert {each.doubt for each, _ in told} == {Doubt.CIRCUIT_OPEN}
    assert max(took for _, took in told) < LIMIT_S
    assert asked[0] == before
    await registry.aclose()
