"""POST /v1/demands: what an office really asked, judged by the law of that day."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from reuse_gateway.api.answers import DemandOut
from reuse_gateway.api.bodies import validated
from reuse_gateway.api.exchange import admitted, claim_of, json_answer, read_json, slowed
from reuse_gateway.api.openapi import body_of, problems, secured
from reuse_gateway.api.schemas import DemandIn
from reuse_gateway.api.services import Services
from reuse_gateway.application.record_demand import Judged
from reuse_gateway.domain.receipt import instant
from reuse_gateway.domain.violation import DemandKind


def router(services: Services) -> APIRouter:
    """Routes of demands."""
    routes = APIRouter(tags=["demands and violations"])

    @routes.post("/v1/demands", operation_id="record_demand",
                 responses={200: {"model": DemandOut}, **problems(400, 401, 403, 408, 409, 413, 415, 422, 429, 503)},
                 openapi_extra=body_of("DemandIn") | secured("demand:write"))  # fmt: skip
    async def record(request: Request) -> Response:
        """Record a demand; what was forbidden becomes a violation."""
        caller = await admitted(services, request, "demand:write")
        told = await read_json(services, request)
        body = validated(DemandIn, told)
        asked, made_at = services.reader.demand(body)
        claim = claim_of(services, request, caller, told)
        await slowed(services, caller, asked)
        recorded = await services.once(claim, lambda: services.check(caller, asked, claim))
        judged = await services.demand(caller, DemandKind(body.kind), made_at, recorded.check)
        return json_answer(_judged(services, judged))

    return routes


def _judged(services: Services, judged: Judged) -> dict[str, Any]:
    by_ref = {violation.ref: violation for violation in judged.violations}
    verdicts = {verdict.ref: verdict for verdict in judged.check.verdicts}
    items = [
        {
            "ref": ref,
            "finding": finding,
            "violation_id": by_ref[ref].id if ref in by_ref else None,
            "type": by_ref[ref].type if ref in by_ref else None,
            "verdict": services.rendering.item(verdicts[ref], judged.demand.agency),
        }
        for ref, finding in judged.demand.findings
    ]
    demand = judged.demand
    return {"demand_id": demand.id, "check_id": demand.check_id, "recorded_at": instant(demand.recorded_at), "items": items}
