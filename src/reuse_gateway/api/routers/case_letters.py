"""Letters of a case: issued once to each with a number, singly or many at once, read as DOCX to the byte; a draft has none."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from reuse_gateway.api.case_rendering import letter_told, owed_told
from reuse_gateway.api.exchange import admitted, json_answer, known_id, note_reading, only, read_wishes
from reuse_gateway.api.letter_shapes import LetterBatchIn, LetterIn
from reuse_gateway.api.openapi import body_of, problems, secured
from reuse_gateway.api.services import Services
from reuse_gateway.domain.applicant import span_of
from reuse_gateway.domain.case import ViolationCase
from reuse_gateway.domain.case_letter import LetterKind, RecordedLetter
from reuse_gateway.domain.case_moves import role_of
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.errors import NotFound

READERS, ISSUERS = ("audit:read", "demand:write"), ("audit:act", "demand:write")
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_FILE = {200: {"description": "The letter", "content": {_DOCX: {"schema": {"type": "string", "format": "binary"}}}}}


def letters_of(routes: APIRouter, services: Services) -> None:
    """Adds the routes of letters."""
    _issuing(routes, services)
    _reading(routes, services)


def _issuing(routes: APIRouter, services: Services) -> None:
    desk = services.cases

    @routes.post("/v1/cases/{case_id}/letters/apology:batch", operation_id="issue_case_apologies",
                 responses=problems(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503),
                 openapi_extra=body_of("LetterBatchIn", needed=False) | secured(*ISSUERS))  # fmt: skip
    async def issue_many(request: Request, case_id: str) -> Response:
        """Issue apologies to the next applicants of this round who wait for one; `left` tells how many wait after it."""
        caller = await admitted(services, request, *ISSUERS)
        known_id(case_id, "case")
        body = await read_wishes(services, request, LetterBatchIn)
        issued = await desk.issue.batch(caller, case_id, body.limit, body.officer)
        return json_answer({"issued": [letter_told(each) for each in issued.letters], **owed_told(issued.owed)})

    @routes.post("/v1/cases/{case_id}/letters/{kind}", operation_id="issue_case_letter", status_code=201,
                 responses=problems(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503),
                 openapi_extra=body_of("LetterIn", needed=False) | secured(*ISSUERS))  # fmt: skip
    async def issue(request: Request, case_id: str, kind: LetterKind) -> Response:
        """Issue one letter of this round, or tell of the one that was issued: numbered, kept, its digest in the ledger."""
        caller = await admitted(services, request, *ISSUERS)
        known_id(case_id, "case")
        body = await read_wishes(services, request, LetterIn)
        recorded = await desk.issue(caller, case_id, kind, body.officer, body.violation_id)
        named = f"&violation_id={recorded.letter.addressee}" if recorded.letter.addressee else ""
        where = f"/v1/cases/{case_id}/letters/{kind.value}?round={recorded.letter.round}{named}"
        return json_answer(letter_told(recorded), 201, {"location": where})


def _reading(routes: APIRouter, services: Services) -> None:
    @routes.get("/v1/cases/{case_id}/letters/{kind}", operation_id="read_case_letter", response_class=Response,
                responses={**_FILE, **problems(400, 401, 403, 404, 409, 422, 429, 503)},
                openapi_extra=secured(*READERS))  # fmt: skip
    async def read(
        request: Request,
        case_id: str,
        kind: LetterKind,
        round: Annotated[int | None, Query(ge=1, le=10_000)] = None,
        violation_id: Annotated[str | None, Query(pattern=r"^vio_[0-9a-f]{32}$")] = None,
    ) -> Response:
        """The letter as issued; where none was in this round, a draft for whoever issues it. The reading is kept.

        `violation_id`: any violation of the applicant, where the round has several.
        """
        caller = await admitted(services, request, *READERS)
        only(request, "round", "violation_id")
        case = await seen_case(services, caller, case_id)
        kept = await _kept(services, case, kind, round, violation_id)
        if kept is None and round is not None:
            raise NotFound()
        file = kept.letter.file if kept else await services.cases.issue.draft(caller, case_id, kind, violation_id)
        await note_reading(services, caller, "case_letter", case_id)
        name = kept.letter.reference.replace("/", "-") if kept else "draft"
        headers = {"content-disposition": f'attachment; filename="{kind.value}-{name}.docx"'}
        if kept:
            headers["etag"] = f'"{kept.file_sha256}"'
        return Response(file, 200, headers | {"x-letter-state": "issued" if kept else "draft"}, media_type=_DOCX)


async def seen_case(services: Services, caller: Caller, case_id: str) -> ViolationCase:
    """The case, for its agency and auditors; NotFound for strangers."""
    case = await services.cases.rows.case(known_id(case_id, "case"))
    sees = case and (role_of(caller, case.fingerprint.agency) or caller.scopes & {"audit:read", "admin"})
    if case is None or not sees:
        raise NotFound()
    return case


async def _kept(
    services: Services, case: ViolationCase, kind: LetterKind, round: int | None, violation_id: str | None
) -> RecordedLetter | None:
    desk, wanted = services.cases, round or case.round
    if wanted > case.round:
        return None
    named = await desk.issue.applicant(span_of(case, wanted), violation_id) if kind is LetterKind.APOLOGY else None
    return await desk.letters.letter(case.id, wanted, kind, named.violation_id if named else "")
