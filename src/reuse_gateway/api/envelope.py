"""The one ASGI layer around every answer: request id, safe headers, rate limit headers, counting, and the last resort.

Pure ASGI on purpose: a BaseHTTPMiddleware here costs five sixths of the throughput.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from typing import Any

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reuse_gateway.api.problems import Problems
from reuse_gateway.domain.errors import GatewayError

log = structlog.get_logger()

_REQUEST_ID = re.compile(rb"[A-Za-z0-9_.-]{8,64}")
_SAFE = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
Observer = Callable[[str, str, int, float], None]


class Envelope:
    """Wraps the application. `observe` gets route, method, status and seconds of every answer."""

    def __init__(self, app: ASGIApp, problems: Problems, policy: str, observe: Observer) -> None:
        self._app, self._problems, self._policy, self._observe = app, problems, policy.encode(), observe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            scope, send = {**scope, "method": "GET"}, _headless(send)
        scope["request_id"] = _request_id(scope)
        began, status = time.perf_counter(), 0

        async def sealed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = self._headers(scope, message["headers"])
            await send(message)

        try:
            await self._app(scope, receive, sealed)
        except Exception as error:
            # The text of an error may quote what a caller sent, and a traceback its values: only kind and place are told.
            log.error("unexpected_error", kind=type(error).__name__, raised_at=_place(error), request_id=scope["request_id"])
            if not status:
                await self._problems.answer(GatewayError(), Request(scope))(scope, receive, sealed)
        finally:
            self._observe(_route(scope), scope["method"], status, time.perf_counter() - began)

    def _headers(self, scope: Scope, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        named = {name for name, _ in headers}
        sealed = [*headers, *(pair for pair in _SAFE if pair[0] not in named)]
        sealed.append((b"x-request-id", scope["request_id"].encode()))
        sealed.append((b"ratelimit-policy", self._policy))
        left = scope.get("ratelimit")
        if left:
            sealed.append((b"ratelimit", left.encode()))
        return sealed


def _headless(send: Send) -> Send:
    """HEAD is GET without its content (RFC 9110 9.3.2)."""

    async def sent(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return sent


def _place(error: Exception) -> str:
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return f"{last.tb_frame.f_code.co_name}:{last.tb_lineno}" if last else "unknown"


def _request_id(scope: Scope) -> str:
    given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    # An id of our own where none was given, and where the one given could carry a person's number.
    good = _REQUEST_ID.fullmatch(given) and not re.search(rb"[0-9]{9}", given)
    return given.decode() if good else secrets.token_hex(12)


def _route(scope: Scope) -> str:
    route: Any = scope.get("route")
    return getattr(route, "path", "unmatched")
