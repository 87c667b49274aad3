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
from reuse_gateway.application.record_demand import VIETNAM
from reuse_gateway.domain.dated_fact import PlannedOutage
from reuse_gateway.domain.receipt import instant
from reuse_gateway.domain.source import Source


def router(services: Services) -> APIRouter:
    """Routes of the sources."""
    routes = APIRouter(tags=["sources"])

    @routes.get("/v1/sources", operation_id="list_sources", responses=problems(429))
    async def list_sources(request: Request) -> Response:
        """Each source with what it offers and its pulse."""
        spend_as_stranger(services, request)
        seen = services.health.observe()
        sources = services.changes.policies.on(services.clock.now().astimezone(VIETNAM).date()).facts.sources
        planned = services.outages.next()
        told = (_facts(each) | _pulse(seen.get(each.id)) | _planned(planned.get(each.id)) for each in sources)
        return json_answer({"items": list(told)})

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
