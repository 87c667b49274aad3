"""POST /v1/admin/erasures: one person is forgotten, or first only looked at."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from reuse_gateway.api.erasure_shapes import ErasureIn, ErasureOut, erasure_told
from reuse_gateway.api.exchange import admitted, json_answer, read_model
from reuse_gateway.api.openapi import body_of, problems, secured
from reuse_gateway.api.services import Services
from reuse_gateway.application.erase_person import ErasePerson, ErasureReason, identities_of
from reuse_gateway.domain.errors import Fault, InvalidInput
from reuse_gateway.domain.subject import NotAnIdentifier


def router(services: Services, erasures: ErasePerson) -> APIRouter:
    """The one route. It tells whether anybody asked about a person: who walks through many people with it is stopped."""
    routes = APIRouter(tags=["retention"])

    @routes.post("/v1/admin/erasures", operation_id="erase_person",
                 responses={200: {"model": ErasureOut}, **problems(400, 401, 403, 408, 413, 415, 422, 429, 503)},
                 openapi_extra=body_of("ErasureIn") | secured("admin"))  # fmt: skip
    async def erase(request: Request) -> Response:
        """Show what would become untraceable; with `apply` the person's keys go, and with them every way back."""
        caller = await admitted(services, request, "admin")
        told = await read_model(services, request, ErasureIn)
        try:
            identity = identities_of(told.personal_id)[0]
        except NotAnIdentifier as error:
            raise InvalidInput(Fault("/personal_id", str(error))) from None
        await services.sweeps.admit(caller, services.pseudonyms.of(identity))
        if told.apply:
            found = await erasures(caller, told.personal_id, ErasureReason(told.reason))
        else:
            found = await erasures.plan(caller, told.personal_id)
        return json_answer(erasure_told(found, services.problems.sentences))

    return routes
