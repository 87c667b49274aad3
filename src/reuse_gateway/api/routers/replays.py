"""GET /v1/violations/{id}/replay: why was this flagged, judged once more by the law of that day."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from reuse_gateway.api.exchange import admitted, json_answer, known_id, note_reading
from reuse_gateway.api.openapi import problems, secured
from reuse_gateway.api.rendering import wire
from reuse_gateway.api.services import Services
from reuse_gateway.application.replay_violation import Replayed
from reuse_gateway.domain.errors import NotFound
from reuse_gateway.domain.replay import COMPARED


def router(services: Services) -> APIRouter:
    """The route of replays."""
    routes = APIRouter(tags=["demands and violations"])

    @routes.get("/v1/violations/{violation_id}/replay", operation_id="replay_violation",
                responses=problems(401, 403, 404, 429, 503), openapi_extra=secured("audit:read"))  # fmt: skip
    async def again(request: Request, violation_id: str) -> Response:
        """`same`, `different` with what differs, or `undecidable` with what it rests on and is never kept."""
        caller = await admitted(services, request, "audit:read")
        recorded = await services.archive.violation(known_id(violation_id, "vio"))
        replayed = await services.auditing.replay(recorded) if recorded else None
        if replayed is None:
            raise NotFound()
        await note_reading(services, caller, "replay", violation_id)
        return json_answer(_told(services, replayed))

    return routes


def _told(services: Services, replayed: Replayed) -> dict[str, Any]:
    found, again = replayed.replay, replayed.replay.again
    recorded = {name: _plain(getattr(replayed.violation, name)) for name in COMPARED}
    judged = {name: _plain(getattr(again, name)) for name in COMPARED} if again else None
    return {
        "violation_id": replayed.violation.id,
        "outcome": found.outcome,
        "notice": wire(services.rendering.sentences.say(f"replay.{found.outcome}")),
        "recorded": recorded | {"reason": found.reason},
        "again": judged | {"reason": found.reason_again} if judged else None,
        "differs": list(found.differs),
        "not_kept": list(found.not_kept),
        "as_of": replayed.as_of,
        "legal_basis": [services.rendering.citation(code) for code in replayed.violation.legal_basis],
        "policy": {
            "recorded": replayed.recorded_policy,
            "replayed": replayed.pinned,
            "same": replayed.recorded_policy == replayed.pinned,
        },
    }


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
