"""Lifting pseudonyms, for auditors with a scope of its own: every step and every refusal is kept, no answer before its leaf."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from reuse_gateway.api.exchange import admitted, json_answer, known_id, note_reading, only, read_model, slowed_for
from reuse_gateway.api.openapi import body_of, problems, secured
from reuse_gateway.api.reveal_shapes import ApproveIn, ConfirmIn, RevealIn, look_told, step_told
from reuse_gateway.api.services import Services
from reuse_gateway.application.reveal_identity import RevealIdentity
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.errors import CallerError, InvalidInput, MalformedBody, NotAllowed
from reuse_gateway.domain.reveal import SCOPE, RevealOutcome, RevealStep, purpose_of

_TROUBLE = (400, 401, 403, 404, 408, 409, 410, 413, 415, 422, 429, 503)
_WAITS = {202: {"description": "Asked; another client must approve before anything is shown"}}
_MOST = 200


def router(services: Services, reveal: RevealIdentity) -> APIRouter:
    """Routes of reveals."""
    routes = APIRouter(tags=["reveals"])
    _officers(routes, services, reveal)
    _second(routes, services, reveal)
    _subjects(routes, services, reveal)
    _looks(routes, services, reveal)
    return routes


def _officers(routes: APIRouter, services: Services, reveal: RevealIdentity) -> None:
    @routes.post("/v1/violations/{violation_id}/officer:reveal", operation_id="reveal_officer",
                 responses=problems(*_TROUBLE) | _WAITS, openapi_extra=body_of("RevealIn") | secured(SCOPE))  # fmt: skip
    async def officer(request: Request, violation_id: str) -> Response:
        """The id that the office gave its official; 202 where another client must approve first. Each call is its own look."""
        async with _kept(services, request) as caller:
            known_id(violation_id, "vio")
            told = await read_model(services, request, RevealIn)
            answered = await reveal.officer(caller, violation_id, purpose_of(told.purpose), told.reason)
        waits = answered.reveal.step is RevealStep.ASKED
        return json_answer(step_told(answered), 202 if waits else 200)


def _second(routes: APIRouter, services: Services, reveal: RevealIdentity) -> None:
    @routes.post("/v1/reveals/{reveal_id}:approve", operation_id="approve_reveal", status_code=201,
                 responses=problems(*_TROUBLE), openapi_extra=body_of("ApproveIn") | secured(SCOPE))  # fmt: skip
    async def approve(request: Request, reveal_id: str) -> Response:
        """A second person agrees, within seven days and never to a request of the same client."""
        async with _kept(services, request) as caller:
            known_id(reveal_id, "rvl")
            told = await read_model(services, request, ApproveIn)
            answered = await reveal.approve(caller, reveal_id, told.reason)
        return json_answer(step_told(answered), 201)

    @routes.post("/v1/reveals/{reveal_id}:open", operation_id="open_reveal", responses=problems(*_TROUBLE),
                 openapi_extra=secured(SCOPE))  # fmt: skip
    async def opened(request: Request, reveal_id: str) -> Response:
        """Once, to the client that asked, within a day of the approval."""
        async with _kept(services, request) as caller:
            answered = await reveal.open(caller, known_id(reveal_id, "rvl"))
        return json_answer(step_told(answered))


def _subjects(routes: APIRouter, services: Services, reveal: RevealIdentity) -> None:
    @routes.post("/v1/violations/{violation_id}/subject:confirm", operation_id="confirm_subject",
                 responses=problems(*_TROUBLE), openapi_extra=body_of("ConfirmIn") | secured(SCOPE))  # fmt: skip
    async def confirm(request: Request, violation_id: str) -> Response:
        """Is this the person that was asked for the paper? Five misses about one person and a day, no more.

        `same` false is never `certain`: it is another person, or one whom nobody can compare any more.
        """
        async with _kept(services, request) as caller:
            known_id(violation_id, "vio")
            told = await read_model(services, request, ConfirmIn)
            purpose, (subject, _) = purpose_of(told.purpose), services.reader.people(told.subject, ())
            await slowed_for(services, caller, subject)
            answered = await reveal.subject(caller, violation_id, subject, purpose, told.reason)
        same = answered.reveal.outcome is RevealOutcome.SAME
        return json_answer(step_told(answered) | {"same": same, "certain": same})


def _looks(routes: APIRouter, services: Services, reveal: RevealIdentity) -> None:
    @routes.get("/v1/violations/{violation_id}/looks", operation_id="list_looks",
                responses=problems(400, 401, 403, 404, 422, 429, 503), openapi_extra=secured("audit:read"))  # fmt: skip
    async def looks(
        request: Request,
        violation_id: str,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = 50,
        cursor: Annotated[str | None, Query(max_length=400)] = None,
    ) -> Response:
        """Who looked at this: readings of it, its demand, case, letters and proof, and every reveal, the newest first.

        For bodies above the one that made the demand; it and all others get 404.
        """
        caller = await admitted(services, request, "audit:read")
        only(request, "limit", "cursor")
        known_id(violation_id, "vio")
        bound = {"of": "looks", "violation": violation_id}
        before = int(services.cursors.open(cursor, bound) or 2**62)
        found = await reveal.looks(caller, violation_id, before, limit)
        await note_reading(services, caller, "looks", violation_id)
        following = services.cursors.seal(str(found[-1].index), bound) if len(found) == limit else None
        return json_answer({"items": [look_told(each) for each in found], "next_cursor": following})


@asynccontextmanager
async def _kept(services: Services, request: Request) -> AsyncIterator[Caller]:
    """A caller with the scope itself: here alone `admin` is not enough. Whoever is turned away beyond the door is kept too."""
    caller = await admitted(services, request, SCOPE)
    try:
        if SCOPE not in caller.scopes:
            raise NotAllowed(scope=SCOPE)
        yield caller
    except CallerError as error:
        if not isinstance(error, InvalidInput | MalformedBody) and error.code != "identity_gone":
            await services.door.refused(caller.client_id, caller.agency, error.code, "/v1/reveals")
        raise
