"""One source hears and never answers (black hole): do the others' answers keep their p95? 32 checks always under way.

Half of the callers ask for papers that only the other four sources hold, half for all eight. The same gateway, with the source
speaking and silent in turns; every person is asked about once, so nothing comes from the cache. Silence is measured twice: from
its first moment on, when callers of the silent source wait (and leave the processor to the others), and with its circuit open,
when nobody waits.
"""

from __future__ import annotations

import json
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from itertools import count
from typing import Any

from benchmarks.children import Server, gateway, hushable, measured, workplace
from benchmarks.findings import Finding, Findings
from benchmarks.load import Load, Measured
from benchmarks.question import PAPERS, asked, body, headers
from benchmarks.rounds import Effort
from benchmarks.spread import Spread

SILENT, ITS_PAPER = "education", "diploma"
OTHERS = tuple(paper for paper in PAPERS if paper != ITS_PAPER)
# The circuit of a source opens for ten seconds; what it learnt in one turn must not help in the next.
_FORGOTTEN_S = 11.0
# Longer than the time limit of a source: shorter, nobody who waits for the silent one would be answered.
_LEAST_S = 5.0
_MOST_OF_A_RATIO = 1.2
_PEOPLE = 20_000


def measure(effort: Effort) -> Findings:
    """Raises RuntimeError where the silence was not noticed, or touched what it must not touch."""
    rounds: list[dict[str, dict[str, Measured]]] = []
    with workplace() as folder, hushable(folder) as (upstream, port), gateway(folder, port) as server:
        firsts = count(1, _PEOPLE)
        for _ in effort.rounds("black hole"):
            turns = {}
            for turn, silent in (("speaking", ""), ("silent", SILENT), ("open", SILENT)):
                _hush(upstream, silent)
                turns[turn] = _turn(server, effort, firsts)
                _sound(server, next(firsts), silent=bool(silent))
            _hush(upstream, "")
            time.sleep(0.5 if effort.quick else _FORGOTTEN_S)
            rounds.append(turns)
    return Findings(_rows(rounds), [{turn: _plain(told) for turn, told in each.items()} for each in rounds])


def _hush(upstream: subprocess.Popen[str], source: str) -> None:
    upstream.stdin.write(f"{source}\n")
    upstream.stdin.flush()
    time.sleep(0.1)


def _turn(server: Server, effort: Effort, firsts: Any) -> dict[str, Measured]:
    """Both kinds of callers at once, 16 each, from the first moment on."""
    loads = {
        name: Load(
            server.port, "/v1/checks", headers(server.token), body(papers), server.pid, connections=16,
            seconds=max(effort.seconds, _LEAST_S), warm_up_s=0.0, first_subject=next(firsts), subjects=_PEOPLE,
        )
        for name, papers in (("others", OTHERS), ("all", PAPERS))
    }  # fmt: skip
    with ThreadPoolExecutor(2) as pool:
        told = dict(zip(loads, pool.map(measured, loads.values()), strict=True))
    if failed := {name: each.statuses for name, each in told.items() if each.failures}:
        raise RuntimeError(f"not all were answered: {failed}")
    return told


def _sound(server: Server, number: int, *, silent: bool) -> None:
    """The silence is seen where it is, and nowhere else."""
    for papers, degraded in ((OTHERS, False), (PAPERS, silent)):
        told = json.loads(asked(server.port, server.token, f"999099{number:06d}", papers=papers))
        if told["degraded"] != degraded:
            raise RuntimeError(f"degraded is {told['degraded']} with {'a silent' if silent else 'no silent'} source")


def _plain(told: dict[str, Measured]) -> dict[str, Any]:
    return {name: asdict(each) for name, each in told.items()}


def _rows(rounds: list[dict[str, dict[str, Measured]]]) -> tuple[Finding, ...]:
    def of(turn: str, name: str) -> Spread:
        return Spread.of(each[turn][name].p95_ms for each in rounds)

    def ratio(turn: str, name: str) -> Spread:
        return Spread.of(each[turn][name].p95_ms / each["speaking"][name].p95_ms for each in rounds)

    path = "black hole"
    return (
        Finding(path, "others' p95, circuit open, over none silent", "x", ratio("open", "others"), _MOST_OF_A_RATIO, most=True),
        Finding(path, "others' p95, from the first moment, over none silent", "x", ratio("silent", "others"), most=True),
        Finding(path, "others' p95, none silent", "ms", of("speaking", "others")),
        Finding(path, "others' p95, one silent, circuit open", "ms", of("open", "others")),
        Finding(path, "checks that need the silent one too: p95, none silent", "ms", of("speaking", "all")),
        Finding(path, "checks that need the silent one too: p95, from its first moment on", "ms", of("silent", "all")),
        Finding(path, "the same, circuit open", "ms", of("open", "all")),
    )
