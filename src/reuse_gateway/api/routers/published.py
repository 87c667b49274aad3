"""What is public anyway: the kinds of paper and the law cited."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from reuse_gateway.api.exchange import json_answer, spend_as_stranger
from reuse_gateway.api.openapi import problems
from reuse_gateway.api.rendering import wire
from reuse_gateway.api.services import Services


def router(services: Services) -> APIRouter:
    """Routes of the published facts."""
    routes = APIRouter(tags=["published facts"])
    rendering = services.rendering

    @routes.get("/v1/evidence-types", operation_id="list_evidence_types", responses=problems(429))
    async def list_kinds(request: Request) -> Response:
        """The kinds of paper the gateway knows."""
        spend_as_stranger(services, request)
        kinds = [
            {"key": kind.key, "name": wire(kind.name), "about": kind.about, "reuse": kind.reuse, "verified": kind.verified,
             "result_codes": list(kind.result_codes), "validity_months": kind.validity_months}
            for kind in rendering.kinds.values()
        ]  # fmt: skip
        return json_answer({"items": kinds})

    @routes.get("/v1/legal-bases", operation_id="list_legal_bases", responses=problems(429))
    async def list_bases(request: Request) -> Response:
        """The instruments cited, with their days in force."""
        spend_as_stranger(services, request)
        last = {code: basis.in_force_to for code, basis in rendering.law.bases.items()}
        bases = [
            rendering.citation(code)
            | {"in_force_to": day.isoformat() if day else None, "superseded_by": rendering.law.bases[code].superseded_by}
            for code, day in last.items()
        ]
        return json_answer({"items": bases})

    return routes
