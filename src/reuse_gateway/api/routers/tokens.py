"""POST /oauth2/token: the embedded issuer (client credentials, form body or Basic)."""

from __future__ import annotations

import base64
from urllib.parse import parse_qsl, unquote_plus

from fastapi import APIRouter, Request
from starlette.responses import Response

from reuse_gateway.api.bodies import raw_body
from reuse_gateway.api.exchange import json_answer, spend_as_stranger
from reuse_gateway.api.openapi import problems
from reuse_gateway.api.services import Services
from reuse_gateway.application.ports import TokenDesk
from reuse_gateway.domain.errors import CallerError, NotAuthenticated

_LARGEST = 8192
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {"type": "string", "enum": ["client_credentials"]},
                        "client_id": {"type": "string"},
                        "client_secret": {"type": "string"},
                        "scope": {"type": "string"},
                    },
                }
            }
        },
    }
}


def router(services: Services, desk: TokenDesk) -> APIRouter:
    """The route of the token desk."""
    routes = APIRouter(tags=["tokens"])

    @routes.post("/oauth2/token", operation_id="issue_token", openapi_extra=_FORM,
                 responses=problems(400, 401, 403, 408, 413, 415, 429))  # fmt: skip
    async def issue(request: Request) -> Response:
        """An access token for a client (RFC 6749 4.4)."""
        spend_as_stranger(services, request)
        form = await form_of(request, services.limits.body_seconds)
        if form.get("grant_type") != "client_credentials":
            raise CallerError(code="unsupported_grant_type")
        client_id, secret = _credentials(request, form)
        return json_answer(desk.issue(client_id, secret, form.get("scope") or None))

    return routes


async def form_of(request: Request, seconds: float) -> dict[str, str]:
    """A small form without a name given twice; raises CallerError."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise CallerError(code="unsupported_media_type")
    body = await raw_body(request, _LARGEST, seconds)
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, strict_parsing=bool(body), errors="strict", max_num_fields=16
        )
    except ValueError:
        raise CallerError(code="invalid_request") from None
    if len(dict(pairs)) != len(pairs):
        raise CallerError(code="invalid_request")
    return dict(pairs)


def _credentials(request: Request, form: dict[str, str]) -> tuple[str, str]:
    """Basic (RFC 6749 2.3.1: both parts form-encoded) or the form's own fields."""
    scheme, _, told = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        client_id, _, secret = base64.b64decode(told, validate=True).decode().partition(":")
    except ValueError:
        raise NotAuthenticated(code="invalid_client") from None
    return unquote_plus(client_id), unquote_plus(secret)
