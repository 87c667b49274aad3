"""GET /v1/lookups/flat: one level of JSON, for builders that can only template headers (Open Forms' service fetch)."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import APIRouter, Query, Request
from pydantic import ValidationError
from starlette.responses import Response

from reuse_gateway.api.bodies import validated
from reuse_gateway.api.exchange import json_answer
from reuse_gateway.api.form_callers import Credentials, FormCaller
from reuse_gateway.api.form_calls import swept
from reuse_gateway.api.openapi import problems
from reuse_gateway.api.schemas import BusinessIn, CitizenIn
from reuse_gateway.api.services import Services
from reuse_gateway.application.guard_form import Sent
from reuse_gateway.domain.check import APPLICANT
from reuse_gateway.domain.errors import Fault, InvalidInput
from reuse_gateway.domain.form_guard import FormAnswer, Phase
from reuse_gateway.domain.subject import Subject
from reuse_gateway.domain.verdict import Decision

_REF, _NAME, _BORN = "x-subject-ref", "x-subject-name", "x-subject-birth-date"


def router(services: Services) -> APIRouter:
    """The route."""
    routes = APIRouter(tags=["forms"])

    @routes.get("/v1/lookups/flat", operation_id="look_up_flat", responses=problems(400, 401, 403, 404, 422, 429, 503))
    async def flat(
        request: Request, form: Annotated[str, Query(max_length=64)], evidence: Annotated[str, Query(max_length=2_000)] = ""
    ) -> Response:
        """One level of JSON for builders that can only template headers (Open Forms' service fetch): per paper whether it is
        held, and the sentence. The person stands in a header, for addresses end up in logs.
        """
        credentials = Credentials(services, request)
        await credentials.read()
        by = await credentials.admitted(form)
        if by.session is not None:
            of = by.session
            sent = Sent(Phase.RENDER, frozenset(), of.subject, of.others, of.case, of.dossier, of.officer, session=of)
        else:
            subject = _subject(services, request)
            sent = Sent(Phase.RENDER, frozenset(), subject, blind=await swept(services, by, subject))
        answer = await services.forms.guard(by.form, by.caller, sent)
        return json_answer(_level(services, answer, by, set(filter(None, evidence.split(",")))))

    return routes


def _subject(services: Services, request: Request) -> Subject:
    """The person in the headers; names are percent-encoded UTF-8, since headers are not."""
    number, name, born = (request.headers.get(each) for each in (_REF, _NAME, _BORN))
    if not number:
        raise InvalidInput(Fault("/headers/X-Subject-Ref", "missing"))
    told: dict[str, Any] = {"kind": "citizen", "personal_id": number, "full_name": name and unquote(name), "birth_date": born}
    if len(number) not in (9, 12):
        told = {"kind": "business", "enterprise_code": number, "name": name and unquote(name)}
    model: type[CitizenIn] | type[BusinessIn] = CitizenIn if told["kind"] == "citizen" else BusinessIn
    try:
        subject, _ = services.reader.people(validated(model, told), [])
    except (InvalidInput, ValidationError):
        raise InvalidInput(Fault("/headers/X-Subject-Ref", "bad_format")) from None
    return subject


def _level(services: Services, answer: FormAnswer, by: FormCaller, wanted: set[str]) -> dict[str, Any]:
    """`id_card`: it may not be asked for; `id_card_unknown`: nobody could say; papers of others end in their role."""
    told: dict[str, Any] = {"degraded": answer.degraded}
    for each in answer.fields:
        verdict, kind = each.verdict, each.bound.evidence_type
        if wanted and kind not in wanted:
            continue
        name = kind if verdict.role == APPLICANT else f"{kind}_{verdict.role}"
        told[name] = verdict.decision is Decision.MUST_NOT_ASK
        told[f"{name}_unknown"] = verdict.decision in (Decision.ASK_LATER, Decision.NOT_DECIDED)
        told[f"{name}_notice"] = services.rendering.notice(verdict, by.caller.agency).vi
    return told
