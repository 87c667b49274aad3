"""POST /r/{short_code}/reports: a receipt in hand tells of a spared paper that was demanded. No account, no name."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response

from reuse_gateway.api.bodies import raw_body
from reuse_gateway.api.citizen_pages import notice_page, page_answer, refusal_page, wants_page
from reuse_gateway.api.exchange import spend_as_stranger
from reuse_gateway.api.openapi import problems_or_pages
from reuse_gateway.api.routers.receipts import found_by_code
from reuse_gateway.api.services import Services
from reuse_gateway.domain.check import MOST_ITEMS
from reuse_gateway.domain.errors import CallerError, Fault, InvalidInput

_LARGEST, _PLACE_DIGITS = 2048, 2
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["paper"],
                    "properties": {"paper": {"type": "array", "items": {"type": "integer"}, "maxItems": MOST_ITEMS}},
                }
            }
        },
    }
}


def router(services: Services) -> APIRouter:
    """The route of reports from the receipt's page."""
    routes = APIRouter(tags=["citizens"])

    @routes.post("/r/{short_code}/reports", operation_id="report_from_receipt", response_class=HTMLResponse,
                 responses=problems_or_pages(400, 404, 408, 413, 415, 422, 429, 503), openapi_extra=_FORM)  # fmt: skip
    async def report(request: Request, short_code: str, lang: Annotated[str, Query(pattern="^(vi|en)$")] = "vi") -> Response:
        """A report waits for an auditor; the same paper of a receipt is reported once, however often it is sent."""
        sentences, back = services.rendering.sentences, None
        try:
            spend_as_stranger(services, request)
            address = request.client.host if request.client else "unknown"
            services.citizens.quota.spend(f"report:{address}")
            check = await found_by_code(services, short_code)
            back = f"/r/{check.short_code}?lang={lang}"
            await services.citizens.hear.report(check, await _places(request, services.limits.body_seconds))
        except CallerError as refused:
            if not wants_page(request):
                raise
            return refusal_page(sentences, refused, lang, back)
        return page_answer(notice_page(sentences, lang, "page.reported_title", "page.reported_lead", back))

    return routes


async def _places(request: Request, seconds: float) -> list[int]:
    """The papers ticked; raises CallerError, InvalidInput."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise CallerError(code="unsupported_media_type")
    body = await raw_body(request, _LARGEST, seconds)
    try:
        pairs = parse_qsl(body.decode("ascii"), strict_parsing=bool(body), max_num_fields=MOST_ITEMS)
    except ValueError:
        raise CallerError(code="invalid_request") from None
    told = [value for name, value in pairs if name == "paper"]
    if not told:
        raise InvalidInput(Fault("/paper", "missing"))
    if len(told) != len(pairs) or not all(_is_place(each) for each in told):
        raise InvalidInput(Fault("/paper", "unknown_ref"))
    return list(map(int, told))


def _is_place(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _PLACE_DIGITS
