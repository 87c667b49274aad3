"""The ledger as published: C2SP checkpoint and tlog-tiles. Public, so that anyone can mirror and witness."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from reuse_gateway.api.exchange import spend_as_stranger
from reuse_gateway.api.openapi import problems
from reuse_gateway.api.services import Services
from reuse_gateway.domain.errors import NotFound
from reuse_gateway.domain.merkle import TILE_WIDTH, parse_tile_path

_FOREVER = {"cache-control": "public, max-age=31536000, immutable"}
_HIGHEST_LEVEL = 7


class Bytes(Response):
    """Bytes as they are."""

    media_type = "application/octet-stream"


def router(services: Services) -> APIRouter:
    """Routes of the ledger."""
    routes = APIRouter(tags=["ledger"])
    log = services.ledger

    @routes.get(
        "/v1/ledger/checkpoint", operation_id="read_checkpoint", response_class=PlainTextResponse, responses=problems(429, 503)
    )
    async def checkpoint(request: Request) -> Response:
        """The newest signed note (C2SP tlog-checkpoint)."""
        spend_as_stranger(services, request)
        return PlainTextResponse(await log.checkpoint())

    @routes.get(
        "/v1/ledger/tile/entries/{path:path}",
        operation_id="read_tile_entries",
        response_class=Bytes,
        responses=problems(404, 429, 503),
    )
    @routes.get(
        "/v1/ledger/entries/{path:path}", operation_id="read_entries", response_class=Bytes, responses=problems(404, 429, 503)
    )
    async def entries(request: Request, path: str) -> Response:
        """Leaf bytes of one tile, each behind its length (C2SP tlog-tiles: `x001/234`, partial `x001/234.p/7`)."""
        spend_as_stranger(services, request)
        index, width = _place(path)
        return _tile(await log.entries(index, width), width)

    @routes.get(
        "/v1/ledger/tile/{level}/{path:path}", operation_id="read_tile", response_class=Bytes, responses=problems(404, 429, 503)
    )
    async def tile(request: Request, level: str, path: str) -> Response:
        """Hashes of one tile (C2SP tlog-tiles)."""
        spend_as_stranger(services, request)
        index, width = _place(path)
        # C2SP spells a level without leading zeros; any other spelling names nothing.
        known = level.isascii() and level.isdecimal() and str(int(level[:3])) == level and int(level) <= _HIGHEST_LEVEL
        return _tile(await log.tile(int(level), index, width) if known else None, width)

    return routes


def _place(path: str) -> tuple[int, int]:
    try:
        return parse_tile_path(path[:64])
    except ValueError:
        raise NotFound() from None


def _tile(found: bytes | None, width: int) -> Response:
    if found is None:
        raise NotFound()
    return Bytes(found, headers=_FOREVER if width == TILE_WIDTH else None)
