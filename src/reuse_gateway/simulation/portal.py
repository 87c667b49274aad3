"""The simulated national portal (mô phỏng Cổng DVC quốc gia): login, `LayDanhSachTTHC`, `LayThuTuc`, from data only."""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

LOGIN_PATH, CALL_PATH = "/mapi/login", "/mapi/g"


@dataclass(slots=True)
class PortalCases:
    """What the portal holds and how it misbehaves. `session_calls`: calls after which a session is over; 0 = never.

    `faults` by procedure code: a status, or the text that is answered instead. `wrapped`: as provinces re-expose it, with
    the answer as JSON text in `message`.
    """

    procedures: Sequence[Mapping[str, Any]]
    username: str = "demo"
    password: str = "demo"  # noqa: S105
    session_calls: int = 0
    wrapped: bool = False
    faults: Mapping[str, int | str] = field(default_factory=dict)
    logins: int = 0
    calls: list[str] = field(default_factory=list)


def build_portal(cases: PortalCases) -> Starlette:
    """The application; `cases` counts what was asked."""
    sessions: dict[str, int] = {}

    async def login(request: Request) -> Response:
        told = await request.json()
        cases.logins += 1
        if (told.get("username"), told.get("password")) != (cases.username, cases.password):
            return JSONResponse({"error_code": "-2", "session": ""})
        session = secrets.token_hex(16)
        sessions[session] = 0
        return JSONResponse({"error_code": 0, "session": session})

    return Starlette(
        routes=[Route(LOGIN_PATH, login, methods=["POST"]), Route(CALL_PATH, _verbs(cases, sessions), methods=["POST"])]
    )


def _verbs(cases: PortalCases, sessions: dict[str, int]) -> Callable[[Request], Awaitable[Response]]:
    by_code = {str(each.get("MATTHC")): each for each in cases.procedures}

    async def call(request: Request) -> Response:
        told = await request.json()
        session, verb, code = told.get("session"), told.get("service"), str(told.get("maTTHC", ""))
        if session not in sessions or 0 < cases.session_calls <= sessions[session]:
            return JSONResponse({"error_code": "-1", "message": "session"})
        sessions[session] += 1
        cases.calls.append(f"{verb} {code}".strip())
        if code in cases.faults:
            return _fault(cases.faults[code])
        if verb == "LayDanhSachTTHC":
            return _answer(cases, [{"MATTHC": each, "TENTTHC": by_code[each].get("TENTTHC")} for each in by_code])
        if verb == "LayThuTuc":
            return _answer(cases, [by_code[code]] if code in by_code else [])
        return JSONResponse({"error_code": "404"})

    return call


def _answer(cases: PortalCases, result: list[Any]) -> Response:
    told: dict[str, Any] = (
        {"message": json.dumps({"result": result}, ensure_ascii=False)} if cases.wrapped else {"result": result}
    )
    return JSONResponse({"error_code": "0", **told})


def _fault(fault: int | str) -> Response:
    return Response(status_code=fault) if isinstance(fault, int) else Response(fault, media_type="application/json")
