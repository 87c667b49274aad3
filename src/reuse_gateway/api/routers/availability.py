"""GET /v1/sources/{id}/availability: what the probe log proves about a time, interval by interval, with its leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from reuse_gateway.api.answers import AvailabilityOut
from reuse_gateway.api.exchange import admitted, json_answer, note_reading, only
from reuse_gateway.api.fact_shapes import moment
from reuse_gateway.api.openapi import problems, secured
from reuse_gateway.api.services import Services
from reuse_gateway.domain.availability import Evidence, Stretch, seconds_by_state, timeline
from reuse_gateway.domain.errors import Fault, InvalidInput, NotFound
from reuse_gateway.domain.receipt import instant
from reuse_gateway.domain.source_health import SourceState

_LONGEST = timedelta(days=31)
Told = Annotated[str, Query(max_length=40, examples=["2026-11-23T08:00:00+07:00"])]


def router(services: Services) -> APIRouter:
    """The route of the probe log."""
    routes = APIRouter(tags=["sources"])

    @routes.get("/v1/sources/{id}/availability", operation_id="read_availability",
                responses={200: {"model": AvailabilityOut}, **problems(400, 401, 403, 404, 422, 429, 503)},
                openapi_extra=secured("audit:read"))  # fmt: skip
    async def read(request: Request, id: str, from_: Annotated[Told, Query(alias="from")], to: Told) -> Response:
        """Was the source down? Every interval of at most 31 days with its state and the leaves that prove it.

        Where nobody looked the state is unknown, never ok. The reading is itself recorded.
        """
        caller = await admitted(services, request, "audit:read")
        only(request, "from", "to")
        if id not in {source.id for source in services.changes.policies.shipped.facts.sources}:
            raise NotFound()
        start, end = _range(from_, to)
        evidence = await services.sources.log.evidence(id, start, end)
        await note_reading(services, caller, "availability", id)
        return json_answer({"source": id} | _told(evidence, timeline(evidence, start, end), start, end))

    return routes


def _range(from_: str, to: str) -> tuple[datetime, datetime]:
    told: dict[str, datetime] = {}
    for name, text in (("from", from_), ("to", to)):
        try:
            told[name] = moment(text)
        except ValueError as error:
            raise InvalidInput(Fault(f"/query/{name}", str(error))) from None
    if told["to"] <= told["from"]:
        raise InvalidInput(Fault("/query/to", "reversed_days"))
    if told["to"] - told["from"] > _LONGEST:
        raise InvalidInput(Fault("/query/to", "range_too_long"))
    return told["from"], told["to"]


def _told(evidence: Sequence[Evidence], stretches: tuple[Stretch, ...], start: datetime, end: datetime) -> dict[str, Any]:
    seconds = seconds_by_state(stretches)
    serving = seconds[SourceState.OK] + seconds[SourceState.DEGRADED]
    known = serving + seconds[SourceState.DOWN]
    return {
        "from": instant(start),
        "to": instant(end),
        "availability": round(serving / known, 6) if known else None,
        "seconds": {str(state): round(each, 3) for state, each in seconds.items()},
        "intervals": [_interval(each) for each in stretches],
        "evidence": [_evidence(each) for each in evidence],
    }


def _interval(stretch: Stretch) -> dict[str, Any]:
    span = {"from": instant(stretch.from_at), "to": instant(stretch.to_at)}
    return span | {"state": stretch.state, "leaves": list(stretch.leaves)}


def _evidence(evidence: Evidence) -> dict[str, Any]:
    seen = evidence.observation
    return {
        "ledger": {"index": evidence.leaf_index},
        "sealed_at": instant(evidence.sealed_at),
        "observer": seen.observer,
        "from": instant(seen.from_at),
        "to": instant(seen.to_at),
        "state": seen.state,
        "probes": seen.probes,
        "probes_failed": seen.probes_failed,
        "calls": seen.calls,
        "calls_failed": seen.calls_failed,
        "p50_ms": seen.p50_ms,
        "p95_ms": seen.p95_ms,
        "trouble": seen.trouble,
    }
