"""POST /v1/forms:lint: a form looked at before it is published; about nobody, and nothing is kept of it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from reuse_gateway.api.answers import LintOut
from reuse_gateway.api.bodies import validated
from reuse_gateway.api.exchange import admitted, json_answer, only, read_json
from reuse_gateway.api.form_bodies import DEEPEST
from reuse_gateway.api.form_findings import findings_out
from reuse_gateway.api.form_shapes import LintIn
from reuse_gateway.api.openapi import body_of, problems, secured
from reuse_gateway.api.rendering import encoded
from reuse_gateway.api.services import Services
from reuse_gateway.domain.errors import Fault, InvalidInput

_SARIF = "application/sarif+json"


def router(services: Services) -> APIRouter:
    """The one route."""
    routes, forms = APIRouter(tags=["forms"]), services.forms
    dialect = {"name": "dialect", "in": "query", "required": True, "schema": {"type": "string", "maxLength": 32}}
    described = body_of("LintIn") | secured("form:write") | {"parameters": [dialect]}

    @routes.post("/v1/forms:lint", operation_id="lint_form", openapi_extra=described,
                 responses={200: {"model": LintOut, "content": {_SARIF: {"schema": {"type": "object"}}}},
                            **problems(400, 401, 403, 408, 413, 415, 422, 429, 503)})  # fmt: skip
    async def look(request: Request) -> Response:
        """Which fields ask for what may not be demanded of anybody, by dossier, law and data of a day; and the mend."""
        caller = await admitted(services, request, "form:write")
        only(request, "dialect")
        named = request.query_params.get("dialect")
        if named is None:
            raise InvalidInput(Fault("/query/dialect", "missing"))
        body = validated(LintIn, await read_json(services, request, services.limits.batch_bytes, DEEPEST))
        report = await forms.lint(services.reader.lint(body, named, caller.agency))
        if _SARIF in request.headers.get("accept", ""):
            sarif = forms.sarif(report, services.rendering.sentences, services.rendering.citation)
            return Response(encoded(sarif), media_type=_SARIF)
        told = {
            "procedure": report.request.procedure,
            "as_of": report.request.as_of.isoformat(),
            "policy_version": report.policy_version,
            "findings": findings_out(services.rendering, report.findings),
            "patch": list(report.patch),
        }
        return json_answer(told)

    return routes
