"""`/admin` of the simulation: its sources, and the fault switch behind a token, for callers on this machine only."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Collection, Mapping

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from reuse_gateway.simulation.doors import json_of
from reuse_gateway.simulation.faults import Fault, Switchboard
from reuse_gateway.simulation.local_rows import LocalSource
from reuse_gateway.simulation.local_switch import LocalSwitch
from reuse_gateway.simulation.switched import Switched

_HERE = frozenset({"127.0.0.1", "::1", "testclient"})
_MOST_BYTES = 4_096
Endpoint = Callable[[Request], Awaitable[Response]]


class WithAdmin:
    """The simulated sources and, beside them, their administration. `urls` is filled once the port is known."""

    def __init__(
        self, sources: ASGIApp, switchable: Collection[str], token: str, local: Mapping[str, LocalSource] | None = None
    ) -> None:
        self.switchboard, self.urls = Switchboard(), dict[str, str]()
        self.local = LocalSwitch(local or {}, self.switchboard)
        switchable = {*switchable, *(local or {})}
        self._sources, self._switchable, self._token = Switched(sources, self.switchboard), switchable, token
        self._admin = Starlette(
            routes=[
                Route("/admin/sources", self._listed, methods=["GET"]),
                Route("/admin/faults", self._behind(self._standing), methods=["GET"]),
                Route("/admin/faults", self._behind(self._put), methods=["POST"]),
                Route("/admin/faults", self._behind(self._clear), methods=["DELETE"]),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ours = scope["type"] != "http" or scope["path"].startswith("/admin/")
        await (self._admin if ours else self._sources)(scope, receive, send)

    def _behind(self, endpoint: Endpoint) -> Endpoint:
        async def guarded(request: Request) -> Response:
            if request.client is None or request.client.host not in _HERE:
                return _problem(403, "not_on_this_machine")
            shown = request.headers.get("authorization", "").removeprefix("Bearer ")
            if not hmac.compare_digest(shown.encode("utf-8", "replace"), self._token.encode()):
                return _problem(401, "not_authenticated")
            return await endpoint(request)

        return guarded

    async def _listed(self, _: Request) -> Response:
        return JSONResponse({"sources": self.urls})

    async def _standing(self, _: Request) -> Response:
        return JSONResponse({"faults": [each.model_dump(mode="json") for each in self.switchboard.standing()]})

    async def _put(self, request: Request) -> Response:
        if int(request.headers.get("content-length") or _MOST_BYTES + 1) > _MOST_BYTES:
            return _problem(413, "too_large")
        try:
            fault = Fault.model_validate(await json_of(request))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            return _problem(422, "not_a_fault", at=".".join(map(str, first["loc"])), says=first["msg"])
        if fault.source not in self._switchable:
            return _problem(404, "no_such_source", says=f"there are {', '.join(sorted(self._switchable))}")
        if not self.local.takes(fault):
            says = "without HTTP: down, silent (a view), html and garbage (files), truncated; whole, not a share"
            return _problem(422, "not_for_this_source", says=says)
        self.switchboard.put(fault)
        await self.local.follow(fault)
        return JSONResponse(fault.model_dump(mode="json"), 201)

    async def _clear(self, request: Request) -> Response:
        source = request.query_params.get("source")
        if source is not None and source not in self._switchable:
            return _problem(404, "no_such_source", says=f"there are {', '.join(sorted(self._switchable))}")
        self.switchboard.clear(source)
        await self.local.follow()
        return Response(status_code=204)


def _problem(status: int, code: str, **facts: str) -> Response:
    told: Mapping[str, object] = {"status": status, "code": code, **facts}
    return JSONResponse(told, status, media_type="application/problem+json")
