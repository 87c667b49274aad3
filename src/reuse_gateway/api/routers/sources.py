"""The connected databases and how they have answered lately."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from reuse_gateway.api.exchange import json_answer, spend_as_stranger
from reuse_gateway.api.openapi import problems
from reuse_gateway.api.rendering import wire
from reuse_gateway.api.services import Services
from reuse_gateway.application.ports import Pulse
from reuse_gateway.domain.dated_fact import PlannedOutage
from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.holdings_index import IndexFacts, IndexHead
from reuse_gateway.domain.receipt import instant
from reuse_gateway.domain.source import Source
from reuse_gateway.domain.vietnam import vietnamese_day


def router(services: Services) -> APIRouter:
    """Routes of the sources."""
    routes = APIRouter(tags=["sources"])

    @routes.get("/v1/sources", operation_id="list_sources", responses=problems(429))
    async def list_sources(request: Request) -> Response:
        """Each source with what it offers, its pulse, and how old its index is where it has one."""
        spend_as_stranger(services, request)
        seen = services.sources.health.observe()
        sources = services.changes.policies.on(vietnamese_day(services.clock.now())).facts.sources
        planned, indexes = services.sources.outages.next(), await _indexes(services)
        told = (_facts(each) | _pulse(seen.get(each.id)) | _planned(planned.get(each.id)) for each in sources)
        return json_answer({"items": [each | {"index": indexes.get(each["id"])} for each in told]})

    return routes


def _facts(source: Source) -> dict[str, Any]:
    return {
        "id": source.id,
        "name": wire(source.name),
        "owner": source.owner,
        "tier": source.tier,
        "protocol": source.protocol,
        "simulated": source.simulated,
        "evidence_types": sorted(source.offers),
        "connected_from": source.connected_from.isoformat() if source.connected_from else None,
    }


def _pulse(pulse: Pulse | None) -> dict[str, Any]:
    return {
        "state": pulse.state if pulse else "unknown",
        "success_ratio": pulse.success_ratio if pulse else None,
        "p50_ms": pulse.p50_ms if pulse else None,
        "p95_ms": pulse.p95_ms if pulse else None,
        "state_since": _instant(pulse.since if pulse else None),
        "last_answered_at": _instant(pulse.last_answered_at if pulse else None),
        "last_probed_at": _instant(pulse.last_probed_at if pulse else None),
    }


def _planned(outage: PlannedOutage | None) -> dict[str, Any]:
    """The announced outage that is under way or comes next."""
    if outage is None:
        return {"planned_outage": None}
    span = {"from": instant(outage.from_at), "to": instant(outage.to_at)}
    return {"planned_outage": span | {"announcement": outage.announcement}}


def _instant(at: datetime | None) -> str | None:
    return instant(at) if at else None


async def _indexes(services: Services) -> dict[str, dict[str, Any]]:
    """By source id; none while the store does not answer: the sources themselves can be shown all the same."""
    states, now = services.holdings.indexes, services.clock.now()
    try:
        heads = await states.heads()
    except StoreError:
        return {}
    return {source: _index(states.facts[source], head, now) for source, head in heads.items()}


def _index(facts: IndexFacts, head: IndexHead, now: datetime) -> dict[str, Any]:
    at = head.fresh_at
    return {
        "answers": "alone" if facts.alone else "behind",
        "fresh": facts.fresh(head, now),
        "synced_at": instant(head.cursor.synced_at) if head.cursor.synced_at else None,
        "announced_at": instant(head.announced_at) if head.announced_at else None,
        "lag_s": int((now - at).total_seconds()) if at else None,
        "papers": head.papers,
        "ownerless": head.ownerless,
        "unreadable": head.unreadable,
    }
