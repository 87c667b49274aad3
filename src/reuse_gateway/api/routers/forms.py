"""/v1/forms: registered forms, their versions, their definitions as a builder wrote them, and the secrets they share."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from reuse_gateway.api.bodies import validated
from reuse_gateway.api.exchange import admitted, json_answer, only, read_json, read_model
from reuse_gateway.api.fact_shapes import etag, precondition
from reuse_gateway.api.form_bodies import DEEPEST
from reuse_gateway.api.form_findings import findings_out
from reuse_gateway.api.form_rendering import brief, whole
from reuse_gateway.api.form_shapes import FORM_ID, FormIn, FormSecretIn
from reuse_gateway.api.openapi import body_of, problems, secured
from reuse_gateway.api.paging import paged
from reuse_gateway.api.services import Services
from reuse_gateway.application.register_form import FormRefused
from reuse_gateway.domain.agency import within
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.errors import Fault, InvalidInput, NotFound
from reuse_gateway.domain.free_text import names_somebody
from reuse_gateway.domain.receipt import instant
from reuse_gateway.domain.registered_form import RecordedForm

_MOST = 200
_READERS = ("form:write", "audit:read")


def router(services: Services) -> APIRouter:
    """Routes of the forms."""
    routes = APIRouter(tags=["forms"])
    _changing(routes, services)
    _reading(routes, services)
    return routes


def _changing(routes: APIRouter, services: Services) -> None:
    forms = services.forms

    @routes.put("/v1/forms/{form_id}", operation_id="put_form",
                responses=problems(400, 401, 403, 404, 408, 412, 413, 415, 422, 428, 429, 503),
                openapi_extra=body_of("FormIn") | secured("form:write"))  # fmt: skip
    async def put(request: Request, form_id: str) -> Response:
        """Add a version: If-Match names the one that was read, `If-None-Match: *` makes the first."""
        caller = await admitted(services, request, "form:write")
        _known_id(form_id)
        met = precondition(request)
        told = await read_json(services, request, forms.limits.definition_bytes, DEEPEST)
        body = await asyncio.to_thread(validated, FormIn, told)
        procedure, now = services.reader.base_code(body.procedure), services.clock.now()
        version = await asyncio.to_thread(body.version_of, form_id, procedure, caller, now)
        try:
            registered = await forms.register(caller, version, met)
        except FormRefused as refused:
            refused.facts = {"findings": findings_out(services.rendering, refused.findings)}  # type: ignore[dict-item]
            raise
        form = registered.recorded.form
        answer = whole(services, registered.recorded) | {"findings": findings_out(services.rendering, registered.findings)}
        headers = {"etag": etag(form.revision), "location": f"/v1/forms/{form.id}"}
        return json_answer(answer, 201 if form.revision == 1 else 200, headers)

    @routes.post("/v1/forms/{form_id}/secrets", operation_id="issue_form_secret", status_code=201,
                 responses=problems(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503),
                 openapi_extra=body_of("FormSecretIn") | secured("form:write"))  # fmt: skip
    async def issue(request: Request, form_id: str) -> Response:
        """A new pair of secrets, told this once: one to sign calls with, one to send along where a builder cannot sign."""
        caller = await admitted(services, request, "form:write")
        body = await read_model(services, request, FormSecretIn)
        await _own(services, caller, form_id)
        issued = await forms.issue_secret(caller, form_id, timedelta(hours=body.overlap_hours))
        answer = {
            "form": form_id,
            "serial": issued.serial,
            "issued_at": instant(issued.issued_at),
            "previous_until": instant(issued.previous_until),
            "signing_secret": forms.secrets.signing(issued),
            "password": forms.secrets.password(issued),
        }
        return json_answer(answer, 201)


def _reading(routes: APIRouter, services: Services) -> None:
    forms = services.forms

    @routes.get("/v1/forms", operation_id="list_forms", responses=problems(400, 401, 403, 422, 429, 503),
                openapi_extra=secured(*_READERS))  # fmt: skip
    async def listing(
        request: Request,
        limit: Annotated[int, Query(ge=1)] = 50,
        cursor: Annotated[str | None, Query(max_length=300)] = None,
    ) -> Response:
        """The newest version of each form of one's own agency, or of all for an auditor; in order of id."""
        caller = await admitted(services, request, *_READERS)
        only(request, "limit", "cursor")
        agency = "" if _sees_all(caller) else caller.agency
        bound, most = {"of": "forms", "agency": agency}, min(limit, _MOST)

        async def beyond(after: str | None, many: int) -> Sequence[RecordedForm]:
            return await forms.rows.listing(after or "", many, agency)

        found, following = await paged(services.cursors, cursor, bound, most, beyond, lambda each: each.form.id)
        return json_answer({"items": [brief(services, each) for each in found], "next_cursor": following})

    @routes.get("/v1/forms/{form_id}", operation_id="read_form", responses=problems(401, 403, 404, 429, 503),
                openapi_extra=secured(*_READERS))  # fmt: skip
    async def read(request: Request, form_id: str) -> Response:
        """The newest version with its ETag, all versions before it, and how many were published under a waiver."""
        caller = await admitted(services, request, *_READERS)
        newest = await _visible(services, caller, form_id)
        history = await forms.rows.history(form_id)
        waived = sum(each.form.waiver is not None for each in history)
        told = {"history": [brief(services, each) for each in history], "published_under_waivers": waived}
        return json_answer(whole(services, newest) | told, headers={"etag": etag(newest.form.revision)})

    @routes.get("/v1/forms/{form_id}/definition", operation_id="read_form_definition",
                responses=problems(400, 401, 403, 404, 422, 429, 503), openapi_extra=secured(*_READERS))  # fmt: skip
    async def definition(
        request: Request, form_id: str, dialect: Annotated[str | None, Query(max_length=32)] = None
    ) -> Response:
        """The published definition; with `X-Form-Session` shaped for the person of the session."""
        from reuse_gateway.api.form_calls import shaped_definition

        if request.headers.get("x-form-session"):
            return await shaped_definition(services, request, form_id, dialect)
        caller = await admitted(services, request, *_READERS)
        only(request, "dialect")
        newest = await _visible(services, caller, form_id)
        published = await forms.rows.published(form_id) or newest
        _same_dialect(published, dialect)
        return json_answer(published.form.definition, headers={"etag": etag(published.form.revision)})


def _known_id(form_id: str) -> str:
    """An id of a form is a plain word, and nobody's number; raises InvalidInput."""
    if not re.fullmatch(FORM_ID, form_id) or names_somebody(form_id):
        raise InvalidInput(Fault("/path/form_id", "bad_format"))
    return form_id


def _same_dialect(recorded: RecordedForm, dialect: str | None) -> None:
    if dialect is not None and dialect != recorded.form.dialect:
        raise InvalidInput(Fault("/query/dialect", "other_dialect"))


def _sees_all(caller: Caller) -> bool:
    return bool(caller.scopes & {"audit:read", "admin"})


async def _visible(services: Services, caller: Caller, form_id: str) -> RecordedForm:
    """The form, if this caller may see it; a foreign one and none at all give the same answer."""
    newest = await services.forms.rows.newest(form_id) if re.fullmatch(FORM_ID, form_id) else None
    if newest is None or not (_sees_all(caller) or within(caller.agency, newest.form.agency)):
        raise NotFound()
    return newest


async def _own(services: Services, caller: Caller, form_id: str) -> None:
    newest = await _visible(services, caller, form_id)
    if newest.form.agency != caller.agency and "admin" not in caller.scopes:
        raise NotFound()
