"""Form.io's own two routes: its SDK loads a form from an address and sends the submission back there."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from reuse_gateway.api.cors import Cors
from reuse_gateway.api.exchange import json_answer, spend_as_stranger
from reuse_gateway.api.form_callers import SESSION, Credentials, FormCaller, published
from reuse_gateway.api.form_calls import answered, received, shaped
from reuse_gateway.api.form_rendering import definition_tag, neutral
from reuse_gateway.api.form_replies import reply_of, unreached
from reuse_gateway.api.openapi import problems
from reuse_gateway.api.services import Services
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.errors import NotFound, StoreError
from reuse_gateway.domain.form_guard import Phase

_CALLING = problems(400, 401, 403, 404, 408, 413, 415, 422, 429, 503)


def router(services: Services, cors: Cors) -> APIRouter:
    """Routes for Form.io's SDK."""
    routes = APIRouter(tags=["forms"])
    _formio(routes, services, cors)
    for path, methods in (("/form/{form_id}", "GET, OPTIONS"), ("/form/{form_id}/submission", "POST, OPTIONS")):
        _preflight(routes, cors, path, methods)
    return routes


def _formio(routes: APIRouter, services: Services, cors: Cors) -> None:
    @routes.get("/form/{form_id}", operation_id="load_formio_form", responses=_CALLING)
    async def load(request: Request, form_id: str) -> Response:
        """The published definition as Form.io's SDK loads it; with `X-Form-Session` shaped for the person of the session."""

        async def answer(request: Request) -> Response:
            by = await _shown_to(services, request, form_id)
            body = {"_id": form_id, "title": form_id, "name": form_id, "path": form_id, "type": "form"}
            return json_answer(body | await shaped(services, by), headers={"etag": definition_tag(by.form)})

        return await cors.answered(request, answer)

    @routes.post("/form/{form_id}/submission", operation_id="send_formio_form", status_code=201, responses=_CALLING)
    async def send(request: Request, form_id: str) -> Response:
        """Guards a submission and keeps none of it: 400 with Form.io's own errors, or 201; the page hands it on by itself."""

        async def answer(request: Request) -> Response:
            reply = reply_of(services, "formio")
            try:
                call = await received(services, request, form_id, Phase.SUBMIT)
            except StoreError:
                return unreached("formio", 201)
            reply.fits(call.by.form)
            told = await answered(services, call)
            if told.refused:
                return await reply.respond(services, request, call, told)
            taken = {"_id": told.check.id if told.check else form_id, "form": form_id, "state": "submitted", "data": {}}
            said = neutral(services, told, call.by.caller.agency, browser=call.by.browser) | {"form": form_id}
            return json_answer(said | taken | {"stored": False}, 201)

        return await cors.answered(request, answer)


def _preflight(routes: APIRouter, cors: Cors, path: str, methods: str) -> None:
    @routes.options(path, include_in_schema=False)
    async def preflight(request: Request, form_id: str) -> Response:
        return await cors.preflight(request, methods)


async def _shown_to(services: Services, request: Request, form_id: str) -> FormCaller:
    """Whoever loads the form: the person of a session, or a stranger who gets it as it was published."""
    if request.headers.get(SESSION):
        credentials = Credentials(services, request)
        await credentials.read()
        by = await credentials.admitted(form_id)
    else:
        spend_as_stranger(services, request)
        form = await published(services, form_id)
        by = FormCaller(form, Caller("", form.agency, frozenset()))
    if by.form.dialect != "formio" or not isinstance(by.form.definition, dict):
        raise NotFound()
    return by
