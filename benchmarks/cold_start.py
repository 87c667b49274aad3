"""P8: from the start of `reuse-gateway serve` on a ready home to its first 200 of POST /v1/checks; memory at rest after it."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from benchmarks.children import child, free_port, gateway_settings, patiently, workplace
from benchmarks.findings import Finding, Findings
from benchmarks.machine import pss_mb
from benchmarks.question import asked, token_of
from benchmarks.rounds import Effort, counted
from benchmarks.spread import Spread

_REST_S = 3.0
_COMMAND = (str(Path(sys.executable).with_name("reuse-gateway")), "serve")


def measure(effort: Effort) -> Findings:
    """The shipped registries simulated in the same process, as the embedded mode has it; bytecode is there already."""
    with workplace() as folder:
        port = free_port()
        environment = gateway_settings(folder / "gateway", None, port)
        token = _ready_home(environment, folder, port)
        rounds = [_started(environment, folder, port, token) for _ in counted("P8 cold start", effort.cold_starts)]
    started, rested = (Spread.of(each[name] for each in rounds) for name in ("first_answer_s", "pss_mb"))
    rows = (
        Finding("P8", "cold start to the first answer", "s", started, goal=2, most=True),
        Finding("P8", "memory at rest (PSS)", "MB", rested, goal=150, most=True),
    )
    return Findings(rows, rounds)


def _ready_home(environment: dict[str, str], folder: Path, port: int) -> str:
    """Keys, tables and a token that outlives the restarts: same key, same issuer."""
    log = folder / "first.log"
    with child([*_COMMAND], log, environment) as started:
        patiently(lambda: token_of(port), started, log)
        return token_of(port)


def _started(environment: dict[str, str], folder: Path, port: int, token: str) -> dict[str, float]:
    log, began = folder / "start.log", time.perf_counter()
    with child([*_COMMAND], log, environment) as started:
        patiently(lambda: asked(port, token), started, log, every_s=0.01)
        took = time.perf_counter() - began
        time.sleep(_REST_S)
        return {"first_answer_s": took, "pss_mb": pss_mb(started.pid)}
