"""Bytes to values: strict JSON within a size and a time, then a pydantic model; faults never repeat what was sent."""

from __future__ import annotations

import asyncio
import json
import math
import re
from collections.abc import AsyncIterator
from typing import Any, NoReturn, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from reuse_gateway.domain.errors import CallerError, Fault, InvalidInput, MalformedBody, TooLarge

Model = TypeVar("Model", bound=BaseModel)

_MOST_FAULTS, MOST_LEVELS = 20, 16
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_ESCAPED = re.compile(r"\\u(?:00[01][0-9a-f]|007f|d[89a-f]|202[a-e]|206[6-9])", re.IGNORECASE)
_WITH_DIGITS = frozenset({"mau_02"})  # names of our own
_LITERAL = re.compile(r"'([^']*)'")
_PLACES = {"duplicate_ref": "/items", "duplicate_role": "/others"}
_CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "string_pattern_mismatch": "bad_format",
    "too_long": "too_long",
    "string_too_long": "too_long",
    "too_short": "too_short",
    "string_too_short": "too_short",
    "enum": "out_of_range",
    "literal_error": "out_of_range",
    "union_tag_invalid": "out_of_range",
    "union_tag_not_found": "missing",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
}

_BOUNDS = ("min_length", "max_length", "ge", "le")


async def raw_body(request: Request, most_bytes: int, most_seconds: float) -> bytes:
    """The body, at most so large and so slow; raises TooLarge, CallerError(`body_timeout`)."""
    return b"".join([chunk async for chunk in chunks(request, most_bytes, most_seconds)])


async def chunks(request: Request, most_bytes: int, most_seconds: float) -> AsyncIterator[bytes]:
    """The body piece by piece as it comes, under the same limits."""
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared[:20]) > most_bytes:
        raise TooLarge(limit=most_bytes)
    size, more = 0, True
    until = asyncio.get_running_loop().time() + most_seconds
    while more:
        try:
            async with asyncio.timeout_at(until):
                message = await request.receive()
        except TimeoutError:
            raise CallerError(code="body_timeout") from None
        if message["type"] == "http.disconnect":
            raise CallerError(code="client_left")
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > most_bytes:
            raise TooLarge(limit=most_bytes)
        more = message.get("more_body", False)
        yield chunk


def require_json(request: Request) -> None:
    """Only JSON in UTF-8 is read; raises CallerError(`unsupported_media_type`)."""
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if kind.strip().lower() != "application/json" or charset not in ("", "utf-8"):
        raise CallerError(code="unsupported_media_type")


def strict_json(body: bytes, deepest: int = MOST_LEVELS, *, controls: bool = False) -> Any:
    """JSON as RFC 8259 means it: UTF-8, no duplicate keys, no NaN, no infinite numbers; raises MalformedBody.

    NUL, other controls, lone surrogates and bidi overrides are refused too: PostgreSQL cannot store the first three,
    and the last make people read something else than what is kept; `controls`: they may stand there, nothing is kept.
    """
    try:
        text = body.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite)
    except UnicodeDecodeError:
        raise MalformedBody(code="not_utf8") from None
    except (ValueError, RecursionError):
        raise MalformedBody(code="malformed_json") from None
    if text.count("[") + text.count("{") > deepest:
        _refuse_depth(value, deepest)
    if not controls and (_FORBIDDEN.search(text) or _ESCAPED.search(text)):
        refuse_controls(value)
    return value


def validated(model: type[Model], value: Any, pointer: str = "") -> Model:
    """The model, or InvalidInput with JSON Pointers and codes of at most 20 faults."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[:_MOST_FAULTS]
        raise InvalidInput(*(fault_of(each, pointer) for each in found)) from None


def fault_of(error: Any, pointer: str = "") -> Fault:
    """One error of the framework, of a body or a parameter, in our words: its place, its code, the bound that was missed."""
    kind = error["type"]
    own = error["msg"].removeprefix("Value error, ") if kind == "value_error" else None
    code = own or _CODES.get(kind, "wrong_type" if kind.endswith(("_type", "_parsing")) else "bad_format")
    tags = ("citizen", "business")
    path = "".join(f"/{part if isinstance(part, int) else shorn(part)}" for part in error["loc"] if part not in tags)
    told = error.get("ctx", {})
    limit = next((told[bound] for bound in _BOUNDS if type(told.get(bound)) is int), None)
    return Fault(pointer + (path or _PLACES.get(code, "")), code, limit=limit, allowed=allowed_by(error))


def allowed_by(error: Any) -> tuple[str, ...]:
    """The values that a list of literals leaves; pydantic tells them as `'a', 'b' or 'c'`."""
    told = error.get("ctx", {}).get("expected", "") if error["type"] in ("literal_error", "enum") else ""
    return tuple(_LITERAL.findall(told))


def shorn(part: str) -> str:
    """A name that the caller chose (an unknown field), for a pointer: shortened and without digits, it may be personal."""
    if part in _WITH_DIGITS:
        return part
    plain = re.sub(r"[^A-Za-z_.-]", "?", part[:40])
    return plain.replace("~", "~0").replace("/", "~1")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedBody(code="duplicate_key")
    return found


def _no_constant(_: str) -> NoReturn:
    raise MalformedBody(code="not_a_finite_number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise MalformedBody(code="not_a_finite_number")
    return number


def _refuse_depth(value: Any, deepest: int) -> None:
    """No body of ours nests deeper; what comes after may recurse."""
    level = [value]
    for _ in range(deepest):
        within = (each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list))
        level = [part for parts in within for part in parts]
        if not level:
            return
    raise MalformedBody(code="nested_too_deep", limit=deepest)


def refuse_controls(value: Any) -> None:
    """Raise MalformedBody(`control_character`) where any text or name in it has one.

    Walks without recursion: nesting is bounded by the parser, not by our stack.
    """
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            if _FORBIDDEN.search(each):
                raise MalformedBody(code="control_character")
        elif isinstance(each, dict):
            waiting.extend(each.keys())
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)
