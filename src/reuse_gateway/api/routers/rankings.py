"""Rankings on rates and what reuse spared people, for auditors; and the one table of numbers that needs no token."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from reuse_gateway.api.exchange import admitted, json_answer, note_reading, only, spend_as_stranger
from reuse_gateway.api.openapi import problems, secured
from reuse_gateway.api.report_shapes import PublicReuseOut, RankingOut, SavingsOut
from reuse_gateway.api.routers.reports import First, Last
from reuse_gateway.api.services import Services
from reuse_gateway.application.measure_reuse import period_of
from reuse_gateway.domain.ranking import ranking
from reuse_gateway.domain.reuse_counts import By

Rate = Literal["reused_papers", "avoidable_requests", "unanswered", "violations_per_1000", "4.3", "4.4", "4.5a", "4.5b"]
Least = Annotated[int, Query(ge=10, le=1_000_000, description="Smallest denominator that is given a place.")]


def router(services: Services) -> APIRouter:
    """Routes of rankings, savings and public numbers."""
    routes = APIRouter(tags=["reports"])
    numbers = services.numbers

    @routes.get("/v1/reports/ranking", operation_id="report_ranking",
                responses={200: {"model": RankingOut}, **problems(400, 401, 403, 422, 429, 503)},
                openapi_extra=secured("audit:read"))  # fmt: skip
    async def ranked(
        request: Request, first: First, last: Last, rate: Rate = "reused_papers", by: By = By.AGENCY, least: Least = 30
    ) -> Response:
        """Places by a rate, never by a count; who has less than `least` in the denominator has no place."""
        caller = await admitted(services, request, "audit:read")
        only(request, "from", "to", "rate", "by", "least")
        report = await numbers.measure(period_of(first, last), by)
        await note_reading(services, caller, "report_ranking", f"{first} {last} {by.value} {rate}")
        return json_answer(numbers.ranked(report, ranking(report.rows, rate, least)))

    @routes.get("/v1/reports/savings", operation_id="report_savings",
                responses={200: {"model": SavingsOut}, **problems(400, 401, 403, 422, 429, 503)},
                openapi_extra=secured("audit:read"))  # fmt: skip
    async def saved(request: Request, first: First, last: Last) -> Response:
        """Papers that people did not have to bring, times what one costs: a range where the unit cost is a guess."""
        caller = await admitted(services, request, "audit:read")
        only(request, "from", "to")
        report = await numbers.measure(period_of(first, last), By.AGENCY)
        await note_reading(services, caller, "report_savings", f"{first} {last}")
        return json_answer(numbers.saved(report))

    @routes.get("/v1/public/reuse", operation_id="public_reuse",
                responses={200: {"model": PublicReuseOut}, **problems(400, 422, 429, 503)})  # fmt: skip
    async def public(
        request: Request, month: Annotated[str, Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2026-10"])]
    ) -> Response:
        """How much each agency reused in a whole month that is over; small cells are hidden, and what would give them back."""
        spend_as_stranger(services, request)
        only(request, "month")
        period, told = await numbers.public(month)
        return json_answer(numbers.told_to_all(period, told), headers={"cache-control": "public, max-age=3600"})

    return routes
