"""Proofs of the ledger (RFC 6962): a leaf stands in a tree, a tree is the beginning of another. Public."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Awaitable
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from reuse_gateway.api.exchange import json_answer, spend_as_stranger
from reuse_gateway.api.openapi import problems
from reuse_gateway.api.services import Services
from reuse_gateway.domain.errors import NotFound, ProofError

Count = Annotated[int, Query(ge=0, le=2**53)]


def router(services: Services) -> APIRouter:
    """Routes of the proofs."""
    routes = APIRouter(tags=["ledger"])
    log = services.ledger

    @routes.get("/v1/ledger/proofs/inclusion", operation_id="prove_inclusion", responses=problems(400, 404, 422, 429, 503))
    async def inclusion(request: Request, index: Count, size: Count) -> Response:
        """Hashes that lead from leaf `index` to the head of the tree of `size` leaves (RFC 6962 2.1.1)."""
        spend_as_stranger(services, request)
        return json_answer({"index": index, "size": size, "hashes": _told(await _or_404(log.inclusion(index, size)))})

    @routes.get("/v1/ledger/proofs/consistency", operation_id="prove_consistency", responses=problems(400, 404, 422, 429, 503))
    async def consistency(request: Request, from_: Annotated[Count, Query(alias="from")], to: Count) -> Response:
        """Hashes that show the tree of `from` leaves to be a beginning of the tree of `to` leaves (RFC 6962 2.1.2)."""
        spend_as_stranger(services, request)
        return json_answer({"from": from_, "to": to, "hashes": _told(await _or_404(log.consistency(from_, to)))})

    return routes


async def _or_404(proof: Awaitable[list[bytes]]) -> list[bytes]:
    try:
        return await proof
    except ProofError:
        raise NotFound() from None


def _told(hashes: list[bytes]) -> list[str]:
    return [b64encode(each).decode() for each in hashes]
