"""Reports for auditors: how much was reused, of how many dossiers; every reading is kept."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from reuse_gateway.api.bodies import validated
from reuse_gateway.api.exchange import admitted, json_answer, note_reading, only, read_json
from reuse_gateway.api.openapi import body_of, problems, secured
from reuse_gateway.api.reading import attempt
from reuse_gateway.api.report_shapes import ReceivedIn, ReceivedOut, ReceivedRowIn, ReuseOut
from reuse_gateway.api.services import Services
from reuse_gateway.application.measure_reuse import period_of
from reuse_gateway.domain.agency import agency_code
from reuse_gateway.domain.errors import Fault, InvalidInput
from reuse_gateway.domain.procedure import ProcedureCode
from reuse_gateway.domain.reuse_counts import By, ReceivedDossiers

First = Annotated[date, Query(alias="from", description="First day, in Vietnam.", examples=["2026-11-01"])]
Last = Annotated[date, Query(alias="to", description="Last day, counted too; at most 366 days.", examples=["2026-11-30"])]


def router(services: Services) -> APIRouter:
    """Routes of reports."""
    routes = APIRouter(tags=["reports"])
    numbers = services.numbers

    @routes.get("/v1/reports/reuse", operation_id="report_reuse",
                responses={200: {"model": ReuseOut}, **problems(400, 401, 403, 422, 429, 503)},
                openapi_extra=secured("audit:read"))  # fmt: skip
    async def reuse(request: Request, first: First, last: Last, by: By = By.AGENCY) -> Response:
        """Indicators 4.3, 4.4, 4.5a, 4.5b of Decision 766 and the gateway's stricter rates, with both parts of each."""
        caller = await admitted(services, request, "audit:read")
        only(request, "from", "to", "by")
        report = await numbers.measure(period_of(first, last), by)
        await note_reading(services, caller, "report_reuse", f"{first} {last} {by.value}")
        return json_answer(numbers.written(report))

    @routes.post("/v1/reports/received-dossiers", operation_id="tell_received_dossiers", status_code=201,
                 responses={201: {"model": ReceivedOut}, **problems(400, 401, 403, 408, 413, 415, 422, 429, 503)},
                 openapi_extra=body_of("ReceivedIn") | secured("dossier:write"))  # fmt: skip
    async def received(request: Request) -> Response:
        """How many dossiers were received, by agency, procedure and day: what the shares of the indicators are taken of."""
        caller = await admitted(services, request, "dossier:write")
        told = validated(ReceivedIn, await read_json(services, request, services.limits.batch_bytes))
        report, position = await numbers.received(caller, _rows(told))
        return json_answer({"report_id": report.id, "rows": len(report.rows), "ledger": {"index": position.index}}, 201)

    return routes


def _rows(told: ReceivedIn) -> tuple[ReceivedDossiers, ...]:
    faults: list[Fault] = []
    rows = [_row(row, f"/rows/{place}", faults) for place, row in enumerate(told.rows)]
    if faults:
        raise InvalidInput(*faults[:20])
    return tuple(row for row in rows if row)


def _row(told: ReceivedRowIn, pointer: str, faults: list[Fault]) -> ReceivedDossiers | None:
    agency = attempt(faults, f"{pointer}/agency", lambda: agency_code(told.agency))
    procedure = attempt(faults, f"{pointer}/procedure", lambda: ProcedureCode.parse(told.procedure))
    day = attempt(faults, f"{pointer}/received_on", lambda: date.fromisoformat(told.received_on), "impossible_date")
    return ReceivedDossiers(agency, procedure.base, day, told.dossiers) if agency and procedure and day else None
