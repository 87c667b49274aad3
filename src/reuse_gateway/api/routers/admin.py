"""/v1/admin: scopes, connections, exceptions, waivers, outages as dated rows; a change is a leaf with actor and reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from reuse_gateway.api.exchange import admitted, json_answer, only, read_model
from reuse_gateway.api.fact_shapes import (
    ConnectionIn,
    ExceptionIn,
    OutageIn,
    RowIn,
    ScopeIn,
    WaiverIn,
    change_out,
    etag,
    precondition,
)
from reuse_gateway.api.openapi import body_of, problems, secured
from reuse_gateway.api.paging import paged
from reuse_gateway.api.rendering import wire
from reuse_gateway.api.services import Services
from reuse_gateway.domain.dated_fact import FactBook, FactKind
from reuse_gateway.domain.errors import Fault, InvalidInput, NotFound
from reuse_gateway.domain.free_text import names_somebody
from reuse_gateway.domain.vietnam import vietnamese_day

_MOST = 200
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")
_KINDS: tuple[tuple[str, FactKind, type[RowIn]], ...] = (
    ("scopes", FactKind.SCOPE, ScopeIn),
    ("connections", FactKind.CONNECTION, ConnectionIn),
    ("exceptions", FactKind.EXCEPTION, ExceptionIn),
    ("waivers", FactKind.WAIVER, WaiverIn),
    ("outages", FactKind.OUTAGE, OutageIn),
)


def router(services: Services) -> APIRouter:
    """Routes of the five kinds."""
    routes = APIRouter(tags=["dated facts"], prefix="/v1/admin")
    for plural, kind, shape in _KINDS:
        _reading(routes, services, plural, kind)
        _changing(routes, services, plural, kind, shape)
    return routes


def _reading(routes: APIRouter, services: Services, plural: str, kind: FactKind) -> None:
    @routes.get(f"/{plural}", operation_id=f"list_{plural}", responses=problems(400, 401, 403, 422, 429, 503),
                openapi_extra=secured("admin"))  # fmt: skip
    async def listing(
        request: Request,
        limit: Annotated[int, Query(ge=1)] = 50,
        cursor: Annotated[str | None, Query(max_length=300)] = None,
    ) -> Response:
        """The newest row of each, shipped ones where nothing was changed; in order of id."""
        await admitted(services, request, "admin")
        only(request, "limit", "cursor")
        book = await services.changes.policies.refresh()

        async def beyond(after: str | None, many: int) -> Sequence[str]:
            return [id for id in _ids(services, book, kind) if id > (after or "")][:many]

        ids, following = await paged(services.cursors, cursor, {"of": plural}, min(limit, _MOST), beyond, str)
        return json_answer({"items": [_shown(services, book, kind, id) for id in ids], "next_cursor": following})

    @routes.get(f"/{plural}/{{id}}", operation_id=f"read_{kind}", responses=problems(401, 403, 404, 429, 503),
                openapi_extra=secured("admin"))  # fmt: skip
    async def read(request: Request, id: str) -> Response:
        """The newest row with its ETag, and all rows before it."""
        await admitted(services, request, "admin")
        book = await services.changes.policies.refresh()
        revision = services.changes.revision(book, kind, id)
        if revision is None:
            raise NotFound()
        history = [change_out(change, _today(services)) for change in book.history(kind, id)]
        return json_answer(_shown(services, book, kind, id) | {"history": history}, headers={"etag": etag(revision)})


def _changing(routes: APIRouter, services: Services, plural: str, kind: FactKind, shape: type[RowIn]) -> None:
    @routes.put(f"/{plural}/{{id}}", operation_id=f"put_{kind}",
                responses=problems(400, 401, 403, 408, 412, 413, 415, 422, 428, 429, 503),
                openapi_extra=body_of(shape.__name__) | secured("admin"))  # fmt: skip
    async def put(request: Request, id: str) -> Response:
        """Add a row: If-Match names the one that was read, `If-None-Match: *` makes the first."""
        caller = await admitted(services, request, "admin")
        if not _ID.fullmatch(id) or names_somebody(id):
            raise InvalidInput(Fault("/path/id", "bad_format"))
        met = precondition(request)
        body = await read_model(services, request, shape)
        changed = await services.changes(caller, body.fact(kind, id), body.reason, met)
        revision = changed.change.fact.revision
        policy = services.changes.policies.on(_today(services))
        told = change_out(changed.change, _today(services))
        answer = told | {"policy_version": policy.version, "ledger": {"index": changed.index}}
        headers = {"etag": etag(revision), "location": f"/v1/admin/{plural}/{id}"}
        return json_answer(answer, 201 if revision == 1 else 200, headers)


def _today(services: Services) -> date:
    return vietnamese_day(services.clock.now())


def _ids(services: Services, book: FactBook, kind: FactKind) -> list[str]:
    return sorted({*services.changes.shipped_ids(kind), *book.newest(kind)})


def _shown(services: Services, book: FactBook, kind: FactKind, id: str) -> dict[str, Any]:
    stored = book.newest(kind).get(id)
    shown = change_out(stored, _today(services)) if stored else _shipped(services, kind, id)
    if kind is not FactKind.EXCEPTION:
        return shown
    exception = services.changes.policies.shipped.exceptions[id]
    return shown | {"name": wire(exception.name), "duty": wire(exception.duty)}


def _shipped(services: Services, kind: FactKind, id: str) -> dict[str, Any]:
    """A shipped fact in the shape of a row."""
    policy, day = services.changes.policies.shipped, _today(services)
    if kind is FactKind.EXCEPTION:
        each = policy.exceptions[id]
        terms = {"invokers": list(each.invokers), "evidence": list(each.evidence), "max_days": each.max_days}
        told = {"code": id, **terms, "shown_to_applicant": each.shown_to_applicant, "verified": each.verified}
        return _as_row(id, told, None, None, ())
    source_id, _, paper = id.partition(".")
    source = next(source for source in policy.facts.sources if source.id == source_id)
    if kind is FactKind.CONNECTION:
        return _as_row(id, {"source": id}, source.connected_from, source.connected_to, source.legal_bases, day)
    offer = source.offers[paper]
    told = {"source": source_id, "evidence_type": paper, "territory": None, "procedures": []}
    return _as_row(id, told, offer.published_from, offer.published_to, source.legal_bases, day)


def _as_row(
    id: str, told: dict[str, Any], first: date | None, last: date | None, bases: tuple[str, ...], day: date | None = None
) -> dict[str, Any]:
    begun = day is None or (first is not None and first <= day and (last is None or day <= last))
    days = {"valid_from": first and first.isoformat(), "valid_to": last and last.isoformat(), "withdrawn": False}
    return {"id": id, "revision": 0, **told, **days, "legal_basis": list(bases), "in_force": begun, "origin": "shipped"}
