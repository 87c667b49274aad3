"""/v1/me: who asked about me, and what I ask of it. For people logged in with the province's identity provider."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from reuse_gateway.api.auth import bearer
from reuse_gateway.api.citizen_rendering import my_check, request_told
from reuse_gateway.api.citizen_shapes import CitizenRequestIn, CitizenRequestOut, MyChecksOut, MyRequestsOut
from reuse_gateway.api.exchange import json_answer, known_id, only, read_model
from reuse_gateway.api.openapi import body_of, problems, secured
from reuse_gateway.api.paging import paged
from reuse_gateway.api.rendering import wire
from reuse_gateway.api.services import Services
from reuse_gateway.application.people_ports import NOBODY
from reuse_gateway.application.ports import AccessNote
from reuse_gateway.domain.citizen_request import Ground, RequestKind
from reuse_gateway.domain.errors import NotAuthenticated, NotFound

_MOST, _NEWEST, _CLIENT, _SCOPE = 50, 2**62, "citizen", "citizen:read"
Row = TypeVar("Row")
Limit = Annotated[int, Query(ge=1)]
Cursor = Annotated[str | None, Query(max_length=400)]


@dataclass(frozen=True, slots=True)
class Reader:
    """A person by keyed pseudonyms, under every key that still lives; `known` = one by a key of the person's own, if any."""

    names: tuple[str, ...]
    known: str | None

    @property
    def noted(self) -> str:
        """How a reading is kept: one that has no key is nobody, or it could be found out who it was."""
        return self.known or NOBODY

    @property
    def bound(self) -> dict[str, str]:
        """What this person's cursors are bound to."""
        return {"citizen": self.names[-1]}


def router(services: Services) -> APIRouter:
    """Routes of one person."""
    routes = APIRouter(tags=["citizens"])
    citizens = services.citizens

    @routes.get("/v1/me/checks", operation_id="list_my_checks",
                responses={200: {"model": MyChecksOut}, **problems(400, 401, 422, 429, 503)},
                openapi_extra=secured(_SCOPE))  # fmt: skip
    async def checks(request: Request, limit: Limit = 20, cursor: Cursor = None) -> Response:
        """Every check of a case that I applied for, the newest first; the reading is kept."""
        me = await _reader(services, request)
        only(request, "limit", "cursor")
        newest, index = citizens.reads.checks_of, attrgetter("position.index")
        found, following = await _page(services, me, "my_checks", (cursor, limit), newest, index)
        items = [await my_check(services, each.check) for each in found]
        note = None if items or cursor else wire(services.problems.sentences.say("erasure.nobody_asked"))
        return json_answer({"items": items, "next_cursor": following, "note": note})

    @routes.get("/v1/me/requests", operation_id="list_my_requests",
                responses={200: {"model": MyRequestsOut}, **problems(400, 401, 422, 429, 503)},
                openapi_extra=secured(_SCOPE))  # fmt: skip
    async def requests(request: Request, limit: Limit = 20, cursor: Cursor = None) -> Response:
        """What I have asked, with the answers; the newest first."""
        me = await _reader(services, request)
        only(request, "limit", "cursor")
        newest, index = citizens.reads.requests_of, attrgetter("index")
        found, following = await _page(services, me, "my_requests", (cursor, limit), newest, index)
        items = [request_told(services, each) for each in found]
        note = None if items or cursor else wire(services.problems.sentences.say("erasure.nothing_asked"))
        return json_answer({"items": items, "next_cursor": following, "note": note})

    @routes.post("/v1/me/requests", operation_id="ask_about_my_check", status_code=201,
                 responses={201: {"model": CitizenRequestOut}, **problems(400, 401, 404, 408, 409, 413, 415, 422, 429, 503)},
                 openapi_extra=body_of("CitizenRequestIn") | secured(_SCOPE))  # fmt: skip
    async def ask(request: Request) -> Response:
        """Object to a check about me, or have a paper corrected; the office answers within two working days."""
        me = await _reader(services, request)
        body = await read_model(services, request, CitizenRequestIn)
        recorded = await services.archive.check(known_id(body.check_id, "chk"))
        if recorded is None or recorded.check.subject not in me.names:
            raise NotFound()
        told = RequestKind(body.kind), Ground(body.ground)
        made = await citizens.hear.ask(recorded.check, recorded.check.subject, *told, body.paper)
        return json_answer(request_told(services, made), 201)

    return routes


async def _reader(services: Services, request: Request) -> Reader:
    """Who has logged in, with one call less in the person's quota; raises NotAuthenticated, TooMany."""
    try:
        citizen = await services.citizens.tokens.citizen(bearer(request))
    except NotAuthenticated as error:
        await services.door.refused("", "", error.code, request.url.path)
        raise
    request.scope["ratelimit"] = services.citizens.quota.spend(services.pseudonyms.of(citizen.key))
    people = services.check.people
    return Reader(await people.every(citizen.key), await people.known(citizen.key))


async def _page(
    services: Services,
    me: Reader,
    what: str,
    asked: tuple[str | None, int],
    newest: Callable[[Sequence[str], int, int], Awaitable[Sequence[Row]]],
    index: Callable[[Row], int],
) -> tuple[Sequence[Row], str | None]:
    """A page of what is kept about one person, the newest first, and the cursor of the next; the reading is kept."""

    async def beyond(after: str | None, many: int) -> Sequence[Row]:
        return await newest(me.names, int(after) if after else _NEWEST, many)

    cursor, limit = asked
    bound = me.bound | {"of": what}
    page = await paged(services.cursors, cursor, bound, min(limit, _MOST), beyond, lambda row: str(index(row)))
    await _noted(services, me, what)
    return page


async def _noted(services: Services, me: Reader, what: str) -> None:
    """A person's own reading is kept like everybody's; whose it was is sealed in the leaf."""
    await services.recorder.record_access(AccessNote(services.clock.now(), _CLIENT, "", what, me.noted))
