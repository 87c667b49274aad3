"""POST /v1/checks, :batch, GET /v1/checks/{id}: may we ask this person for these papers?"""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from reuse_gateway.api.answers import BatchOut, CheckOut
from reuse_gateway.api.bodies import validated
from reuse_gateway.api.exchange import (
    admitted,
    claim_of,
    json_answer,
    key_of,
    known_id,
    may_see,
    note_reading,
    read_json,
    slowed,
)
from reuse_gateway.api.openapi import body_of, problems, secured
from reuse_gateway.api.problems import preferred_language
from reuse_gateway.api.schemas import CheckIn
from reuse_gateway.api.services import Services
from reuse_gateway.api.shortcut import Handler
from reuse_gateway.api.splicing import Splicing
from reuse_gateway.domain.check import Caller, RecordedCheck
from reuse_gateway.domain.errors import Fault, GatewayError, InvalidInput, NotFound, TooLarge
from reuse_gateway.domain.receipt import receipt_claims

_MOST_CHECKS, _AT_ONCE = 100, 8
_ALL = problems(400, 401, 403, 408, 409, 413, 415, 422, 429, 503)


def router(services: Services) -> APIRouter:
    """Routes of the check."""
    routes = APIRouter(tags=["checks"])

    routes.add_api_route(
        "/v1/checks",
        creating(services),
        methods=["POST"],
        operation_id="create_check",
        responses={200: {"model": CheckOut}, **_ALL},
        openapi_extra=body_of("CheckIn") | secured("check:write"),
    )

    @routes.post("/v1/checks:batch", operation_id="create_checks", responses={200: {"model": BatchOut}, **_ALL},
                 openapi_extra=body_of("CheckIn", many=True) | secured("check:write"))  # fmt: skip
    async def create_many(request: Request) -> Response:
        """Up to 100 checks; each its own result or problem, in the order asked."""
        caller = await admitted(services, request, "check:write")
        bodies = _checks(await read_json(services, request, services.limits.batch_bytes))
        request.scope["ratelimit"] = services.quota.spend(caller.client_id, len(bodies) - 1)
        turns = asyncio.Semaphore(_AT_ONCE)
        each = (_one_of_many(services, request, caller, body, f"/{i}", turns) for i, body in enumerate(bodies))
        return json_answer({"results": await asyncio.gather(*each)})

    @routes.get("/v1/checks/{check_id}", operation_id="read_check",
                responses={200: {"model": CheckOut}, **problems(401, 403, 404, 429, 503)},
                openapi_extra=secured("check:write", "audit:read"))  # fmt: skip
    async def read(request: Request, check_id: str) -> Response:
        """A check of one's own agency, or any for an auditor; the reading is kept."""
        caller = await admitted(services, request, "check:write", "audit:read")
        recorded = await visible(services, caller, check_id)
        await note_reading(services, caller, "check", check_id)
        return json_answer(rendered(services, recorded))

    return routes


def creating(services: Services) -> Handler:
    """The handler of POST /v1/checks."""

    async def create(request: Request) -> Response:
        """Decide for each paper whether this office may ask for it; recorded before it is answered."""
        caller = await admitted(services, request, "check:write")
        recorded = await decided(services, request, caller, await read_json(services, request))
        return Response(splicing.check(recorded.check, receipt_of(services, recorded)), media_type="application/json")

    splicing = Splicing(services.rendering)
    return create


async def decided(services: Services, request: Request, caller: Caller, body: Any, part: str = "") -> RecordedCheck:
    """One body through the corridor; `part` tells the checks of a batch apart under one Idempotency-Key."""
    asked = services.reader.check(validated(CheckIn, body), caller.agency)
    await slowed(services, caller, asked)
    if asked.dry_run:
        key_of(request)
        return await services.check(caller, asked)
    claim = await claim_of(services, request, caller, body, part, asked)
    return await services.once(claim, lambda: services.check(caller, asked, claim))


def rendered(services: Services, recorded: RecordedCheck) -> dict[str, Any]:
    """The answer with its receipt."""
    return services.rendering.check(recorded.check, receipt_of(services, recorded))


def receipt_of(services: Services, recorded: RecordedCheck) -> str | None:
    """A check without a place in the ledger has none."""
    if recorded.position.index < 0:
        return None
    check = recorded.check
    subject = services.pseudonyms.of(f"receipt {check.agency} {check.subject}")
    return services.signer.sign(receipt_claims(recorded, services.base_url, subject))


async def visible(services: Services, caller: Caller, check_id: str) -> RecordedCheck:
    """The check, if this caller may see it; a foreign one and none at all give the same answer."""
    recorded = await services.archive.check(known_id(check_id, "chk"))
    if recorded is None or not may_see(caller, recorded.check.agency):
        raise NotFound()
    return recorded


async def _one_of_many(
    services: Services, request: Request, caller: Caller, body: Any, part: str, turns: asyncio.Semaphore
) -> dict[str, Any]:
    """Between two checks of a batch others get their turn: a hundred long ones at once would hold up everybody."""
    async with turns:
        await asyncio.sleep(0)
        try:
            return rendered(services, await decided(services, request, caller, body, part))
        except GatewayError as error:
            return services.problems.body(error, preferred_language(request))


def _checks(body: Any) -> list[Any]:
    """The list of a batch: `{"checks": [...]}` or the bare list."""
    listed = body.get("checks") if isinstance(body, dict) and set(body) == {"checks"} else body
    if not isinstance(listed, list):
        raise InvalidInput(Fault("/checks", "wrong_type"))
    if not 1 <= len(listed) <= _MOST_CHECKS:
        raise TooLarge(limit=_MOST_CHECKS) if listed else InvalidInput(Fault("/checks", "too_short"))
    return listed
