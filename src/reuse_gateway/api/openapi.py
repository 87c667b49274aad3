"""The OpenAPI document: bodies that the routers read by themselves are described here from the same models."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from reuse_gateway import __version__
from reuse_gateway.api.answers import PUBLISHED, ProblemOut
from reuse_gateway.api.case_shapes import TransitionIn
from reuse_gateway.api.citizen_shapes import CITIZENS
from reuse_gateway.api.demand_answers import DEMANDS
from reuse_gateway.api.erasure_shapes import ErasureIn
from reuse_gateway.api.export_shapes import ExportIn, FilterIn
from reuse_gateway.api.letter_shapes import LETTERS
from reuse_gateway.api.report_shapes import REPORTS
from reuse_gateway.api.reveal_shapes import REVEALS
from reuse_gateway.api.webhook_shapes import WEBHOOKS

_REFERENCE = "#/components/schemas/{model}"
_TELLS = {
    400: "The body is not the JSON that was promised",
    401: "No token, or one that proves nothing",
    403: "The token does not carry the scope",
    404: "No such thing, or none that this caller may see",
    405: "No such method here",
    406: "No such representation",
    408: "The body came too slowly",
    409: "The first call with this key is still running",
    410: "It is not kept any more, or its key was destroyed",
    412: "Somebody else has changed it since it was read",
    413: "The body is over the limit",
    415: "Only application/json in UTF-8 is read",
    422: "Values in the body are impossible; every fault is named by its JSON Pointer",
    428: "If-Match or If-None-Match is missing",
    429: "Over the quota; Retry-After says when to come back",
    503: "The database does not take writes now; nothing was recorded",
}


def body_of(schema: str, *, many: bool = False, needed: bool = True) -> dict[str, Any]:
    """`openapi_extra` for a route that reads its JSON body by itself."""
    one = {"$ref": _REFERENCE.format(model=schema)}
    shape = {"type": "object", "required": ["checks"], "properties": {"checks": _list(one)}, "additionalProperties": False}
    return {"requestBody": {"required": needed, "content": {"application/json": {"schema": shape if many else one}}}}


def _list(one: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": one, "minItems": 1, "maxItems": 100}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route for these problem answers."""
    content = {"application/problem+json": {"schema": {"$ref": _REFERENCE.format(model=ProblemOut.__name__)}}}
    return {status: {"description": _TELLS[status], "content": content} for status in statuses}


def problems_or_pages(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The same where whoever reads pages gets one that says it."""
    told = problems(*statuses)
    for each in told.values():
        each["content"] = {**each["content"], "text/html": {"schema": {"type": "string"}}}
    return told


def secured(*scopes: str) -> dict[str, Any]:
    """`openapi_extra` for a route behind a token."""
    return {"security": [{"bearer": list(scopes)}]}


def install(app: FastAPI) -> None:
    """Serve one document, made once."""
    made: dict[str, Any] = {}

    def document() -> dict[str, Any]:
        if not made:
            made.update(_document(app))
        return made

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(title=app.title, version=__version__, description=app.description, routes=app.routes)
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.update(
        _schemas(*PUBLISHED, *DEMANDS, *REPORTS, *CITIZENS, *LETTERS, TransitionIn, ExportIn, FilterIn, *WEBHOOKS, *REVEALS)
    )
    schemas.update(_schemas(ErasureIn))
    # FastAPI advertises its own 422 body, which this service never sends.
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for operations in document["paths"].values():
        for operation in operations.values():
            answer = operation["responses"].get("422", {})
            if "HTTPValidationError" in str(answer):
                operation["responses"]["422"] = problems(422)[422]
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT (RFC 9068)"}}
    return document


def _schemas(*models: type[BaseModel]) -> dict[str, Any]:
    _, found = models_json_schema([(model, "validation") for model in models], ref_template=_REFERENCE)
    return found["$defs"]
