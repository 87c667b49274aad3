"""GET /v1/events: what happened, oldest first, gap-free, for a security monitor (SIEM) that keeps its own place."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from reuse_gateway.api.answers import EventsOut
from reuse_gateway.api.exchange import admitted, json_answer, note_reading, only
from reuse_gateway.api.openapi import problems, secured
from reuse_gateway.api.places import place_behind
from reuse_gateway.api.services import Services
from reuse_gateway.application.tell_events import within_reach
from reuse_gateway.domain.errors import Fault, InvalidInput
from reuse_gateway.domain.event import RecordedEvent
from reuse_gateway.domain.event_kinds import KINDS, nearest_kinds
from reuse_gateway.domain.receipt import instant

_MOST = 1_000


def router(services: Services) -> APIRouter:
    """The route of events."""
    routes = APIRouter(tags=["events"])

    @routes.get("/v1/events", operation_id="list_events",
                responses={200: {"model": EventsOut}, **problems(400, 401, 403, 422, 429, 503)},
                openapi_extra=secured("audit:read"))  # fmt: skip
    async def listing(
        request: Request,
        after: Annotated[str | None, Query(max_length=40, description="`next_after` of the page before")] = None,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = 100,
        kind: Annotated[str | None, Query(max_length=64, pattern=r"^[a-z][a-z_]*(\.[a-z][a-z_]*)+$")] = None,
    ) -> Response:
        """Events beyond `after`, oldest first. Nothing ever appears at or before an `after` once given: keep it and come back.

        `withheld` tells that the body is not for the caller's agency, and empty: reveals are for bodies above the one that
        asked, a citizen's report is not for the body it is about. A page that tells something is itself kept as a reading;
        an empty one is not.
        """
        caller = await admitted(services, request, "audit:read")
        only(request, "after", "limit", "kind")
        if kind is not None and kind not in KINDS:
            raise InvalidInput(Fault("/query/kind", "unknown_event_kind", nearest_kinds(kind)))
        found = await services.events.events(place_behind(after), limit, kind)
        if found:
            await note_reading(services, caller, "events", str(found[0].place))
        told = await within_reach(services.events, caller, found)
        return json_answer({"items": list(map(_event, told)), "next_after": str(found[-1].place) if found else after})

    return routes


def _event(recorded: RecordedEvent) -> dict[str, Any]:
    event = recorded.event
    told = {name: list(value) if isinstance(value, tuple) else value for name, value in event.body.items()}
    return {
        "place": str(recorded.place),
        "kind": event.kind,
        "at": instant(event.at),
        "body": told,
        "withheld": recorded.withheld,
        "ledger": {"index": recorded.place.leaf_index},
    }
