"""GET /v1/violations: what was found when demands were judged, for auditors; every reading is kept."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from reuse_gateway.api.exchange import admitted, json_answer, known_id, note_reading
from reuse_gateway.api.leaf_proofs import proof_of
from reuse_gateway.api.openapi import problems, secured
from reuse_gateway.api.routers.cases import READERS, life_of
from reuse_gateway.api.services import Services
from reuse_gateway.api.violation_reading import asked, end_of, end_told
from reuse_gateway.api.violation_rendering import violation_told
from reuse_gateway.domain.errors import NotFound

_MOST = 200
_FROM = "First day (Vietnam, included) or instant (RFC 3339)"
_TO = "Last day (Vietnam, included) or instant (RFC 3339, not included)"
Several = Annotated[list[str] | None, Query(description="One or several; `x*` a beginning, `x.*` x and all below")]


def router(services: Services) -> APIRouter:
    """Routes of violations."""
    routes = APIRouter(tags=["demands and violations"])
    _many(routes, services)
    _one(routes, services)
    return routes


def _many(routes: APIRouter, services: Services) -> None:
    @routes.get("/v1/violations", operation_id="list_violations", responses=problems(400, 401, 403, 422, 429, 503),
                openapi_extra=secured("audit:read"))  # fmt: skip
    async def listing(
        request: Request,
        agency: Several = None,
        procedure: Several = None,
        evidence_type: Several = None,
        source: Several = None,
        type: Several = None,
        state: Several = None,
        channel: Several = None,
        severity: Several = None,
        made_from: Annotated[str | None, Query(max_length=40, description=_FROM)] = None,
        made_to: Annotated[str | None, Query(max_length=40, description=_TO)] = None,
        q: Annotated[str | None, Query(description="The query language of docs/audit.md")] = None,
        filter: Annotated[str | None, Query(max_length=40, description="Name of a saved filter that must hold too")] = None,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = 50,
        cursor: Annotated[str | None, Query(max_length=400)] = None,
    ) -> Response:
        """Violations, the latest made first; `window` tells which days were looked at. The reading is kept."""
        caller = await admitted(services, request, "audit:read")
        keep, seek, named = services.auditing.filters, services.auditing.seek, request.query_params.multi_items()
        told = await asked(keep, seek, caller.agency, named, ("limit", "cursor"))
        query, bound_to = told.query, {"q": str(told.query)}
        after = end_of(services.cursors.open(cursor, bound_to))
        found, end = await services.auditing.seek.page(query, after, limit)
        await note_reading(services, caller, "violations", str(query.without_words))
        following = services.cursors.seal(end_told(end), bound_to) if end else None
        items = [violation_told(each, services.rendering.citation) for each in found]
        return json_answer({"items": items, "next_cursor": following, **told.told()})


def _one(routes: APIRouter, services: Services) -> None:
    @routes.get("/v1/violations/{violation_id}", operation_id="read_violation",
                responses=problems(401, 403, 404, 429, 503), openapi_extra=secured(*READERS))  # fmt: skip
    async def read(request: Request, violation_id: str) -> Response:
        """One violation with its case: state, whole history, what the caller may do next; the reading is kept.

        `proof` leads from the leaf of its demand, and of every step and letter of the case, to one signed checkpoint.
        """
        caller = await admitted(services, request, *READERS)
        found = await services.archive.violation(known_id(violation_id, "vio"))
        if found is None:
            raise NotFound()
        life, tag = await life_of(services, caller, violation_id)
        proof = await proof_of(services, [*life["history"], *life["case"]["letters"]], found.index)
        await note_reading(services, caller, "violation", violation_id)
        return json_answer(violation_told(found, services.rendering.citation) | life | proof, headers={"etag": tag})
