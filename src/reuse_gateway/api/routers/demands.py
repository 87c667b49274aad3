"""POST /v1/demands: what an office really asked, judged by the law of that day; GET tells what came of it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from reuse_gateway.api.bodies import validated
from reuse_gateway.api.demand_answers import DemandHistoryOut, DemandOut
from reuse_gateway.api.demand_rendering import demand_told, history_told
from reuse_gateway.api.demand_shapes import DemandIn
from reuse_gateway.api.exchange import admitted, claim_of, json_answer, known_id, may_see, note_reading, read_json, slowed
from reuse_gateway.api.openapi import body_of, problems, secured
from reuse_gateway.api.services import Services
from reuse_gateway.domain.errors import NotFound


def router(services: Services) -> APIRouter:
    """Routes of demands."""
    routes = APIRouter(tags=["demands and violations"])

    @routes.post("/v1/demands", operation_id="record_demand",
                 responses={200: {"model": DemandOut}, **problems(400, 401, 403, 408, 409, 413, 415, 422, 429, 503)},
                 openapi_extra=body_of("DemandIn") | secured("demand:write", "audit:act"))  # fmt: skip
    async def record(request: Request) -> Response:
        """Record a demand; what was forbidden becomes a violation, what waits for a source is asked again.

        With `audit:act` alone: a `citizen_report` about a body that one inspects, named as `agency`.
        """
        caller = await admitted(services, request, "demand:write", "audit:act")
        told = await read_json(services, request)
        case, agency = await services.demands(caller, validated(DemandIn, told))
        await slowed(services, caller, case.request)
        claim = await claim_of(services, request, caller, told, about=case.request)
        known = await services.demand.same(agency, case)
        kept = await services.archive.check(known.check_id) if known else None
        if known and kept and may_see(caller, known.agency):
            return json_answer(demand_told(services.rendering, known, kept.check))
        recorded = await services.once(claim, lambda: services.check(caller, case.request, claim))
        judged = await services.demand(caller, case, recorded.check, agency)
        return json_answer(demand_told(services.rendering, judged.demand, judged.check))

    @routes.get("/v1/demands/{demand_id}", operation_id="read_demand",
                responses={200: {"model": DemandHistoryOut}, **problems(401, 403, 404, 429, 503)},
                openapi_extra=secured("demand:write", "audit:read"))  # fmt: skip
    async def read(request: Request, demand_id: str) -> Response:
        """One demand with its history, for the agency that asked or recorded it and for auditors; the reading is kept."""
        caller = await admitted(services, request, "demand:write", "audit:read")
        history = services.demand.evidence.history
        found = await history.demand(known_id(demand_id, "dem"))
        check = await services.archive.check(found.demand.check_id) if found else None
        agencies = {found.demand.agency, check.check.agency if check else ""} if found else set()
        if found is None or not any(may_see(caller, agency) for agency in agencies):
            raise NotFound()
        await note_reading(services, caller, "demand", demand_id)
        outcomes = await history.reclassifications(demand_id)
        told = demand_told(services.rendering, found.demand, check.check if check else None, outcomes)
        return json_answer(told | history_told(services.rendering, found.demand, found.index, outcomes))

    return routes
