"""POST /oauth2/citizen-token: in the embedded demo alone, a token for a person who does not exist."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from reuse_gateway.api.exchange import json_answer, spend_as_stranger
from reuse_gateway.api.openapi import problems
from reuse_gateway.api.routers.tokens import form_of
from reuse_gateway.api.services import Services

_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {"type": "object", "required": ["personal_id"], "properties": {"personal_id": {"type": "string"}}}
            }
        },
    }
}


def router(services: Services, issue: Callable[[str], Mapping[str, Any]]) -> APIRouter:
    """The route of the demo's identity provider."""
    routes = APIRouter(tags=["tokens"])

    @routes.post("/oauth2/citizen-token", operation_id="issue_citizen_token", openapi_extra=_FORM,
                 responses=problems(400, 403, 408, 413, 415, 429))  # fmt: skip
    async def citizen(request: Request) -> Response:
        """A citizen's token for a synthetic personal id (999...); a province's identity provider issues real ones."""
        spend_as_stranger(services, request)
        form = await form_of(request, services.limits.body_seconds)
        return json_answer(issue(form.get("personal_id", "")))

    return routes
