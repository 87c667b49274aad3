"""GET /v1/violations: what was found when demands were judged, for auditors; every reading is kept."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from reuse_gateway.api.case_rendering import standing_told
from reuse_gateway.api.exchange import admitted, json_answer, known_id, note_reading, only
from reuse_gateway.api.openapi import problems, secured
from reuse_gateway.api.routers.cases import READERS, case_of
from reuse_gateway.api.services import Services
from reuse_gateway.domain.errors import NotFound
from reuse_gateway.domain.receipt import instant
from reuse_gateway.domain.violation import RecordedViolation

_MOST, _CODE = 200, r"^[A-Za-z0-9._-]+$"


def router(services: Services) -> APIRouter:
    """Routes of violations."""
    routes = APIRouter(tags=["demands and violations"])

    @routes.get("/v1/violations", operation_id="list_violations", responses=problems(400, 401, 403, 422, 429, 503),
                openapi_extra=secured("audit:read"))  # fmt: skip
    async def listing(
        request: Request,
        agency: Annotated[str | None, Query(max_length=40, pattern=_CODE)] = None,
        procedure: Annotated[str | None, Query(max_length=40, pattern=_CODE)] = None,
        evidence_type: Annotated[str | None, Query(max_length=64, pattern=_CODE)] = None,
        type: Annotated[str | None, Query(pattern=r"^V[0-9]{2}$")] = None,
        limit: Annotated[int, Query(ge=1)] = 50,
        cursor: Annotated[str | None, Query(max_length=400)] = None,
    ) -> Response:
        """Violations, newest first; the reading is kept."""
        caller = await admitted(services, request, "audit:read")
        only(request, "agency", "procedure", "evidence_type", "type", "limit", "cursor")
        told = {"agency": agency, "procedure": procedure, "evidence_type": evidence_type, "type": type}
        filters = {name: value for name, value in told.items() if value is not None}
        after = services.cursors.open(cursor, filters)
        most = min(limit, _MOST)
        found = await services.archive.violations(int(after) if after else 2**62, most, filters)
        await note_reading(services, caller, "violations", "")
        more = found and await services.archive.violations(found[-1].index, 1, filters)
        following = services.cursors.seal(str(found[-1].index), filters) if more else None
        standings = await services.cases.rows.standings([each.violation.id for each in found])
        told = [_violation(each) | standing_told(standings.get(each.violation.id)) for each in found]
        return json_answer({"items": told, "next_cursor": following})

    @routes.get("/v1/violations/{violation_id}", operation_id="read_violation",
                responses=problems(401, 403, 404, 429, 503), openapi_extra=secured(*READERS))  # fmt: skip
    async def read(request: Request, violation_id: str) -> Response:
        """One violation with its case: state, whole history, what the caller may do next; the reading is kept."""
        caller = await admitted(services, request, *READERS)
        found = await services.archive.violation(known_id(violation_id, "vio"))
        standing = (await services.cases.rows.standings([violation_id])).get(violation_id)
        if found is None or standing is None:
            raise NotFound()
        case, tag = await case_of(services, caller, standing.case_id)
        await note_reading(services, caller, "violation", violation_id)
        now = standing.round == case["round"]
        told = {"legal_next": case["legal_next"] if now else [], "history": case["history"], "case": case}
        return json_answer(_violation(found) | standing_told(standing) | told, headers={"etag": tag})

    return routes


def _violation(recorded: RecordedViolation) -> dict[str, Any]:
    violation = recorded.violation
    return {
        "violation_id": violation.id,
        "type": violation.type,
        "agency": violation.agency,
        "procedure": violation.procedure,
        "evidence_type": violation.evidence_type,
        "source": violation.source,
        "severity": violation.severity,
        "personal_liability": violation.personal_liability,
        "legal_basis": list(violation.legal_basis),
        "made_at": instant(violation.made_at),
        "proof_check_id": violation.proof_check_id,
        "demand_id": violation.demand_id,
        "check_id": violation.check_id,
        "ref": violation.ref,
        "ledger": {"index": recorded.index},
    }
