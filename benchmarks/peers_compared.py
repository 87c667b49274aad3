"""P4: the same job in Node and in naive FastAPI, side by side with the gateway, on the cached path and fanning out."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import asdict
from itertools import count

from benchmarks import peer_servers
from benchmarks.children import Server, gateway, measured, upstream, workplace
from benchmarks.findings import Finding, Findings
from benchmarks.load import Load, Measured
from benchmarks.question import body, headers
from benchmarks.rounds import Effort
from benchmarks.spread import Spread

CACHED, FAN_OUT = "cached", "fan-out"
_CONNECTIONS = {CACHED: 32, FAN_OUT: 64}
_GOALS = {("node", CACHED): 0.6, ("node", FAN_OUT): 1.0, ("naive", CACHED): 8.0, ("naive", FAN_OUT): 8.0}
Rounds = list[dict[str, Measured]]


def measure(effort: Effort) -> Findings:
    """All three stand all the time; each is loaded in its turn. Without Node the other two are compared, and that is said."""
    with workplace() as folder, upstream(folder) as (_, upstream_port), ExitStack() as opened:
        servers = [opened.enter_context(gateway(folder, upstream_port))]
        try:
            servers.append(opened.enter_context(peer_servers.node(folder, upstream_port)))
        except peer_servers.NoPeer as missing:
            print(f"  P4 without Node: {missing}", file=sys.stderr)
        servers.append(opened.enter_context(peer_servers.naive(folder, upstream_port)))
        people = count(1_000, 20_000)
        found = {
            path: [_round(servers, path, people, effort) for _ in effort.rounds(f"P4 {path}")] for path in (CACHED, FAN_OUT)
        }
    rows = tuple(row for path, rounds in found.items() for row in _rows(path, rounds, [server.name for server in servers]))
    return Findings(rows, {path: [_plain(each) for each in rounds] for path, rounds in found.items()})


def _round(servers: list[Server], path: str, people: count, effort: Effort) -> dict[str, Measured]:
    return {server.name: measured(_load(server, path, people, effort)) for server in servers}


def _load(server: Server, path: str, people: count, effort: Effort) -> Load:
    """Fan-out asks about people nobody asked about before; the cached path about the same 64 again and again."""
    first, most = (1, 64) if path == CACHED else (next(people), 20_000)
    return Load(
        server.port, "/v1/checks", headers(server.token), body(), server.pid, connections=_CONNECTIONS[path],
        seconds=effort.seconds, warm_up_s=effort.warm_up_s, first_subject=first, subjects=most,
    )  # fmt: skip


def _rows(path: str, rounds: Rounds, names: list[str]) -> list[Finding]:
    rows = []
    for peer in names[1:]:
        ratio = Spread.of(each["gateway"].per_s / each[peer].per_s for each in rounds)
        rows.append(Finding("P4", f"{path}: gateway over {peer}, checks/s", "x", ratio, goal=_GOALS[peer, path]))
        cpu = Spread.of(each[peer].cpu_us / each["gateway"].cpu_us for each in rounds)
        rows.append(Finding("P4", f"{path}: the same by CPU per check", "x", cpu))
    for name in names:
        rows.append(Finding("P4", f"{path}, {name}: checks per second", "/s", _of(rounds, name, "per_s")))
        rows.append(Finding("P4", f"{path}, {name}: CPU per check", "us", _of(rounds, name, "cpu_us")))
        rows.append(Finding("P4", f"{path}, {name}: p99", "ms", _of(rounds, name, "p99_ms")))
        rows.append(Finding("P4", f"{path}, {name}: bytes of the answer", "", _of(rounds, name, "bytes_each")))
        rows.append(Finding("P4", f"{path}, {name}: failures", "", _of(rounds, name, "failures")))
    return rows


def _of(rounds: Rounds, name: str, figure: str) -> Spread:
    return Spread.of(getattr(each[name], figure) for each in rounds)


def _plain(each: dict[str, Measured]) -> dict[str, dict]:
    return {name: asdict(found) for name, found in each.items()}
