"""POST /v1/webhooks/forms/{dialect} and the sessions that browsers call it with."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from reuse_gateway.api.cors import Cors
from reuse_gateway.api.exchange import admitted, json_answer, read_model, slowed_for
from reuse_gateway.api.form_calls import answered, received
from reuse_gateway.api.form_replies import Reply, reply_of, unreached
from reuse_gateway.api.form_shapes import FormSessionIn
from reuse_gateway.api.openapi import body_of, problems, secured
from reuse_gateway.api.services import Services
from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.form_session import FormSession
from reuse_gateway.domain.receipt import instant
from reuse_gateway.domain.text import nfc

_CALLING = problems(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503)


def router(services: Services, cors: Cors) -> APIRouter:
    """Routes of the guard."""
    routes = APIRouter(tags=["forms"])

    @routes.post("/v1/form-sessions", operation_id="open_form_session", status_code=201, responses=_CALLING,
                 openapi_extra=body_of("FormSessionIn") | secured("form:write"))  # fmt: skip
    async def open_session(request: Request) -> Response:
        """Server to server: 15 minutes for one person in front of one form. The browser gets the token and no name."""
        caller = await admitted(services, request, "form:write")
        body = await read_model(services, request, FormSessionIn)
        subject, others = services.reader.people(body.subject, body.others, body.dossier, caller.agency)
        case = None if body.case is None else nfc(body.case)
        form = await services.forms.open_session.form(caller, body.form, case)
        await slowed_for(services, caller, subject, *others.values())
        told = FormSession(
            "", form.id, subject, caller.agency, caller.client_id, services.clock.now(), others,
            case, body.dossier, body.officer, body.origin,
        )  # fmt: skip
        token, session = services.forms.open_session(form, told)
        answer = {"session": token, "expires_at": instant(session.expires_at), "form": form.id, "version": form.version}
        return json_answer(answer, 201)

    @routes.post("/v1/webhooks/forms/{dialect}", operation_id="call_form_webhook", responses=_CALLING,
                 openapi_extra=body_of("FormCallIn") | {"security": [{"bearer": ["form:write"]}, {}]})  # fmt: skip
    async def call(request: Request, dialect: str) -> Response:
        """What a builder asks before a form is shown, when a page is left, and when it is sent; answered within its budget."""

        async def answer(request: Request) -> Response:
            reply = reply_of(services, dialect)
            try:
                return await _replied(services, request, reply)
            except StoreError:
                return unreached(dialect)

        return await cors.answered(request, answer)

    @routes.options("/v1/webhooks/forms/{dialect}", include_in_schema=False)
    async def preflight(request: Request, dialect: str) -> Response:
        return await cors.preflight(request, "POST, OPTIONS")

    return routes


async def _replied(services: Services, request: Request, reply: Reply) -> Response:
    call = await received(services, request)
    reply.fits(call.by.form)
    return await reply.respond(services, request, call, await answered(services, call))
