"""Which pages may read our answers in a browser (CORS): those that a published form names, for the routes of forms alone."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from fastapi import Request
from starlette.responses import Response

from reuse_gateway.api.problems import Problems
from reuse_gateway.domain.errors import GatewayError

_FRESH_S, _PREFLIGHT_S = 5.0, "600"
_HEADERS = "authorization, content-type, idempotency-key, webhook-id, x-form-session, x-jwt-token, x-request-id"
_SHOWN = "etag, ratelimit, retry-after, x-jwt-token, x-request-id"
Origins = Callable[[], Awaitable[frozenset[str]]]
Answer = Callable[[Request], Awaitable[Response]]


class Cors:
    """Lets in the origins of published forms, learnt anew every few seconds; never with cookies."""

    def __init__(self, origins: Origins, problems: Problems) -> None:
        self._origins, self._problems = origins, problems
        self._known: tuple[float, frozenset[str]] = (float("-inf"), frozenset())

    async def answered(self, request: Request, answer: Answer) -> Response:
        """The answer or the problem of a call, readable for the page if its origin is one of ours."""
        try:
            response = await answer(request)
        except GatewayError as error:
            response = self._problems.raised(error, request)
        if await self._ours(request):
            response.headers["access-control-allow-origin"] = request.headers["origin"]
            response.headers["access-control-expose-headers"] = _SHOWN
        response.headers["vary"] = "origin"
        return response

    async def preflight(self, request: Request, methods: str) -> Response:
        """The answer to OPTIONS; a strange page gets no leave."""
        headers = {"vary": "origin", "allow": methods}
        if await self._ours(request):
            headers |= {
                "access-control-allow-origin": request.headers["origin"],
                "access-control-allow-methods": methods,
                "access-control-allow-headers": _HEADERS,
                "access-control-max-age": _PREFLIGHT_S,
            }
        return Response(status_code=204, headers=headers)

    async def _ours(self, request: Request) -> bool:
        origin = request.headers.get("origin")
        if origin is None:
            return False
        learnt, known = self._known
        if time.monotonic() - learnt > _FRESH_S:
            known = await self._learnt(known)
        return origin in known

    async def _learnt(self, known: frozenset[str]) -> frozenset[str]:
        """While the store is away the origins known so far stay: a page must be able to read that it may go on."""
        with suppress(GatewayError):
            known = await self._origins()
        self._known = (time.monotonic(), known)
        return known
