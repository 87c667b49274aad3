"""Letters of a case: issued once per round with a number, read as DOCX to the byte; a draft has none."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from reuse_gateway.api.case_rendering import letter_told
from reuse_gateway.api.case_shapes import LetterIn
from reuse_gateway.api.exchange import admitted, json_answer, known_id, note_reading, only, read_model
from reuse_gateway.api.openapi import body_of, problems, secured
from reuse_gateway.api.services import Services
from reuse_gateway.domain.case_letter import LetterKind
from reuse_gateway.domain.case_moves import role_of
from reuse_gateway.domain.errors import NotFound

READERS, ISSUERS = ("audit:read", "demand:write"), ("audit:act", "demand:write")
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_FILE = {200: {"description": "The letter", "content": {_DOCX: {"schema": {"type": "string", "format": "binary"}}}}}


def letters_of(routes: APIRouter, services: Services) -> None:
    """Adds the routes of letters."""
    desk = services.cases

    @routes.post("/v1/cases/{case_id}/letters/{kind}", operation_id="issue_case_letter", status_code=201,
                 responses=problems(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503),
                 openapi_extra=body_of("LetterIn") | secured(*ISSUERS))  # fmt: skip
    async def issue(request: Request, case_id: str, kind: LetterKind) -> Response:
        """Issue the letter of this round, or tell of the one that was issued: numbered, kept, its digest in the ledger."""
        caller = await admitted(services, request, *ISSUERS)
        known_id(case_id, "case")
        body = await read_model(services, request, LetterIn)
        recorded = await desk.issue(caller, case_id, kind, body.officer)
        where = f"/v1/cases/{case_id}/letters/{kind.value}?round={recorded.letter.round}"
        return json_answer(letter_told(recorded), 201, {"location": where})

    @routes.get("/v1/cases/{case_id}/letters/{kind}", operation_id="read_case_letter", response_class=Response,
                responses={**_FILE, **problems(401, 403, 404, 409, 422, 429, 503)},
                openapi_extra=secured(*READERS))  # fmt: skip
    async def read(
        request: Request, case_id: str, kind: LetterKind, round: Annotated[int | None, Query(ge=1, le=10_000)] = None
    ) -> Response:
        """The letter as issued; where none was in this round, a draft for whoever issues it. The reading is kept."""
        caller = await admitted(services, request, *READERS)
        only(request, "round")
        case = await desk.rows.case(known_id(case_id, "case"))
        sees = case and (role_of(caller, case.fingerprint.agency) or caller.scopes & {"audit:read", "admin"})
        if case is None or not sees:
            raise NotFound()
        kept = await desk.letters.letter(case_id, round or case.round, kind)
        if kept is None and round is not None:
            raise NotFound()
        file = kept.letter.file if kept else await desk.issue.draft(caller, case_id, kind)
        await note_reading(services, caller, "case_letter", case_id)
        name = kept.letter.reference.replace("/", "-") if kept else "draft"
        headers = {"content-disposition": f'attachment; filename="{kind.value}-{name}.docx"'}
        if kept:
            headers["etag"] = f'"{kept.file_sha256}"'
        return Response(file, 200, headers | {"x-letter-state": "issued" if kept else "draft"}, media_type=_DOCX)
