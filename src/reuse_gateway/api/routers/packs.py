"""GET /v1/violations/{id}/pack: what proves a violation to somebody who trusts nobody here, as one file."""

from __future__ import annotations

from io import BytesIO
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from reuse_gateway.api.exchange import admitted, known_id, note_reading, only
from reuse_gateway.api.openapi import problems, secured
from reuse_gateway.api.proof_desk import ProofDesk
from reuse_gateway.api.services import Services


class Zip(Response):
    """A ZIP file."""

    media_type = "application/zip"


def router(services: Services, proof: ProofDesk) -> APIRouter:
    """The route of packs."""
    routes = APIRouter(tags=["demands and violations"])

    @routes.get("/v1/violations/{violation_id}/pack", operation_id="pack_violation", response_class=Zip,
                responses=problems(400, 401, 403, 404, 422, 429, 503), openapi_extra=secured("audit:export"))  # fmt: skip
    async def pack(
        request: Request,
        violation_id: str,
        size: Annotated[int | None, Query(ge=1, le=2**53, description="Size of the checkpoint to prove against")] = None,
    ) -> Response:
        """The evidence pack, proved against the newest checkpoint or that of `size`; the export is kept.

        `reuse-gateway ledger verify --bundle` verifies it offline. The same violation at the same size gives the same bytes.
        """
        caller = await admitted(services, request, "audit:export")
        only(request, "size")
        file, head = BytesIO(), await proof.pack.head(size)
        await proof.pack(file, [known_id(violation_id, "vio")], head)
        await note_reading(services, caller, "pack", violation_id)
        told = f'attachment; filename="{violation_id}-{head.size}.zip"'
        return Zip(file.getvalue(), headers={"content-disposition": told, "ledger-size": str(head.size)})

    return routes
