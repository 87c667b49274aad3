"""What every route does alike: admit the caller, read the body, answer in JSON."""

from __future__ import annotations

import asyncio
import hashlib
import re
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

from reuse_gateway.api.bodies import MOST_LEVELS, raw_body, require_json, strict_json, validated
from reuse_gateway.api.query_names import refuse_strange_names
from reuse_gateway.api.rendering import encoded
from reuse_gateway.api.services import Services
from reuse_gateway.application.ports import AccessNote, Claim
from reuse_gateway.domain.check import Caller, CheckRequest
from reuse_gateway.domain.errors import CallerError, NotAllowed, NotFound
from reuse_gateway.domain.receipt import canonical
from reuse_gateway.domain.subject import Subject

Model = TypeVar("Model", bound=BaseModel)

LONGEST_KEY = 64
# Bytes of JSON that take some ten milliseconds to parse: nobody else need wait for them.
_WORTH_A_THREAD = 262_144


async def admitted(services: Services, request: Request, *scopes: str) -> Caller:
    """The caller, with one of the scopes and one call less in its quota."""
    caller = await services.door.caller(request, *scopes)
    request.scope["ratelimit"] = services.quota.spend(caller.client_id)
    return caller


def spend_as_stranger(services: Services, request: Request) -> None:
    """Routes without a token share a quota per address."""
    address = request.client.host if request.client else "unknown"
    request.scope["ratelimit"] = services.quota.spend(f"address:{address}")


async def read_json(services: Services, request: Request, most_bytes: int | None = None, deepest: int = MOST_LEVELS) -> Any:
    """The parsed body; raises MalformedBody, TooLarge, CallerError."""
    require_json(request)
    limits = services.limits
    raw = await raw_body(request, most_bytes or limits.body_bytes, limits.body_seconds)
    return await asyncio.to_thread(strict_json, raw, deepest) if len(raw) > _WORTH_A_THREAD else strict_json(raw, deepest)


async def read_model(services: Services, request: Request, model: type[Model]) -> Model:
    """The body as a model; raises InvalidInput besides."""
    return validated(model, await read_json(services, request))


async def read_wishes(services: Services, request: Request, model: type[Model]) -> Model:
    """The same where every member may be left out: an empty body leaves them all out, whatever type it is said to be of."""
    raw = await raw_body(request, services.limits.body_bytes, services.limits.body_seconds)
    if raw:
        require_json(request)
    return validated(model, strict_json(raw) if raw else {})


def only(request: Request, *known: str) -> None:
    """A filter we do not have must not silently select everything; raises BadQuery(`unknown_filter`) with those meant."""
    refuse_strange_names(request.query_params, known)


def json_answer(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer in JSON."""
    return Response(encoded(value), status, headers, media_type="application/json")


async def claim_of(
    services: Services, request: Request, caller: Caller, body: Any, part: str = "", about: CheckRequest | None = None
) -> Claim | None:
    """The Idempotency-Key of a call (structured-field string or bare, at most 64 ASCII characters); None without one.

    The fingerprint is keyed, with the keys of the people whom the body names: whoever reads the store must not try persons'
    numbers against it, and nobody when these keys are gone.
    """
    key = key_of(request)
    if key is None:
        return None
    route = f"{caller.agency} {request.method} {request.url.path}"
    plain = hashlib.sha256(canonical(body)).hexdigest()
    people = [each.key for each in (about.subject, *about.others.values())] if about else []
    fingerprint = await services.check.people.sealed(people, f"body {plain}")
    return Claim(caller.client_id, f"{route} {key}{part}", fingerprint)


def key_of(request: Request) -> str | None:
    """The Idempotency-Key of a call, if it has one; raises CallerError(`idempotency_key_format`)."""
    told = request.headers.get("idempotency-key")
    return None if told is None else plain_key(told)


def plain_key(told: str, longest: int = LONGEST_KEY) -> str:
    """The key without its quotes; raises CallerError(`idempotency_key_format`)."""
    key = told[1:-1] if len(told) > 1 and told[0] == told[-1] == '"' else told
    if not (0 < len(key) <= longest and key.isascii() and key.isprintable()):
        raise CallerError(code="idempotency_key_format")
    return key


async def slowed(services: Services, caller: Caller, asked: CheckRequest) -> None:
    """Everybody in the case counts against sweeps through many people; raises TooMany(`subject_sweep`)."""
    await slowed_for(services, caller, asked.subject, *asked.others.values())


async def slowed_for(services: Services, caller: Caller, *subjects: Subject) -> None:
    """The same for people who are named apart from a check."""
    waits = [await services.sweeps.admit(caller, services.pseudonyms.of(subject.key)) for subject in subjects]
    if any(waits):
        await asyncio.sleep(sum(waits))


def known_id(text: str, prefix: str) -> str:
    """An id of ours as we spell it; raises NotFound for what cannot be one, before any database sees it."""
    if not re.fullmatch(rf"{prefix}_[0-9a-f]{{32}}", text):
        raise NotFound()
    return text


async def note_reading(services: Services, caller: Caller, what: str, ref: str) -> None:
    """Every reading of what is kept about a case is itself kept, before the answer leaves."""
    await services.recorder.record_access(AccessNote(services.clock.now(), caller.client_id, caller.agency, what, ref))


def may_see(caller: Caller, agency: str) -> bool:
    """A case is seen by its own agency and by auditors."""
    return caller.agency == agency or bool(caller.scopes & {"audit:read", "admin"})


def body_listed(caller: Caller, agency: str | None) -> str | None:
    """Whose rows a list tells: those an auditor asks for (None = all), of anybody else its own alone.

    Raises NotAllowed(`not_your_agency`): whoever asks for another's is not answered with his own.
    """
    if caller.scopes & {"audit:read", "admin"}:
        return agency
    if agency not in (None, caller.agency):
        raise NotAllowed(code="not_your_agency")
    return caller.agency
