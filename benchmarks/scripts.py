"""P2 and P3: the scripts that the connectors' and the ledger's own engineers keep, run in rounds and held against the goals."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.children import ROOT, workplace
from benchmarks.findings import Finding, Findings
from benchmarks.rounds import Effort
from benchmarks.spread import Spread

Told = Mapping[str, Any]


def appends(effort: Effort) -> Findings:
    """P3: `append.py`, 32 waiting, SQLite FULL and a real PostgreSQL."""
    seconds = str(effort.seconds / 2)
    with workplace() as folder:
        rounds = [_ran("append.py", folder, "--seconds", seconds) for _ in effort.rounds("P3 ledger appends")]
    rows = []
    for store, goal in (("sqlite", 15_000), ("postgresql", 10_000)):
        of = _reader(rounds, store)
        rows += [
            Finding("P3", f"{store}: leaves of 1 KB, group commit, 32 waiting", "/s", of("leaf_grouped", "per_s"), goal=goal),
            Finding("P3", f"{store}: group commit over commit per request", "x", of("grouped_over_commit_per_request"), goal=8),
            Finding("P3", f"{store}: p99 of a grouped append", "ms", of("leaf_grouped", "p99_ms")),
            Finding("P3", f"{store}: whole checks of 8 papers, group commit", "/s", of("check_of_8_grouped", "per_s")),
            Finding("P3", f"{store}: CPU per whole check recorded", "us", of("check_of_8_grouped", "cpu_us")),
        ]
    return Findings(tuple(rows), rounds)


def _reader(rounds: list[Told], store: str) -> Callable[..., Spread]:
    def of(*path: str) -> Spread:
        return Spread.of(_at(each[store], path) for each in rounds)

    return of


def _at(told: Any, path: tuple[str, ...]) -> float:
    for name in path:
        told = told[name]
    return float(told)


def fan_out(effort: Effort) -> Findings:
    """P2: `fan_out.py`, 8 sources of 20 ms through the whole registry; the transport in use, and plain httpx for comparison."""
    with workplace() as folder:
        rounds = [_ran("fan_out.py", folder)["results"] for _ in effort.rounds("P2 fan-out")]
    rows = []
    for transport, held in (("aiohttp", True), ("plain_httpx", False)):
        of, cpu, late = _reader(rounds, transport), *((0.6, 20) if held else (None, None))
        rows += [
            _most(f"{transport}: CPU per call, 1 check in flight", "ms", of("one_check_at_a_time", "cpu_ms_per_call"), cpu),
            _most(
                f"{transport}: CPU per call, 8 checks in flight",
                "ms",
                of("eight_checks_in_flight", "cpu_ms_per_call"),
                cpu,
            ),
            _most(f"{transport}: delay added, half load, p50", "ms", of("half_load", "added_p50_ms")),
            _most(f"{transport}: delay added, half load, p99", "ms", of("half_load", "added_p99_ms"), late),
            _most(f"{transport}: checks per second, 8 in flight", "/s", of("eight_checks_in_flight", "checks_per_s")),
        ]
    return Findings(tuple(rows), rounds)


def _most(what: str, unit: str, figure: Spread, goal: float | None = None) -> Finding:
    return Finding("P2", what, unit, figure, goal, most=True)


def _ran(script: str, folder: Path, *arguments: str) -> Told:
    """What a script prints as JSON; its temporary files go to the disk of the checkout. Raises RuntimeError."""
    path = ROOT / "benchmarks" / script
    if not path.is_file():
        raise RuntimeError(f"benchmarks/{script} is not there")
    environment = os.environ | {"TMPDIR": str(folder)}
    command = [sys.executable, str(path), *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)
    if ran.returncode:
        raise RuntimeError(f"{script}: {ran.stderr[-2000:]}")
    return json.loads(ran.stdout[ran.stdout.index("{") :])
