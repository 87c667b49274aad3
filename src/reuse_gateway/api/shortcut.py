"""The hot route's way past layers it does not use: routing, dependencies and exit stacks cost as much as the decision.

The same handler stands in its router too, for the document; what it raises becomes the same problem here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import SimpleNamespace

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from reuse_gateway.api.problems import Problems
from reuse_gateway.domain.errors import GatewayError

Handler = Callable[[Request], Awaitable[Response]]


class Shortcut:
    """Answers exact (method, path) pairs by itself and passes everything else on."""

    def __init__(self, app: ASGIApp, handlers: Mapping[tuple[str, str], Handler], problems: Problems) -> None:
        self._app, self._handlers, self._problems = app, handlers, problems
        self._routes = {path: SimpleNamespace(path=path) for _, path in handlers}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        handler = self._handlers.get((scope.get("method", ""), scope.get("path", "")))
        if handler is None:
            await self._app(scope, receive, send)
            return
        scope["route"] = self._routes[scope["path"]]
        request = Request(scope, receive)
        try:
            answer = await handler(request)
        except GatewayError as error:
            answer = self._problems.raised(error, request)
        await answer(scope, receive, send)
