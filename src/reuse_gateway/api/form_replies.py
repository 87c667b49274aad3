"""Replies to builders: the neutral answer beside errors in the builder's own shape, with the status it understands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.responses import Response

from reuse_gateway.api.exchange import json_answer
from reuse_gateway.api.form_calls import FormCall, in_turn
from reuse_gateway.api.form_rendering import definition_tag, neutral, refusals, shapings
from reuse_gateway.api.problems import preferred_language
from reuse_gateway.api.rendering import encoded
from reuse_gateway.api.services import Services
from reuse_gateway.domain.errors import Fault, InvalidInput
from reuse_gateway.domain.form import FieldRefusal, RefusedSubmission
from reuse_gateway.domain.form_guard import FormAnswer
from reuse_gateway.domain.json_pointer import joined, patched
from reuse_gateway.domain.registered_form import FormVersion

AGAIN = {"retry-after": "10"}
JSON_PATCH = "application/json-patch+json"
_ONE_FAMILY = {"json_schema", "jsonforms", "rjsf"}
_WRAPPED = ("errors", "details", "additionalErrors", "extraErrors")
Errors = Callable[[Sequence[FieldRefusal]], RefusedSubmission]


@dataclass(frozen=True, slots=True)
class Reply:
    """How one kind of caller is answered. `name`: a dialect, whose errors it gets; with `errors` it is nobody's builder.

    `alone`: the errors are the whole answer, because the caller reads nothing else.
    """

    name: str
    errors: Errors | None = None
    alone: bool = False

    def fits(self, form: FormVersion) -> None:
        """Raises InvalidInput where the form is another builder's."""
        if self.errors is None and form.dialect != self.name and not {form.dialect, self.name} <= _ONE_FAMILY:
            raise InvalidInput(Fault("/path/dialect", "other_dialect"))

    async def respond(self, services: Services, request: Request, call: FormCall, answer: FormAnswer) -> Response:
        """The answer in the shape that the builder and its call ask for."""
        agency, form = call.by.caller.agency, call.by.form
        dialect = services.forms.dialect_of(form.dialect)
        shaped = shapings(services, answer, call.read, agency)
        patch = await in_turn(form, lambda: dialect.patch(call.definition, shaped)) if shaped else []
        headers = {"etag": definition_tag(form)} | (AGAIN if answer.degraded else {})
        if JSON_PATCH in request.headers.get("accept", ""):
            return Response(encoded(patch), 200, headers, media_type=JSON_PATCH)
        if request.query_params.get("return") == "definition":
            return json_answer(await in_turn(form, lambda: patched(call.definition, patch)), headers=headers)
        told = refusals(services, answer, call.read, agency, preferred_language(request))
        refused = (self.errors or services.forms.dialect_of(self.name).errors)(told)
        status = refused.status if answer.refused else 200
        if self.alone:
            return json_answer(refused.body, status, headers)
        body = neutral(services, answer, agency, browser=call.by.browser) | {"unknown_fields": list(call.unknown)}
        body |= {"errors": _listed(refused.body), "patch": {"definition": patch}}
        if not answer.refused or not isinstance(refused.body, dict):
            return json_answer(body, status, headers)
        if status != 422:
            return Response(encoded(body | refused.body), status, headers, media_type="application/json")
        return Response(encoded(body | _problem(told) | refused.body), 422, headers, media_type="application/problem+json")


def reply_of(services: Services, name: str) -> Reply:
    """How callers of this name are answered; raises InvalidInput (`unknown_dialect`)."""
    return _NOBODYS.get(name) or Reply(services.forms.dialect_of(name).name)


def unreached(name: str, status: int = 200) -> Response:
    """The store is away and the form was never seen here: nothing is known, so nobody is stopped, and nothing is promised."""
    empty = {"surveyjs": {}, "rjsf": {}, "form_js": {}, "formjs": {}}.get(name, [])
    if name in ("wix", "vra"):
        return json_answer({"validationResult": {"errors": []}} if name == "wix" else [], status, AGAIN)
    told = {"check_id": None, "decision": "partial", "degraded": True, "items": [], "legal_basis": [], "errors": empty}
    return json_answer(told | {"patch": {"definition": []}}, status, AGAIN)


def _listed(body: Any) -> Any:
    """The errors alone, whatever the builder wraps them in."""
    return next((body[name] for name in _WRAPPED if name in body), body) if isinstance(body, dict) else body


def _problem(told: Sequence[FieldRefusal]) -> dict[str, Any]:
    """The members that RFC 9457 gives every problem; a builder's own shape may say them otherwise."""
    title = told[0].message if told else ""
    return {"type": "/problems/form_refused", "title": title, "status": 422, "code": "form_refused"}


def _generic(told: Sequence[FieldRefusal]) -> RefusedSubmission:
    """RFC 9457, for callers that are nobody's builder."""
    errors = [{"pointer": f"/fields{joined(each.field.key)}", "code": "must_not_ask", "message": each.message} for each in told]
    return RefusedSubmission(422, _problem(told) | {"errors": errors})


def _validation_result(told: Sequence[FieldRefusal]) -> RefusedSubmission:
    """Wix `validateSubmission`: an empty list lets the submission through; nested paths with slashes."""
    errors = [
        {"errorPath": "/".join(each.field.path), "errorType": "CUSTOM", "errorMessage": each.message, "params": {}}
        for each in told
    ]
    return RefusedSubmission(200, {"validationResult": {"errors": errors}})


def _validations(told: Sequence[FieldRefusal]) -> RefusedSubmission:
    """External validation of Aria Automation custom forms: a bare list."""
    listed = [
        {"fieldId": each.field.key, "severity": "ERROR", "validationType": "reuse_gateway", "message": each.message}
        for each in told
    ]
    return RefusedSubmission(200, listed)


_NOBODYS = {
    "generic": Reply("generic", _generic),
    "wix": Reply("wix", _validation_result, alone=True),
    "vra": Reply("vra", _validations, alone=True),
}
