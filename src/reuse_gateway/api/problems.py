"""The one table from errors to HTTP answers (RFC 9457), in Vietnamese or English; nothing that was sent is ever repeated."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from reuse_gateway.api.bodies import fault_of
from reuse_gateway.api.query_names import known_names, refuse_strange_names
from reuse_gateway.domain.errors import (
    BadQuery,
    CallerError,
    Conflict,
    Fault,
    GatewayError,
    InvalidInput,
    KeyReused,
    MalformedBody,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    ProofError,
    StoreError,
    TooLarge,
    TooMany,
    UnknownProcedure,
)
from reuse_gateway.domain.text import Sentences, Text

log = structlog.get_logger()

_STATUS: tuple[tuple[type[GatewayError], int], ...] = (
    (InvalidInput, 422),
    (MalformedBody, 400),
    (TooLarge, 413),
    (NotAuthenticated, 401),
    (NotAllowed, 403),
    (NotFound, 404),
    (UnknownProcedure, 422),
    (Conflict, 409),
    (KeyReused, 422),
    (TooMany, 429),
    (StoreError, 503),
    (ProofError, 422),
    (CallerError, 400),
)
_STATUS_OF_CODE = {
    "unsupported_media_type": 415,
    "body_timeout": 408,
    "method_not_allowed": 405,
    "identity_gone": 410,
    "precondition_failed": 412,
    "precondition_required": 428,
    "form_has_errors": 422,
}
_BOUND = {"too_short": "fault.at_least", "out_of_range": "fault.bound"}
_OAUTH = ("invalid_client", "invalid_scope", "unsupported_grant_type", "invalid_request")


@dataclass(frozen=True, slots=True)
class Problems:
    """Builds problem answers with sentences in the language the caller prefers."""

    sentences: Sentences

    def body(self, error: GatewayError, language: str, instance: str = "") -> dict[str, Any]:
        """The problem object of one error."""
        status = status_of(error)
        shown = error.code if f"problem.{error.code}" in self.sentences.by_key else "invalid_request"
        problem: dict[str, Any] = {
            "type": f"/problems/{error.code}",
            "title": _in(language, self.sentences.say(f"problem.{shown}")),
            "status": status,
            "code": error.code,
        }
        if instance:
            problem["instance"] = f"urn:request:{instance}"
        if isinstance(error, InvalidInput):
            problem["errors"] = [self._fault(fault, language) for fault in error.faults]
        if isinstance(error, BadQuery):
            problem["errors"] = [self._fault(Fault(error.pointer, error.fault, error.suggestions), language)]
            problem |= {"at": error.at, "suggestions": list(error.suggestions)}
        if error.facts and error.code != "method_not_allowed":
            problem |= {name: value for name, value in error.facts.items() if name not in problem}
        return problem

    def _fault(self, fault: Fault, language: str) -> dict[str, Any]:
        said = self.sentences.by_key.get(f"fault.{fault.code}")
        told = {"pointer": fault.pointer, "code": fault.code, "message": _in(language, said) if said else fault.code}
        if fault.limit is not None:
            bound = _BOUND.get(fault.code, "fault.at_most")
            said = self.sentences.say(bound, limit=str(fault.limit))
            told |= {"message": f"{told['message']} {_in(language, said)}", "limit": fault.limit}
        told |= {"allowed": list(fault.allowed)} if fault.allowed else {}
        return told | ({"suggestions": list(fault.suggestions)} if fault.suggestions else {})

    def raised(self, error: GatewayError, request: Request) -> Response:
        """The answer of an error that ended a call; trouble with the store is logged."""
        if isinstance(error, StoreError):
            log.warning("store_trouble", code=error.code, detail=error.detail)
        return self.answer(error, request)

    def answer(self, error: GatewayError, request: Request) -> Response:
        """The HTTP answer of one error."""
        language = preferred_language(request)
        body = self.body(error, language, request.scope.get("request_id", ""))
        headers = {"content-language": language}
        if request.url.path == "/oauth2/token":
            body["error"] = error.code if error.code in _OAUTH else "invalid_request"
        if isinstance(error, NotAuthenticated):
            headers["www-authenticate"] = 'Bearer realm="reuse-gateway"'
        if isinstance(error, TooMany | StoreError):
            headers["retry-after"] = str(error.retry_after_s)
        if error.code == "idempotency_in_progress":
            headers["retry-after"] = "1"
        if error.code == "method_not_allowed":
            headers["allow"] = str(error.facts.get("allow", ""))
        content = json.dumps(body, ensure_ascii=False).encode()
        return Response(content, body["status"], headers, media_type="application/problem+json")


def status_of(error: GatewayError) -> int:
    """HTTP status of an error; 500 for one that nobody thought of."""
    if error.code in _STATUS_OF_CODE:
        return _STATUS_OF_CODE[error.code]
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def preferred_language(request: Request) -> str:
    """`vi` unless English is preferred (Accept-Language, first of the two that is named)."""
    ranked = sorted(request.headers.get("accept-language", "").split(",")[:20], key=_weight, reverse=True)
    wanted = (part.strip()[:2].lower() for part in ranked if _weight(part) > 0)
    return next((language for language in wanted if language in ("vi", "en")), "vi")


def _weight(part: str) -> float:
    """The quality of one language range (RFC 9110 12.4.2); one that cannot be read weighs nothing."""
    _, _, quality = part.partition(";q=")
    try:
        return float(quality or 1)
    except ValueError:
        return 0.0


def install(app: FastAPI, problems: Problems) -> None:
    """Every way out of the service that is not an answer becomes a problem."""

    async def raised(request: Request, error: Exception) -> Response:
        return problems.raised(_typed_wrong(error, request) or _as_gateway_error(error), request)

    # `Exception` too: the framework's own last resort is plain text, sent before anything around it can answer.
    for kind in (GatewayError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, raised)


def _typed_wrong(error: Exception, request: Request) -> GatewayError | None:
    """A parameter that is missing because its name was typed wrong: that is what is told."""
    lacking = isinstance(error, RequestValidationError) and any(each["type"] == "missing" for each in error.errors())
    try:
        refuse_strange_names(request.query_params if lacking else (), known_names(request))
    except BadQuery as refused:
        return refused
    return None


def _as_gateway_error(error: Exception) -> GatewayError:
    """The frameworks' own errors, in our words; query parameters are told by name only."""
    if isinstance(error, GatewayError):
        return error
    if isinstance(error, RequestValidationError):
        return InvalidInput(*map(_of_parameter, error.errors()[:20]))
    if isinstance(error, HTTPException) and error.status_code == 404:
        return NotFound()
    if isinstance(error, HTTPException):
        if error.status_code == 405:
            return CallerError(code="method_not_allowed", allow=(error.headers or {}).get("Allow", ""))
        return CallerError(code="malformed_body")
    return GatewayError()


def _of_parameter(error: Any) -> Fault:
    """What stands in an address is text: of a wrong type is no more than of a wrong format."""
    told = fault_of(error)
    place = "/" + "/".join(str(part) for part in error["loc"][:2])
    bounded = told.limit is not None or told.code == "missing"
    return replace(told, pointer=place, code=told.code if bounded else "bad_format")


def _in(language: str, text: Text) -> str:
    return text.en if language == "en" else text.vi
