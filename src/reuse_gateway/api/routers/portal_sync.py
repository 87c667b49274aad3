"""GET /v1/reports/portal-sync: reuse flags for the dossiers that the settlement system sends; every reading is kept."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from reuse_gateway.api.exchange import admitted, json_answer, note_reading, only
from reuse_gateway.api.openapi import problems, secured
from reuse_gateway.api.report_shapes import PortalSyncOut
from reuse_gateway.api.services import Services
from reuse_gateway.application.measure_reuse import period_of
from reuse_gateway.domain.errors import Fault, InvalidInput, NotFound

_MOST, _DOSSIER = 200, r"^[A-Za-z0-9._/-]+$"


def router(services: Services) -> APIRouter:
    """The route of the portal's rows."""
    routes = APIRouter(tags=["reports"])
    numbers = services.numbers

    @routes.get("/v1/reports/portal-sync", operation_id="report_portal_sync",
                responses={200: {"model": PortalSyncOut}, **problems(400, 401, 403, 404, 422, 429, 503)},
                openapi_extra=secured("check:write", "audit:read"))  # fmt: skip
    async def portal_sync(
        request: Request,
        dossier: Annotated[str | None, Query(max_length=40, pattern=_DOSSIER)] = None,
        first: Annotated[date | None, Query(alias="from")] = None,
        last: Annotated[date | None, Query(alias="to")] = None,
        limit: Annotated[int, Query(ge=1)] = 50,
        cursor: Annotated[str | None, Query(max_length=400)] = None,
    ) -> Response:
        """Reuse flags as the national portal's dossier sync wants them: of one dossier, or of those first checked in a period.

        An agency gets its own dossiers, an auditor all. A flag is 1 only where `CanCu` names the check that proves it.
        """
        caller = await admitted(services, request, "check:write", "audit:read")
        only(request, "dossier", "from", "to", "limit", "cursor")
        agency = None if caller.scopes & {"audit:read", "admin"} else caller.agency
        if (dossier is None) is (first is None) or (first is None) is not (last is None):
            raise InvalidInput(Fault("/query/dossier", "exactly_one_of"))
        if dossier is not None:
            row = await numbers.portal.one(dossier, agency)
            if row is None:
                raise NotFound()
            await note_reading(services, caller, "portal_sync", dossier)
            return json_answer({"items": [numbers.portal_row(row)], "next_cursor": None})
        period = period_of(first, last)  # type: ignore[arg-type]
        filters = {"from": str(first), "to": str(last), "agency": agency or ""}
        after = services.cursors.open(cursor, filters) or ""
        rows, end = await numbers.portal.page(period, agency, after, min(limit, _MOST))
        await note_reading(services, caller, "portal_sync", f"{first} {last}")
        following = services.cursors.seal(end, filters) if end else None
        return json_answer({"items": [numbers.portal_row(row) for row in rows], "next_cursor": following})

    return routes
