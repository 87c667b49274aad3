"""/v1/filters: query lines under names that auditors share; a change is a leaf, and never overwrites what was not read."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from reuse_gateway.api.exchange import admitted, json_answer, read_model
from reuse_gateway.api.export_shapes import FilterIn
from reuse_gateway.api.fact_shapes import etag, precondition
from reuse_gateway.api.openapi import body_of, problems, secured
from reuse_gateway.api.services import Services
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.errors import BadQuery, Fault, InvalidInput, NotFound
from reuse_gateway.domain.query_language import parse_query
from reuse_gateway.domain.receipt import instant
from reuse_gateway.domain.saved_filter import SavedFilter, is_name

_MOST = 200


def router(services: Services) -> APIRouter:
    """Routes of saved filters."""
    routes = APIRouter(tags=["demands and violations"], prefix="/v1/filters")
    _reading(routes, services)
    _changing(routes, services)
    return routes


def _reading(routes: APIRouter, services: Services) -> None:
    @routes.get("", operation_id="list_filters", responses=problems(401, 403, 429, 503), openapi_extra=secured("audit:read"))
    async def listing(request: Request) -> Response:
        """Those that stand in the caller's province, in order of name, at most 200."""
        caller = await admitted(services, request, "audit:read")
        found = await services.auditing.filters.log.listing(caller.agency, _MOST)
        return json_answer({"items": [_told(each) for each in found]})

    @routes.get("/{name}", operation_id="read_filter", responses=problems(401, 403, 404, 429, 503),
                openapi_extra=secured("audit:read"))  # fmt: skip
    async def read(request: Request, name: str) -> Response:
        """One, with its ETag."""
        caller = await admitted(services, request, "audit:read")
        found = await _standing(services, caller, name)
        return json_answer(_told(found), headers={"etag": etag(found.revision)})


def _changing(routes: APIRouter, services: Services) -> None:
    @routes.put("/{name}", operation_id="put_filter",
                responses=problems(400, 401, 403, 408, 412, 413, 415, 422, 428, 429, 503),
                openapi_extra=body_of("FilterIn") | secured("audit:act"))  # fmt: skip
    async def put(request: Request, name: str) -> Response:
        """Add a revision: If-Match names the one that was read, `If-None-Match: *` makes the first."""
        caller = await admitted(services, request, "audit:act")
        if not is_name(name):
            raise InvalidInput(Fault("/path/name", "bad_format"))
        met, told = precondition(request), await read_model(services, request, FilterIn)
        await _refuse_strange(services, told.q)
        saved = await services.auditing.filters(caller, name, told.q, told.title, met)
        headers = {"etag": etag(saved.revision), "location": f"/v1/filters/{name}"}
        return json_answer(_told(saved), 201 if saved.revision == 1 else 200, headers)

    @routes.delete("/{name}", operation_id="withdraw_filter", status_code=204,
                   responses=problems(401, 403, 404, 412, 428, 429, 503), openapi_extra=secured("audit:act"))  # fmt: skip
    async def withdraw(request: Request, name: str) -> Response:
        """The name stands for nothing any more; its revisions stay in the ledger. If-Match names the one that was read."""
        caller = await admitted(services, request, "audit:act")
        met, found = precondition(request), await _standing(services, caller, name)
        await services.auditing.filters(caller, name, found.line, found.title, met, withdrawn=True)
        return Response(status_code=204)


async def _refuse_strange(services: Services, line: str) -> None:
    try:
        await services.auditing.seek.refuse_strange(parse_query(line), line)
    except BadQuery as refused:
        raise BadQuery(refused.fault, refused.at, refused.suggestions, "/q") from None


async def _standing(services: Services, caller: Caller, name: str) -> SavedFilter:
    found = await services.auditing.filters.log.newest(name, caller.agency) if is_name(name) else None
    if found is None or found.withdrawn:
        raise NotFound()
    return found


def _told(saved: SavedFilter) -> dict[str, Any]:
    who = {"changed_at": instant(saved.told_at), "changed_by": saved.client_id, "agency": saved.agency}
    return {"name": saved.name, "title": saved.title, "q": saved.line, "revision": saved.revision, **who}
