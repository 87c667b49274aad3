"""/v1/exports: a job, how far it is, its file by a link that expires, and the end of it; every download is kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import FileResponse, Response

from reuse_gateway.api.exchange import admitted, json_answer, known_id, read_model, spend_as_stranger
from reuse_gateway.api.export_shapes import ExportIn, export_told
from reuse_gateway.api.openapi import body_of, problems, secured
from reuse_gateway.api.services import Services
from reuse_gateway.api.violation_reading import Asked, asked
from reuse_gateway.application.ports import AccessNote
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.errors import BadQuery, CallerError, NotFound
from reuse_gateway.domain.export import Export, ExportOrder, ExportState, Format

LINK_LASTS = timedelta(minutes=15)
_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.NDJSON: "application/x-ndjson",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.BUNDLE: "application/zip",
}


def router(services: Services) -> APIRouter:
    """Routes of exports."""
    routes = APIRouter(tags=["exports"])
    _jobs(routes, services)
    _ends(routes, services)
    return routes


def _jobs(routes: APIRouter, services: Services) -> None:
    @routes.post("/v1/exports", operation_id="order_export", status_code=202,
                 responses=problems(400, 401, 403, 408, 413, 415, 422, 429, 503),
                 openapi_extra=body_of("ExportIn") | secured("audit:export"))  # fmt: skip
    async def order(request: Request) -> Response:
        """Begin a file of violations as the ledger stands now; 202 and where to look."""
        caller = await admitted(services, request, "audit:export")
        told = await read_model(services, request, ExportIn)
        wanted_rows, ids = await _sought(services, caller.agency, told), services.auditing.ids
        wanted = ExportOrder(
            id=ids.new("exp"),
            client_id=caller.client_id,
            agency=caller.agency,
            format=Format(told.format),
            query=wanted_rows.query,
            columns=tuple(told.columns),
            purpose=told.purpose,
            ordered_at=services.clock.now(),
            tz=told.tz,
            headings=told.headings,
            words=told.words,
        )
        export = await services.auditing.exports.start(wanted)
        return json_answer(export_told(export, None) | wanted_rows.told(), 202, {"location": f"/v1/exports/{export.id}"})

    @routes.get("/v1/exports/{export_id}", operation_id="read_export", responses=problems(401, 403, 404, 429, 503),
                openapi_extra=secured("audit:export"))  # fmt: skip
    async def read(request: Request, export_id: str) -> Response:
        """How far it is; once done with the file's size, digest and a link to it."""
        caller = await admitted(services, request, "audit:export")
        export = _own(services, caller, export_id)
        return json_answer(export_told(export, _link(services, caller, export)))


def _ends(routes: APIRouter, services: Services) -> None:
    @routes.delete("/v1/exports/{export_id}", operation_id="cancel_export", responses=problems(401, 403, 404, 429, 503),
                   openapi_extra=secured("audit:export"))  # fmt: skip
    async def cancel(request: Request, export_id: str) -> Response:
        """End a job, or delete its file; when this answers, nothing of it is left and every link to it is dead."""
        caller = await admitted(services, request, "audit:export")
        _own(services, caller, export_id)
        export = await services.auditing.exports.cancel(export_id)
        return json_answer(export_told(export, None)) if export else json_answer({})

    @routes.get("/v1/exports/{export_id}/file", operation_id="download_export", response_class=FileResponse,
                responses=problems(400, 404, 429, 503), openapi_extra={"security": []})  # fmt: skip
    async def download(request: Request, export_id: str, key: Annotated[str, Query(max_length=600)]) -> Response:
        """The file, to whoever has the link while it lasts; the download is kept under the client it was given to."""
        spend_as_stranger(services, request)
        client_id, agency = _admitted_by(services, known_id(export_id, "exp"), key)
        export = services.auditing.exports.status(export_id)
        path = services.auditing.exports.shelf.file(export) if export and export.state is ExportState.DONE else None
        if export is None or path is None:
            raise NotFound()
        note = AccessNote(services.clock.now(), client_id, agency, "export_download", export_id)
        await services.recorder.record_access(note)
        return FileResponse(path, media_type=_TYPES[export.format], filename=f"violations-{export_id}.{export.format.suffix}")


async def _sought(services: Services, agency: str, told: ExportIn) -> Asked:
    """What the order looks for; raises BadQuery with the place in the body."""
    try:
        return await asked(services.auditing.filters, services.auditing.seek, agency, told.sought())
    except BadQuery as refused:
        place = refused.pointer.removeprefix("/query")
        pointer = place if place in ("/q", "/filter") else f"/filters{place}"
        raise BadQuery(refused.fault, refused.at, refused.suggestions, pointer) from None


def _own(services: Services, caller: Caller, export_id: str) -> Export:
    """A job is its own client's; raises NotFound for others but administrators."""
    export = services.auditing.exports.status(known_id(export_id, "exp"))
    if export is None or not (export.client_id == caller.client_id or "admin" in caller.scopes):
        raise NotFound()
    return export


def _link(services: Services, caller: Caller, export: Export) -> str:
    until = min(services.clock.now() + LINK_LASTS, export.expires_at)
    key = services.cursors.seal(f"{until.isoformat()} {caller.agency} {caller.client_id}", {"export": export.id})
    return f"/v1/exports/{export.id}/file?key={key}"


def _admitted_by(services: Services, export_id: str, key: str) -> tuple[str, str]:
    """Client and agency that the link was given to; raises NotFound for a link that is over or was never given."""
    try:
        until, agency, client_id = (services.cursors.open(key, {"export": export_id}) or "").split(" ", 2)
    except (CallerError, ValueError):
        raise NotFound() from None
    if services.clock.now() >= datetime.fromisoformat(until):
        raise NotFound()
    return client_id, agency
