"""Is it alive, is it ready, and what do the counters say?"""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from reuse_gateway.api.exchange import admitted, json_answer
from reuse_gateway.api.openapi import problems, secured
from reuse_gateway.api.services import Services


def router(services: Services) -> APIRouter:
    """Routes of the operators."""
    routes = APIRouter(tags=["operation"])

    @routes.get("/livez", operation_id="livez")
    async def live() -> Response:
        """The process answers."""
        return json_answer({"status": "ok"})

    @routes.get("/readyz", operation_id="readyz", responses=problems(503))
    async def ready() -> Response:
        """The database answers and the ledger's head is there; sources are told, not required."""
        await services.ready()
        states = {source: pulse.state for source, pulse in services.sources.health.observe().items()}
        return json_answer({"status": "ok", "sources": states})

    @routes.get(
        "/metrics",
        operation_id="metrics",
        response_class=PlainTextResponse,
        responses=problems(401, 403, 429),
        openapi_extra=secured("metrics:read"),
    )
    async def metrics(request: Request) -> Response:
        """Prometheus text; behind the scope `metrics:read` unless the bind is the operator's own."""
        if not services.metrics_open:
            await admitted(services, request, "metrics:read")
        return PlainTextResponse(services.metrics(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return routes
