"""/v1/cases and the moves of a violation's case: who explains, who judges, who mends and apologises; every reading is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import WithJsonSchema
from starlette.responses import Response

from reuse_gateway.api.bodies import validated
from reuse_gateway.api.case_rendering import case_brief, case_told, standing_told, step_told, tag_of
from reuse_gateway.api.case_shapes import TransitionIn
from reuse_gateway.api.exchange import admitted, body_listed, claim_of, json_answer, known_id, note_reading, only, read_json
from reuse_gateway.api.leaf_proofs import proof_of
from reuse_gateway.api.openapi import body_of, problems, secured
from reuse_gateway.api.paging import paged
from reuse_gateway.api.routers.case_letters import letters_of
from reuse_gateway.api.routers.letter_lists import letter_lists
from reuse_gateway.api.services import Services
from reuse_gateway.application.case_ports import ListedCase
from reuse_gateway.application.case_roles import role_in
from reuse_gateway.application.handle_violation import Wish
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.errors import BadQuery, NotFound
from reuse_gateway.domain.query_language import nearest
from reuse_gateway.domain.violation_query import STATES, Condition, Key
from reuse_gateway.domain.violation_query import Query as Sought

READERS, ACTORS = ("audit:read", "demand:write"), ("audit:act", "demand:write")
_MOST, _CODE = 200, r"^[A-Za-z0-9._-]+$"
_State = Annotated[str, WithJsonSchema({"enum": [*STATES], "type": "string"})]


def router(services: Services) -> APIRouter:
    """Routes of cases."""
    routes = APIRouter(tags=["cases"])
    _moving(routes, services)
    _reading(routes, services)
    letters_of(routes, services)
    letter_lists(routes, services)
    return routes


def _moving(routes: APIRouter, services: Services) -> None:
    @routes.post("/v1/violations/{violation_id}/transitions", operation_id="move_violation", status_code=201,
                 responses=problems(400, 401, 403, 404, 408, 409, 412, 413, 415, 422, 429, 503),
                 openapi_extra=body_of("TransitionIn") | secured(*ACTORS))  # fmt: skip
    async def move(request: Request, violation_id: str) -> Response:
        """Move the case of a violation. If-Match names the tag that was read; the same Idempotency-Key gets the same step."""
        caller = await admitted(services, request, *ACTORS)
        known_id(violation_id, "vio")
        told = await read_json(services, request)
        body = validated(TransitionIn, told)
        claim = await claim_of(services, request, caller, told)
        wish = Wish(
            to=body.state,
            reason=body.reason,
            reason_code=body.reason_code,
            officer=body.officer,
            claim=claim and hashlib.sha256(f"{claim.client_id} {claim.key}".encode()).hexdigest(),
            claim_print=claim and claim.fingerprint.hex(),
            met=_met(request),
        )
        recorded = await services.cases.handle(caller, violation_id, wish)
        answer = {"violation_id": violation_id, "case_id": recorded.step.case_id} | step_told(services.rendering, recorded)
        return json_answer(answer, 201)


def _reading(routes: APIRouter, services: Services) -> None:
    @routes.get("/v1/cases", operation_id="list_cases", responses=problems(400, 401, 403, 422, 429, 503),
                openapi_extra=secured(*READERS))  # fmt: skip
    async def listing(
        request: Request,
        agency: Annotated[str | None, Query(max_length=40, pattern=_CODE)] = None,
        procedure: Annotated[str | None, Query(max_length=40, pattern=_CODE)] = None,
        evidence_type: Annotated[str | None, Query(max_length=64, pattern=_CODE)] = None,
        state: Annotated[_State | None, Query()] = None,
        limit: Annotated[int, Query(ge=1)] = 50,
        cursor: Annotated[str | None, Query(max_length=400)] = None,
    ) -> Response:
        """Cases in order of their first violation, the newest first; the reading is kept.

        A body without `audit:read` sees the cases of its own demands alone.
        """
        caller = await admitted(services, request, *READERS)
        only(request, "agency", "procedure", "evidence_type", "state", "limit", "cursor")
        told = {"agency": body_listed(caller, agency), "procedure": procedure, "evidence_type": evidence_type, "state": state}
        filters = {name: value for name, value in told.items() if value is not None}
        _refuse_strange_state(state)
        await _refuse_strange_paper(services, evidence_type)
        bound = filters | {"of": "cases"}

        async def beyond(after: str | None, many: int) -> Sequence[ListedCase]:
            index, _, last = (after or f"{2**62} ").partition(" ")
            return await services.cases.rows.listing((int(index), last), many, filters)

        place, most = (lambda each: " ".join(map(str, each.place))), min(limit, _MOST)
        found, following = await paged(services.cursors, cursor, bound, most, beyond, place)
        await note_reading(services, caller, "cases", "")
        items = [case_brief(services.rendering, services.cases.rules, each.case) for each in found]
        return json_answer({"items": items, "next_cursor": following})

    @routes.get("/v1/cases/{case_id}", operation_id="read_case", responses=problems(401, 403, 404, 429, 503),
                openapi_extra=secured(*READERS))  # fmt: skip
    async def read(request: Request, case_id: str) -> Response:
        """One case with its whole history, for auditors and the body that made the demands; the reading is kept."""
        caller = await admitted(services, request, *READERS)
        told, tag = await case_of(services, caller, known_id(case_id, "case"))
        told |= await proof_of(services, [*told["history"], *told["letters"]])
        newest = await services.cases.rows.violations(case_id, _MOST)
        await note_reading(services, caller, "case", case_id)
        told["newest_violations"] = [
            {"violation_id": each.violation.id, "type": each.violation.type, "ledger": {"index": each.index}} for each in newest
        ]
        return json_answer(told, headers={"etag": tag})


def _refuse_strange_state(state: str | None) -> None:
    """As `GET /v1/violations` refuses it: 400 with what was meant."""
    if state is not None and state not in STATES:
        raise BadQuery("unknown_value", 0, nearest(state, STATES) or STATES, "/query/state")


async def _refuse_strange_paper(services: Services, evidence_type: str | None) -> None:
    if evidence_type is not None:
        await services.auditing.seek.refuse_strange(Sought((Condition(Key.EVIDENCE_TYPE, (evidence_type,)),)))


async def case_of(services: Services, caller: Caller, case_id: str) -> tuple[dict[str, Any], str]:
    """A case as this caller sees it, with its tag; NotFound for strangers."""
    case = await services.cases.rows.case(case_id)
    role = await role_in(services.cases.rows, caller, case) if case else None
    sees = role is not None or bool(caller.scopes & {"audit:read", "admin"})
    if case is None or not sees:
        raise NotFound()
    letters = await services.cases.letters.letters(case_id, -1, _MOST)
    return case_told(services.rendering, services.cases.rules, case, role, letters), tag_of(case)


async def life_of(services: Services, caller: Caller, violation_id: str) -> tuple[dict[str, Any], str]:
    """What a violation says of its case, and the case's tag; NotFound for strangers."""
    standing = (await services.cases.rows.standings([violation_id])).get(violation_id)
    if standing is None:
        raise NotFound()
    case, tag = await case_of(services, caller, standing.case_id)
    now = standing.round == case["round"]
    told = {"legal_next": case["legal_next"] if now else [], "history": case["history"], "case": case}
    return standing_told(standing) | told, tag


def _met(request: Request) -> Callable[[str], bool]:
    """Does the case's tag meet If-Match (RFC 9110, 13.1.1)? Without one the state machine alone keeps two apart."""
    told = request.headers.get("if-match")
    tags = {each.strip() for each in told.split(",")} if told is not None else {"*"}
    return lambda tag: "*" in tags or f'"c{tag}"' in tags
