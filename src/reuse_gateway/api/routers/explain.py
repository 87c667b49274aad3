"""The service explains itself: its OpenAPI document, a page to read it by, and what each problem means."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter, Request
from jinja2 import Environment, PackageLoader
from starlette.responses import RedirectResponse, Response

from reuse_gateway.api.exchange import json_answer, spend_as_stranger
from reuse_gateway.api.openapi import problems
from reuse_gateway.api.problems import preferred_language
from reuse_gateway.api.rendering import wire
from reuse_gateway.api.services import Services
from reuse_gateway.domain.errors import NotFound

_PAGES = Environment(loader=PackageLoader("reuse_gateway.api"), autoescape=True)
_PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_CODE = re.compile(r"[a-z_]{3,40}")


def router(services: Services) -> APIRouter:
    """Routes of the documentation."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    async def start() -> Response:
        """Where to begin."""
        return RedirectResponse("/docs", 307)

    @routes.get("/openapi.json")
    async def document(request: Request) -> Response:
        """The OpenAPI document, the same as the committed one."""
        return json_answer(request.app.openapi())

    @routes.get("/docs")
    async def page(request: Request) -> Response:
        """Every route with its bodies and answers; one page, no script, nothing from elsewhere."""
        language = preferred_language(request)
        content = _PAGES.get_template("docs.html").render(document=request.app.openapi(), language=language, shape=_shape)
        return Response(content, media_type="text/html", headers={"content-security-policy": _PAGE_POLICY})

    @routes.get("/problems/{code}", responses=problems(404, 429))
    async def problem(request: Request, code: str) -> Response:
        """What a problem type means."""
        spend_as_stranger(services, request)
        said = services.problems.sentences.by_key.get(f"problem.{code}") if _CODE.fullmatch(code) else None
        if said is None:
            raise NotFound()
        return json_answer({"type": f"/problems/{code}", "title": wire(said)})

    return routes


def _shape(schema: dict[str, Any]) -> str:
    """A schema in a few words, for people."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema or "oneOf" in schema:
        return " | ".join(dict.fromkeys(_shape(each) for each in schema.get("anyOf") or schema["oneOf"]))
    if "enum" in schema:
        return " | ".join(f'"{each}"' for each in schema["enum"])
    if "const" in schema:
        return f'"{schema["const"]}"'
    if schema.get("type") == "array":
        return f"[{_shape(schema.get('items', {}))}]"
    return str(schema.get("type", "any"))
