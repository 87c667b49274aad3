"""/v1/citizen-requests: what citizens asked, for the offices that must answer and the auditors who see that they do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from reuse_gateway.api.citizen_rendering import request_told
from reuse_gateway.api.citizen_shapes import CitizenAnswerIn, CitizenRequestOut, CitizenRequestsOut
from reuse_gateway.api.exchange import admitted, body_listed, json_answer, known_id, note_reading, only, read_model
from reuse_gateway.api.openapi import body_of, problems, secured
from reuse_gateway.api.paging import paged
from reuse_gateway.api.services import Services
from reuse_gateway.application.citizen_ports import RequestFilter
from reuse_gateway.domain.agency import line_of
from reuse_gateway.domain.citizen_request import Answer, RecordedRequest, RequestKind, RequestState
from reuse_gateway.domain.text import nfc
from reuse_gateway.domain.vietnam import vietnamese_day

_MOST, _CODE = 200, r"^[A-Za-z0-9._-]+$"


def router(services: Services) -> APIRouter:
    """Routes of citizens' requests."""
    routes = APIRouter(tags=["citizens"])
    citizens = services.citizens

    @routes.get("/v1/citizen-requests", operation_id="list_citizen_requests",
                responses={200: {"model": CitizenRequestsOut}, **problems(400, 401, 403, 422, 429, 503)},
                openapi_extra=secured("check:write", "demand:write", "audit:read"))  # fmt: skip
    async def listing(
        request: Request,
        state: RequestState | None = None,
        kind: RequestKind | None = None,
        agency: Annotated[str | None, Query(max_length=40, pattern=_CODE)] = None,
        limit: Annotated[int, Query(ge=1)] = 50,
        cursor: Annotated[str | None, Query(max_length=400)] = None,
    ) -> Response:
        """The newest first. An office sees objections and corrections about its own checks, an auditor all, reports too, but
        none about the body he belongs to. The reading is kept.
        """
        caller = await admitted(services, request, "check:write", "demand:write", "audit:read")
        only(request, "state", "kind", "agency", "limit", "cursor")
        seen = body_listed(caller, agency)
        today = vietnamese_day(services.clock.now())
        bound = {"agency": seen or "", "state": state or "", "kind": kind or "", "by": caller.agency}
        wanted = RequestFilter(today, seen, kind, state, line_of(caller.agency))

        async def newest(after: str | None, many: int) -> Sequence[RecordedRequest]:
            return await citizens.reads.requests(wanted, int(after) if after else 2**62, many)

        most = min(limit, _MOST)
        found, following = await paged(services.cursors, cursor, bound, most, newest, lambda each: str(each.index))
        await note_reading(services, caller, "citizen_requests", "")
        return json_answer({"items": [request_told(services, each) for each in found], "next_cursor": following})

    @routes.post("/v1/citizen-requests/{request_id}/answer", operation_id="answer_citizen_request",
                 responses={200: {"model": CitizenRequestOut},
                            **problems(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503)},
                 openapi_extra=body_of("CitizenAnswerIn") | secured("check:write", "demand:write", "audit:act"))  # fmt: skip
    async def answer(request: Request, request_id: str) -> Response:
        """The one answer. An office answers for its own checks; a report of a demand only an auditor of another body."""
        caller = await admitted(services, request, "check:write", "demand:write", "audit:act")
        body = await read_model(services, request, CitizenAnswerIn)
        found = known_id(request_id, "req")
        told = await citizens.hear.answer(caller, found, Answer(body.answer), nfc(body.words))
        return json_answer(request_told(services, told))

    return routes
