"""What every route does alike: admit the caller, read the body, answer in JSON."""

from __future__ import annotations

import hashlib
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

from reuse_gateway.api.bodies import raw_body, require_json, strict_json, validated
from reuse_gateway.api.rendering import encoded
from reuse_gateway.api.services import Services
from reuse_gateway.application.ports import AccessNote, Claim
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.errors import CallerError
from reuse_gateway.domain.receipt import canonical

Model = TypeVar("Model", bound=BaseModel)

_LONGEST_KEY = 64


async def admitted(services: Services, request: Request, *scopes: str) -> Caller:
    """The caller, with one of the scopes and one call less in its quota."""
    caller = await services.door.caller(request, *scopes)
    request.scope["ratelimit"] = services.quota.spend(caller.client_id)
    return caller


def spend_as_stranger(services: Services, request: Request) -> None:
    """Routes without a token share a quota per address."""
    address = request.client.host if request.client else "unknown"
    request.scope["ratelimit"] = services.quota.spend(f"address:{address}")


async def read_json(services: Services, request: Request, most_bytes: int | None = None) -> Any:
    """The parsed body; raises MalformedBody, TooLarge, CallerError."""
    require_json(request)
    limits = services.limits
    return strict_json(await raw_body(request, most_bytes or limits.body_bytes, limits.body_seconds))


async def read_model(services: Services, request: Request, model: type[Model]) -> Model:
    """The body as a model; raises InvalidInput besides."""
    return validated(model, await read_json(services, request))


def json_answer(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer in JSON."""
    return Response(encoded(value), status, headers, media_type="application/json")


def claim_of(request: Request, caller: Caller, body: Any, part: str = "") -> Claim | None:
    """The Idempotency-Key of a call (structured-field string or bare, at most 64 ASCII characters); None without one."""
    told = request.headers.get("idempotency-key")
    if told is None:
        return None
    key = told[1:-1] if len(told) > 1 and told[0] == told[-1] == '"' else told
    if not (0 < len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable()):
        raise CallerError(code="idempotency_key_format")
    route = f"{request.method} {request.url.path}"
    return Claim(caller.client_id, f"{route} {key}{part}", hashlib.sha256(canonical(body)).digest())


async def note_reading(services: Services, caller: Caller, what: str, ref: str) -> None:
    """Every reading of what is kept about a case is itself kept, before the answer leaves."""
    await services.recorder.record_access(AccessNote(services.clock.now(), caller.client_id, caller.agency, what, ref))


def may_see(caller: Caller, agency: str) -> bool:
    """A case is seen by its own agency and by auditors."""
    return caller.agency == agency or bool(caller.scopes & {"audit:read", "admin"})
