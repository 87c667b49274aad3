"""POST /v1/holdings: a system announces in bulk what it holds, as NDJSON."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from reuse_gateway.api.answers import HoldingsOut
from reuse_gateway.api.exchange import admitted, json_answer, key_of, only
from reuse_gateway.api.holding_lines import AnnouncedLines
from reuse_gateway.api.openapi import problems, secured
from reuse_gateway.api.services import Services
from reuse_gateway.application.keep_holdings import Origin
from reuse_gateway.domain.errors import CallerError, Fault, InvalidInput

_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/x-ndjson": {"schema": {"$ref": "#/components/schemas/HoldingIn"}}},
        "description": "One HoldingIn a line, at most 100,000 lines of at most 4,096 bytes, 64 MiB in all.",
    }
}


def router(services: Services) -> APIRouter:
    """Routes of announcements."""
    routes = APIRouter(tags=["holdings"])

    @routes.post("/v1/holdings", operation_id="announce_holdings",
                 responses={200: {"model": HoldingsOut}, **problems(400, 401, 403, 408, 409, 413, 415, 422, 429, 503)},
                 openapi_extra=_BODY | secured("holding:write"))  # fmt: skip
    async def announce(request: Request, source: Annotated[str, Query(max_length=64)] = "procedure_settlement") -> Response:
        """Keep what is new; tell which lines were refused and why. The same line twice is nothing new."""
        caller = await admitted(services, request, "holding:write")
        only(request, "source")
        _require_ndjson(request)
        facts = services.holdings.indexes.facts.get(source)
        if facts is None or not facts.announced:
            raise InvalidInput(Fault("/query/source", "not_announced"))
        given = key_of(request)
        key = given and f"{caller.agency} POST /v1/holdings {source} {given}"
        lines = AnnouncedLines(services.reader, services.holdings.result_codes, services.limits.body_seconds)
        origin = Origin(source, caller.client_id, caller.agency)
        report = await services.holdings.announce(
            origin, lines.chunks(request), key, lambda: _fingerprint(services, lines.digest)
        )
        return json_answer(report)

    return routes


def _fingerprint(services: Services, digest: Any) -> bytes:
    """Keyed: whoever reads the store must not try people's numbers against it."""
    return hashlib.sha256(services.pseudonyms.of(f"body {digest.hexdigest()}").encode()).digest()


def _require_ndjson(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("application/x-ndjson", "application/ndjson"):
        raise CallerError(code="unsupported_media_type")
