"""P1: a check of 8 papers whose answers are cached - authenticated, durable, with receipt - beside FastAPI's bare route."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from benchmarks.children import child, free_port, gateway_settings, measured, upstream, workplace
from benchmarks.findings import Finding, Findings
from benchmarks.load import Load, Measured
from benchmarks.question import body, headers
from benchmarks.rounds import Effort
from benchmarks.spread import Spread


def measure(effort: Effort) -> Findings:
    """Gateway and static route in turn, 32 connections, one ratio per round."""
    with workplace() as folder, upstream(folder) as (_, upstream_port):
        environment = gateway_settings(folder / "gateway", upstream_port, free_port())
        log = folder / "beside.log"
        with child([sys.executable, "-m", "benchmarks.beside"], log, environment, tells=True) as started:
            line = started.stdout.readline()
            if not line:
                raise RuntimeError(log.read_text()[-2000:])
            told = json.loads(line)
            rounds = [_round(told, effort) for _ in effort.rounds("P1 cached check")]
    return Findings(_rows(rounds), [{name: asdict(found) for name, found in each.items()} for each in rounds])


def _round(told: dict, effort: Effort) -> dict[str, Measured]:
    common = (headers(told["token"]), body(), told["pid"])
    return {
        name: measured(Load(told[name], "/v1/checks", *common, seconds=effort.seconds, warm_up_s=effort.warm_up_s))
        for name in ("gateway", "static")
    }


def _rows(rounds: list[dict[str, Measured]]) -> tuple[Finding, ...]:
    def of(server: str, figure: str) -> Spread:
        return Spread.of(getattr(each[server], figure) for each in rounds)

    ratio = Spread.of(each["gateway"].per_s / each["static"].per_s for each in rounds)
    cpu = Spread.of(each["static"].cpu_us / each["gateway"].cpu_us for each in rounds)
    rows = [
        Finding("P1", "checks/s over the static route's answers/s", "x", ratio, goal=0.30),
        Finding("P1", "the same by CPU per answer", "x", cpu),
    ]
    for server in ("gateway", "static"):
        rows.append(Finding("P1", f"{server}: answers per second", "/s", of(server, "per_s")))
        rows.append(Finding("P1", f"{server}: CPU per answer", "us", of(server, "cpu_us")))
        rows.append(Finding("P1", f"{server}: p50", "ms", of(server, "p50_ms")))
        rows.append(Finding("P1", f"{server}: p99", "ms", of(server, "p99_ms")))
    rows.append(Finding("P1", "load generator, share of one core", "", of("static", "load_cpu_share")))
    rows.append(Finding("P1", "failures", "", of("gateway", "failures")))
    return tuple(rows)
