"""GET /dropins/{name}: the scripts that a page with a form loads, as they lie in the package."""

from __future__ import annotations

import hashlib
from importlib import resources

from fastapi import APIRouter, Request
from starlette.responses import Response

from reuse_gateway.api.exchange import spend_as_stranger
from reuse_gateway.api.openapi import problems
from reuse_gateway.api.services import Services
from reuse_gateway.domain.errors import NotFound

SCRIPTS = ("reuse-gateway.js", "reuse-gateway-surveyjs.js", "reuse-gateway-formio.js", "reuse-gateway-ajv.js")


def router(services: Services) -> APIRouter:
    """The route."""
    routes = APIRouter(tags=["forms"])
    folder = resources.files("reuse_gateway.api") / "dropins"
    texts = {name: (folder / name).read_bytes() for name in SCRIPTS}
    tags = {name: f'"{hashlib.sha256(text).hexdigest()[:32]}"' for name, text in texts.items()}

    @routes.get("/dropins/{name}", operation_id="read_dropin", responses=problems(404, 429))
    async def script(request: Request, name: str) -> Response:
        """A script for a page with a form; classic, so that it loads from any page."""
        spend_as_stranger(services, request)
        if name not in texts:
            raise NotFound()
        headers = {"etag": tags[name], "cache-control": "public, max-age=3600"}
        if request.headers.get("if-none-match") == tags[name]:
            return Response(status_code=304, headers=headers)
        return Response(texts[name], 200, headers, media_type="text/javascript; charset=utf-8")

    return routes
