"""Whom the apologies of a round are owed to, and the letters of a case; paged, however many they are."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from reuse_gateway.api.case_rendering import applicant_told, letter_told, owed_told
from reuse_gateway.api.exchange import admitted, json_answer, note_reading, only
from reuse_gateway.api.openapi import problems, secured
from reuse_gateway.api.routers.case_letters import READERS, seen_case
from reuse_gateway.api.services import Services
from reuse_gateway.domain.applicant import span_of
from reuse_gateway.domain.errors import NotFound

_MOST = 200
Limit = Annotated[int, Query(ge=1)]
Cursor = Annotated[str | None, Query(max_length=400)]


def letter_lists(routes: APIRouter, services: Services) -> None:
    """Adds the lists."""
    _applicants(routes, services)
    _letters(routes, services)


def _applicants(routes: APIRouter, services: Services) -> None:
    @routes.get("/v1/cases/{case_id}/applicants", operation_id="list_case_applicants",
                responses=problems(400, 401, 403, 404, 422, 429, 503), openapi_extra=secured(*READERS))  # fmt: skip
    async def applicants(
        request: Request,
        case_id: str,
        round: Annotated[int | None, Query(ge=1, le=10_000)] = None,
        owed: bool = False,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Response:
        """Applicants of a round by dossier, or each person where none was told, with the number of their apology.

        `owed=true`: those without a letter alone. Nobody is named. The reading is kept.
        """
        caller = await admitted(services, request, *READERS)
        only(request, "round", "owed", "limit", "cursor")
        case = await seen_case(services, caller, case_id)
        if (round or 1) > case.round:
            raise NotFound()
        span, most = span_of(case, round), min(limit, _MOST)
        bound = {"of": "applicants", "case": case_id, "round": str(span.round), "owed": str(owed)}
        index, _, position = (services.cursors.open(cursor, bound) or "-1 -1").partition(" ")
        rows = services.cases.applicants
        found = await rows.applicants(span, (int(index), int(position)), most, owed)
        await note_reading(services, caller, "case_applicants", case_id)
        following = services.cursors.seal(" ".join(map(str, found[-1].place)), bound) if len(found) == most else None
        counts = owed_told(await rows.owed(span))
        items = [applicant_told(each) for each in found]
        return json_answer({"round": span.round, **counts, "items": items, "next_cursor": following})


def _letters(routes: APIRouter, services: Services) -> None:
    @routes.get("/v1/cases/{case_id}/letters", operation_id="list_case_letters",
                responses=problems(400, 401, 403, 404, 422, 429, 503), openapi_extra=secured(*READERS))  # fmt: skip
    async def letters(request: Request, case_id: str, limit: Limit = 50, cursor: Cursor = None) -> Response:
        """Letters of a case in the order in which they were issued, without their files; the reading is kept."""
        caller = await admitted(services, request, *READERS)
        only(request, "limit", "cursor")
        case, most, bound = await seen_case(services, caller, case_id), min(limit, _MOST), {"of": "letters", "case": case_id}
        after = int(services.cursors.open(cursor, bound) or -1)
        found = await services.cases.letters.letters(case.id, after, most)
        await note_reading(services, caller, "case_letters", case_id)
        following = services.cursors.seal(str(found[-1].index), bound) if len(found) == most else None
        return json_answer({"items": [letter_told(each) for each in found], "next_cursor": following})
