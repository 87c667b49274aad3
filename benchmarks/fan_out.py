"""What asking 8 sources costs (goals P2): CPU per upstream call, and delay added over sources that take 20 ms.

Both transports in one run, through the whole registry (manifest, decoding, owner check, breaker); upstream is another process.
Prints one JSON object; about 15 seconds. Compare the ratios, not the machine.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import resource
import statistics
import time
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar

import uvloop

from reuse_gateway.application.ports import Purpose
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.registry import SourceRegistry
from reuse_gateway.connectors.upstream import TransportFactory, aiohttp_transport, plain_transport
from reuse_gateway.domain.plan import Lookup
from reuse_gateway.domain.subject import Citizen, PersonalId

SOURCES, DELAY_S, ROUND_S = 8, 0.020, 3.0
T = TypeVar("T")
PURPOSE = Purpose("chk_0", "H41", "1.001193")
GOALS = {"cpu_ms_per_call": 0.6, "added_p99_ms_at_half_load": 20}


def on_uvloop(work: Coroutine[Any, Any, T]) -> T:
    """The loop of production."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class Register(asyncio.Protocol):
    """A tiny HTTP/1.1 register that holds everybody's birth certificate and takes 20 ms to say so."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        number = data.partition(b"id=")[2][:12]
        body = b'{"code": 1, "papers": [{"kind": "birth", "owner": "' + number + b'", "name": "", "to": "2030-01-01"}]}'
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
        asyncio.get_running_loop().call_later(DELAY_S, self.transport.write, head + body)


def upstream(ports: multiprocessing.Queue) -> None:
    """The process of the registers."""

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        servers = [await loop.create_server(Register, "127.0.0.1", 0, backlog=1024) for _ in range(SOURCES)]
        ports.put([server.sockets[0].getsockname()[1] for server in servers])
        await asyncio.sleep(300)

    on_uvloop(serve())


def manifest(place: int) -> Manifest:
    """One source; nothing is kept, so that every question is asked."""
    return Manifest.model_validate(
        {
            "manifest": "1",
            "id": f"source_{place}",
            "version": "0.1.0",
            "name": {"vi": "Nguồn đo", "en": "Measured source"},
            "owner": "-",
            "tier": "national",
            "law": {"bases": ["NQ-66.7-2025"]},
            "simulated": "true",
            "protocol": "rest_json",
            "auth": {"type": "none"},
            "limits": {"timeout_s": "20", "max_in_flight": "64"},
            "freshness": {"found_s": "0", "absent_s": "0"},
            "lookups": [
                {
                    "subjects": ["citizen"],
                    "request": {"method": "GET", "path": "/papers", "query": {"id": "{subject.number}"}},
                    "outcomes": [
                        {
                            "when": [{"status": ["200"]}, {"path": "code", "equals": "1"}, {"path": "papers", "is": "filled"}],
                            "then": "found",
                        },
                        {
                            "when": [{"status": ["200"]}, {"path": "code", "equals": "0"}, {"path": "papers", "is": "empty"}],
                            "then": "absent",
                        },
                    ],
                    "records": "papers",
                    "owners": [{"number": ["owner"]}],
                    "fields": {"expires_on": {"path": "to", "format": "yyyy-MM-dd"}},
                    "evidence": {"birth_certificate": {"present": {"path": "kind", "equals": "birth"}}},
                }
            ],
        }
    )


async def check(registry: SourceRegistry, number: int) -> float:
    """One check at all sources; seconds over the source's own delay. Every answer must be held."""
    subject, started = Citizen(PersonalId(f"9990900{number % 100_000:05d}")), time.perf_counter()
    deadline = asyncio.get_running_loop().time() + 20
    asked = [Lookup(f"source_{place}", subject, ("birth_certificate",)) for place in range(SOURCES)]
    told = await asyncio.gather(*(registry.lookup(each, PURPOSE, deadline) for each in asked))
    if any(holding.outcome != "held" for part in told for holding in part):
        raise SystemExit(f"not held: {told[0]}")
    return time.perf_counter() - started - DELAY_S


def cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def figures(delays_s: list[float], used_s: float) -> dict[str, float]:
    ordered = sorted(delays_s)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return {
        "checks": len(ordered),
        "cpu_ms_per_call": round(used_s * 1e3 / (len(ordered) * SOURCES), 3),
        "added_p50_ms": round(statistics.median(ordered) * 1e3, 2),
        "added_p99_ms": round(p99 * 1e3, 2),
    }


async def in_flight(registry: SourceRegistry, checks: int) -> dict[str, float]:
    """So many checks always under way."""
    delays: list[float] = []
    started, used = time.perf_counter(), cpu_s()

    async def worker(first: int) -> None:
        number = first
        while time.perf_counter() - started < ROUND_S:
            delays.append(await check(registry, number))
            number += checks

    await asyncio.gather(*(worker(first) for first in range(checks)))
    return figures(delays, cpu_s() - used) | {"checks_per_s": round(len(delays) / ROUND_S, 1)}


async def arriving(registry: SourceRegistry, per_s: float) -> dict[str, float]:
    """Checks arrive evenly, whether earlier ones are done or not."""
    used, tasks = cpu_s(), []
    begin = time.perf_counter()
    for number in range(int(per_s * ROUND_S)):
        await asyncio.sleep(max(0.0, begin + number / per_s - time.perf_counter()))
        tasks.append(asyncio.ensure_future(check(registry, number)))
    return figures(list(await asyncio.gather(*tasks)), cpu_s() - used) | {"offered_per_s": round(per_s, 1)}


async def measured(transport: TransportFactory, ports: list[int]) -> dict[str, dict[str, float]]:
    urls = {f"source_{place}": f"http://127.0.0.1:{port}" for place, port in enumerate(ports)}
    registry = SourceRegistry([manifest(place) for place in range(SOURCES)], urls, str, WallClock(), transport=transport)
    for number in range(20):
        await check(registry, number)
    alone = await in_flight(registry, 1)
    full = await in_flight(registry, 8)
    half = await arriving(registry, full["checks_per_s"] / 2)
    await registry.aclose()
    return {"one_check_at_a_time": alone, "eight_checks_in_flight": full, "half_load": half}


def main() -> None:
    """Measure and print."""
    context = multiprocessing.get_context("spawn")
    told = context.Queue()
    process = context.Process(target=upstream, args=(told,), daemon=True)
    process.start()
    try:
        ports = told.get(timeout=20)
        transports = {"aiohttp": aiohttp_transport, "plain_httpx": plain_transport}
        results = {name: on_uvloop(measured(transport, ports)) for name, transport in transports.items()}
    finally:
        process.terminate()
        process.join()
    print(json.dumps({"sources": SOURCES, "source_delay_ms": DELAY_S * 1e3, "goals": GOALS, "results": results}, indent=2))


if __name__ == "__main__":
    main()
