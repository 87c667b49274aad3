"""kill -9 at any moment: no acknowledged check is lost, none is there twice, the ledger verifies (reliability goal R1).

`python -m tests.acceptance.crash --rounds 500` is the long run; the suite makes a short one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import socket
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from reuse_gateway.bootstrap import running, verified
from reuse_gateway.settings import Settings
from tests.acceptance.conftest import question

USERS = 8


@dataclass
class History:
    """What the clients saw: answers acknowledged by key, and keys whose fate is not known yet."""

    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    contradictions: list[str] = field(default_factory=list)
    kills: int = 0


@dataclass(frozen=True)
class Outcome:
    """The verdict over one run."""

    kills: int
    acknowledged: int
    retried: int
    lost: int
    contradictions: int
    leaves: int
    good: bool

    @property
    def passed(self) -> bool:
        return self.good and not self.lost and not self.contradictions


async def run(rounds: int, home: Path, seed: int = 1, database_url: str | None = None) -> Outcome:
    """So many rounds of start, load and kill on one store; then everything is counted and verified."""
    chance, seen, retried = random.Random(seed), History(), 0
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = Settings(home=home, port=port, demo_clients=True, simulate=False, database_url=database_url)
    for number in range(rounds):
        retried += len(seen.unknown)
        await _round(settings, seen, number, chance.uniform(0.02, 0.5))
        print(f"round {number + 1}: {len(seen.acknowledged)} acknowledged", file=sys.stderr)
    lost = await _lost(settings, seen)
    report = await verified(settings)
    return Outcome(seen.kills, len(seen.acknowledged), retried, lost, len(seen.contradictions), report.size, report.good)


async def _round(settings: Settings, seen: History, number: int, alive_s: float) -> None:
    process = await _started(settings)
    try:
        async with httpx.AsyncClient(base_url=settings.base_url, trust_env=False, timeout=5) as client:
            headers = await _headers(client, process)
            waiting = [f"r{number}-{i}" for i in range(100_000)][::-1] + seen.unknown
            seen.unknown = []
            users = [asyncio.create_task(_user(client, headers, waiting, seen)) for _ in range(USERS)]
            await asyncio.sleep(alive_s)
            os.kill(process.pid, signal.SIGKILL)
            seen.kills += 1
            await asyncio.gather(*users)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _started(settings: Settings) -> asyncio.subprocess.Process:
    told = {"HOME": str(settings.home), "PORT": str(settings.port), "DEMO_CLIENTS": "true", "SIMULATE": "false"}
    told |= {"DATABASE_URL": settings.database_url} if settings.database_url else {}
    told |= {"SUBJECTS_SLOWED": "1000000", "SUBJECTS_REFUSED": "1000000", "LOG_LEVEL": "error"}
    environment = os.environ | {f"REUSE_GATEWAY_{name}": value for name, value in told.items()}
    program = Path(sys.executable).with_name("reuse-gateway")
    return await asyncio.create_subprocess_exec(program, "serve", env=environment)


async def _headers(client: httpx.AsyncClient, process: asyncio.subprocess.Process) -> dict[str, str]:
    form = {"grant_type": "client_credentials", "client_id": "demo-intake", "client_secret": "demo"}
    for _ in range(1500):
        if process.returncode is not None:
            raise RuntimeError("the gateway ended before it answered")
        try:
            answer = await client.post("/oauth2/token", data=form)
            return {"authorization": f"Bearer {answer.json()['access_token']}"}
        except httpx.TransportError:
            await asyncio.sleep(0.02)
    raise RuntimeError("the gateway did not start")


async def _user(client: httpx.AsyncClient, headers: dict[str, str], waiting: list[str], seen: History) -> None:
    while waiting:
        key = waiting.pop()
        try:
            answer = await client.post("/v1/checks", json=question(), headers=headers | {"idempotency-key": key})
        except httpx.TransportError:
            seen.unknown.append(key)
            return
        if answer.status_code == 200:
            _acknowledge(seen, key, answer.json())
        else:
            seen.unknown.append(key)


def _acknowledge(seen: History, key: str, answer: dict[str, Any]) -> None:
    if seen.acknowledged.setdefault(key, answer)["check_id"] != answer["check_id"]:
        seen.contradictions.append(key)


async def _lost(settings: Settings, seen: History) -> int:
    """Acknowledged checks that are not there, or not as they were told."""
    async with running(settings) as gateway:
        archive, lost = gateway.services.archive, 0
        for key, answer in seen.acknowledged.items():
            kept = await archive.check(answer["check_id"])
            claim = await archive.claimed("demo-intake", f"H41.12 POST /v1/checks {key}")
            same = kept is not None and claim is not None and claim[1] == answer["check_id"]
            lost += not (same and gateway.services.rendering.check(kept.check, None)["items"] == answer["items"])
        return lost


def main() -> None:
    """The long run from the command line; exit 1 when anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = asyncio.run(run(told.rounds, Path(folder), told.seed))
    print(json.dumps(outcome.__dict__ | {"passed": outcome.passed, "upper_bound_95": round(3 / outcome.kills, 4)}))
    raise SystemExit(0 if outcome.passed else 1)


if __name__ == "__main__":
    main()
