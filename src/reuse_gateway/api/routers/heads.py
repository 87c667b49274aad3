"""Heads of the ledger for those who keep watch: the daily list, heads with cosignatures, and where witnesses put theirs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import PlainTextResponse, Response

from reuse_gateway.api.bodies import raw_body
from reuse_gateway.api.exchange import json_answer, only, spend_as_stranger
from reuse_gateway.api.openapi import problems
from reuse_gateway.api.places import place_behind
from reuse_gateway.api.proof_desk import ProofDesk
from reuse_gateway.api.services import Services
from reuse_gateway.application.kept_heads import DailyHead
from reuse_gateway.domain.errors import NotFound

_LONGEST_NOTE, _MOST = 16_384, 366
_NOTE = {"requestBody": {"required": True, "content": {"text/plain": {"schema": {"type": "string"}}}}}


class Stamp(Response):
    """A reply of a time-stamping authority."""

    media_type = "application/timestamp-reply"


def router(services: Services, proof: ProofDesk) -> APIRouter:
    """Routes of heads; all public."""
    routes = APIRouter(tags=["ledger"])
    _reading(routes, services, proof)

    @routes.post("/v1/ledger/cosignatures", operation_id="add_cosignatures",
                 responses=problems(404, 408, 409, 413, 422, 429, 503), openapi_extra=_NOTE)  # fmt: skip
    async def add(request: Request) -> Response:
        """A checkpoint of this ledger with cosignatures under it (C2SP tlog-cosignature), as a signed note in plain text.

        The signatures are the permission: only those of witnesses in the settings are kept, the same once. 404: no such head
        was ever signed. 409 `ledger_forked`: it is signed with our key and is not our history.
        """
        spend_as_stranger(services, request)
        size, added = await proof.heads.add(await raw_body(request, _LONGEST_NOTE, services.limits.body_seconds))
        return json_answer({"size": size, "added": added})

    return routes


def _reading(routes: APIRouter, services: Services, proof: ProofDesk) -> None:
    @routes.get("/v1/ledger/checkpoint/witnessed", operation_id="read_witnessed_checkpoint",
                response_class=PlainTextResponse, responses=problems(404, 429, 503))  # fmt: skip
    async def witnessed(request: Request) -> Response:
        """The largest head that a witness vouches for, with all cosignatures."""
        spend_as_stranger(services, request)
        found = await proof.heads.kept.witnessed()
        if found is None:
            raise NotFound()
        return PlainTextResponse(found[1])

    @routes.get("/v1/ledger/checkpoints", operation_id="list_daily_checkpoints", responses=problems(400, 422, 429, 503))
    async def daily(
        request: Request,
        after: Annotated[str | None, Query(max_length=40, description="`next_after` of the page before")] = None,
        limit: Annotated[int, Query(ge=1)] = 31,
    ) -> Response:
        """One head a day (Vietnamese calendar), the oldest first: copy them to where nobody of this house can change them."""
        spend_as_stranger(services, request)
        only(request, "after", "limit")
        found = await proof.heads.kept.dailies(place_behind(after), min(limit, _MOST))
        return json_answer({"items": list(map(_shown, found)), "next_after": str(found[-1].place) if found else after})

    @routes.get("/v1/ledger/checkpoints/{size}", operation_id="read_checkpoint_at",
                response_class=PlainTextResponse, responses=problems(404, 422, 429, 503))  # fmt: skip
    async def at(request: Request, size: int) -> Response:
        """The head that was signed at this size, with all cosignatures."""
        spend_as_stranger(services, request)
        if not 0 <= size <= 2**53:
            raise NotFound()
        return PlainTextResponse(await proof.heads.kept.note(size))

    @routes.get("/v1/ledger/checkpoints/{size}/timestamp", operation_id="read_checkpoint_timestamp",
                response_class=Stamp, responses=problems(404, 422, 429, 503))  # fmt: skip
    async def timestamp(request: Request, size: int) -> Response:
        """The reply of the time-stamping authority (RFC 3161, TimeStampResp) for the text of the head of this size."""
        spend_as_stranger(services, request)
        found = await proof.stamps.of(size)
        if found is None:
            raise NotFound()
        return Stamp(found)


def _shown(head: DailyHead) -> dict[str, Any]:
    return {"day": head.day, "size": head.size, "root": head.root, "note": head.note.decode()}
