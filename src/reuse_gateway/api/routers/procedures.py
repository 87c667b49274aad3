"""Procedures as published, with the kinds of paper each row of the dossier is tied to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from reuse_gateway.api.exchange import json_answer, only, spend_as_stranger
from reuse_gateway.api.openapi import problems
from reuse_gateway.api.paging import paged
from reuse_gateway.api.rendering import wire
from reuse_gateway.api.services import Services
from reuse_gateway.domain.errors import Fault, InvalidInput, NotFound
from reuse_gateway.domain.procedure import ProcedureCode, ProcedureVersion, Requirement
from reuse_gateway.domain.vietnam import vietnamese_day

_MOST = 200


def router(services: Services) -> APIRouter:
    """Routes of the procedures."""
    routes = APIRouter(tags=["published facts"])

    @routes.get("/v1/procedures", operation_id="list_procedures", responses=problems(400, 422, 429, 503))
    async def list_procedures(
        request: Request, limit: Annotated[int, Query(ge=1)] = 50, cursor: Annotated[str | None, Query(max_length=200)] = None
    ) -> Response:
        """Procedures known today, in order of code; a null `next_cursor` is the end."""
        spend_as_stranger(services, request)
        only(request, "limit", "cursor")
        bound, most = {"of": "procedures"}, min(limit, _MOST)

        async def beyond(after: str | None, many: int) -> Sequence[ProcedureVersion]:
            return await services.procedures.listing(after or "", many)

        found, following = await paged(services.cursors, cursor, bound, most, beyond, lambda each: each.code)
        return json_answer({"items": [_brief(version) for version in found], "next_cursor": following})

    @routes.get("/v1/procedures/{code}", operation_id="read_procedure", responses=problems(404, 422, 429, 503))
    async def read_procedure(request: Request, code: str) -> Response:
        """The dossier as published, with the kinds of paper each row is tied to."""
        spend_as_stranger(services, request)
        try:
            base = ProcedureCode.parse(code).base
        except ValueError:
            raise InvalidInput(Fault("/path/code", "procedure_code_shape")) from None
        version = await services.procedures.find(base, vietnamese_day(services.clock.now()))
        if version is None:
            raise NotFound()
        cases = [{"name": case.name, "requirements": [_row(row) for row in case.requirements]} for case in version.cases]
        return json_answer(_brief(version) | {"cases": cases})

    return routes


def _brief(version: ProcedureVersion) -> dict[str, Any]:
    return {
        "code": version.code,
        "name": wire(version.title),
        "level": version.level,
        "decision": version.decision,
        "result_codes": list(version.result_codes),
        "valid_from": version.valid_from.isoformat(),
        "valid_to": version.valid_to.isoformat() if version.valid_to else None,
        "tied": version.tied,
        "verified": version.verified,
    }


def _row(row: Requirement) -> dict[str, Any]:
    return {
        "ref": row.ref,
        "label": row.label,
        "any_of": [list(together) for together in row.any_of],
        "role": row.role,
        "mode": row.mode,
        "original": row.original,
        "fallback": row.fallback,
        "condition": row.condition,
    }
