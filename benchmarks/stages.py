"""Where the CPU of a cached check goes: each stage of the corridor run alone, in this process, many times over."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.children import gateway_settings, upstream, workplace
from benchmarks.findings import Finding, Findings
from benchmarks.load import SLOT
from benchmarks.question import body
from benchmarks.rounds import Effort
from benchmarks.spread import Spread
from reuse_gateway.api.bodies import strict_json, validated
from reuse_gateway.api.schemas import CheckIn
from reuse_gateway.api.splicing import Splicing
from reuse_gateway.application.fan_out import fan_out
from reuse_gateway.application.ports import Purpose
from reuse_gateway.bootstrap import Gateway, running
from reuse_gateway.domain.agency import entitled
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.decide import decide
from reuse_gateway.domain.plan import plan
from reuse_gateway.domain.receipt import receipt_claims
from reuse_gateway.settings import Settings
from reuse_gateway.storage.batch import compose
from reuse_gateway.storage.checks import check_append

_CALLER = Caller("demo-intake", "H41.12", frozenset({"check:write"}))


@dataclass(frozen=True, slots=True)
class Corridor:
    """One check taken apart: the value between each two stages."""

    stages: dict[str, Callable[[], Any]]
    asynchronous: dict[str, Callable[[], Awaitable[Any]]]


def measure(effort: Effort) -> Findings:
    """Microseconds of each stage, rounds over all stages in turn."""
    with workplace() as folder, upstream(folder, delay_ms=0) as (_, upstream_port):
        rounds = asyncio.run(_measured(folder, upstream_port, effort))
    names = rounds[0].keys()
    return Findings(tuple(Finding("stages", name, "us", Spread.of(each[name] for each in rounds)) for name in names), rounds)


async def _measured(folder: Path, upstream_port: int, effort: Effort) -> list[dict[str, float]]:
    told = gateway_settings(folder / "gateway", upstream_port, 0)
    names = {name.removeprefix("REUSE_GATEWAY_").lower(): value for name, value in told.items()}
    settings = Settings(**{name: _plain(value) for name, value in names.items()})
    async with running(settings) as gateway:
        corridor = await _corridor(gateway)
        return [await _round(corridor) for _ in effort.rounds("stages")]


def _plain(value: str) -> Any:
    return json.loads(value) if value.startswith("{") else value


async def _corridor(gateway: Gateway) -> Corridor:
    services = gateway.services
    use, content = services.check, body().replace(SLOT, "999090000001").encode()
    parsed = strict_json(content)
    request = services.reader.check(validated(CheckIn, parsed))
    policy = use.policies.on(request.as_of, _CALLER.agency, request.procedure.base)
    version = await use.procedures.find(request.procedure.base, request.as_of)
    agency = entitled(policy.agencies, _CALLER.agency)
    planned = plan(request, version, policy.facts, agency)
    purpose = Purpose("chk_x", _CALLER.agency, request.procedure.base, request.officer, request.dossier)

    def asking() -> Awaitable[Any]:
        return fan_out(planned, use.sources, purpose, policy.deadline_s, use.clock)

    holdings = await asking()
    verdicts = decide(planned, holdings, policy.law, policy.facts.evidence_types)
    recorded = await use(_CALLER, request)
    append, claims = check_append(recorded.check, None), receipt_claims(recorded, services.base_url)
    splicing, receipt = Splicing(services.rendering), services.signer.sign(claims)
    stages: dict[str, Callable[[], Any]] = {
        "parse: strict JSON": lambda: strict_json(content),
        "parse: pydantic model": lambda: validated(CheckIn, parsed),
        "parse: domain values": lambda: services.reader.check(validated(CheckIn, parsed)),
        "plan": lambda: plan(request, version, policy.facts, agency),
        "decide": lambda: decide(planned, holdings, policy.law, policy.facts.evidence_types),
        "record: pseudonym, ids, check": lambda: use._check(use.ids.new("chk"), _CALLER, request, verdicts, policy.version),
        "record: leaf and rows": lambda: check_append(recorded.check, None),
        "record: tree, 32 at once, per check": lambda: compose([append] * 32, _Now(), lambda _, root: root, None, {}),
        "respond: receipt claims": lambda: receipt_claims(recorded, services.base_url),
        "respond: sign": lambda: services.signer.sign(claims),
        "respond: splice": lambda: splicing.check(recorded.check, receipt),
    }
    whole = {"fan out (cached)": asking, "the use case with its durable record, alone": lambda: use(_CALLER, request)}
    return Corridor(stages, whole)


class _Now:
    def now(self) -> datetime:
        return datetime.now(UTC)


async def _round(corridor: Corridor, times: int = 300) -> dict[str, float]:
    found = {}
    for name, stage in corridor.stages.items():
        began = time.process_time()
        for _ in range(times):
            stage()
        found[name] = (time.process_time() - began) / times * 1e6 / (32 if "32 at once" in name else 1)
    for name, stage in corridor.asynchronous.items():
        began = time.process_time()
        for _ in range(times):
            await stage()
        found[name] = (time.process_time() - began) / times * 1e6
    return found
