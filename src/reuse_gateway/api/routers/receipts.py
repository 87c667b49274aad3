"""Receipts: read again, verified by anyone, and the page a citizen shows at the counter."""

from __future__ import annotations

import re
from typing import Annotated, Any

import segno
from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response

from reuse_gateway.api.answers import ReceiptOut, VerifiedOut
from reuse_gateway.api.citizen_pages import PAGES, page_answer, refusal_page, wants_page
from reuse_gateway.api.exchange import admitted, json_answer, note_reading, read_model, spend_as_stranger
from reuse_gateway.api.openapi import body_of, problems, problems_or_pages, secured
from reuse_gateway.api.routers.checks import receipt_of, visible
from reuse_gateway.api.schemas import ReceiptIn
from reuse_gateway.api.services import Services
from reuse_gateway.domain.check import Check
from reuse_gateway.domain.errors import CallerError, NotFound, ProofError
from reuse_gateway.domain.text import Text, day_in_vietnamese
from reuse_gateway.domain.verdict import Decision
from reuse_gateway.domain.vietnam import VIETNAM

_SHORT_CODE = re.compile(r"[2-9A-Z]{12}")


def router(services: Services) -> APIRouter:
    """Routes of the receipt."""
    routes = APIRouter(tags=["receipts"])

    @routes.get("/v1/receipts/{check_id}", operation_id="read_receipt",
                responses={200: {"model": ReceiptOut}, **problems(401, 403, 404, 429, 503)},
                openapi_extra=secured("check:write", "audit:read"))  # fmt: skip
    async def read(request: Request, check_id: str) -> Response:
        """The signed receipt of a check; the reading is kept."""
        caller = await admitted(services, request, "check:write", "audit:read")
        recorded = await visible(services, caller, check_id)
        await note_reading(services, caller, "receipt", check_id)
        receipt = receipt_of(services, recorded)
        return json_answer({"check_id": check_id, "receipt": receipt})

    @routes.post("/v1/receipts:verify", operation_id="verify_receipt",
                 responses={200: {"model": VerifiedOut}, **problems(400, 408, 413, 415, 422, 429)},
                 openapi_extra=body_of("ReceiptIn"))  # fmt: skip
    async def verify(request: Request) -> Response:
        """Is this receipt ours and unchanged? No token needed; it names no person."""
        spend_as_stranger(services, request)
        body = await read_model(services, request, ReceiptIn)
        try:
            claims = services.signer.verify(body.receipt)
        except ProofError as error:
            return json_answer({"valid": False, "code": error.code, "claims": None})
        return json_answer({"valid": True, "code": None, "claims": dict(claims)})

    @routes.get("/.well-known/jwks.json", operation_id="read_keys", responses=problems(429))
    async def keys(request: Request) -> Response:
        """Public keys of receipts (RFC 7517)."""
        spend_as_stranger(services, request)
        return json_answer(services.signer.jwks(), headers={"cache-control": "public, max-age=300"})

    _shown(routes, services)
    return routes


def _shown(routes: APIRouter, services: Services) -> None:
    @routes.get("/r/{short_code}", operation_id="read_page", response_class=HTMLResponse,
                responses=problems_or_pages(404, 422, 429, 503))  # fmt: skip
    async def show(request: Request, short_code: str, lang: Annotated[str, Query(pattern="^(vi|en)$")] = "vi") -> Response:
        """The citizen's page, in Vietnamese: these papers need not be brought. No personal data, printable, with a QR code."""
        try:
            spend_as_stranger(services, request)
            check = await found_by_code(services, short_code)
        except CallerError as refused:
            if not wants_page(request):
                raise
            return refusal_page(services.rendering.sentences, refused, lang)
        return page_answer(await _page(services, check, lang))


async def found_by_code(services: Services, short_code: str) -> Check:
    """The check of a code as people type it; raises NotFound, StoreError."""
    code = short_code.upper().replace("-", "")
    recorded = await services.archive.check_by_short_code(code) if _SHORT_CODE.fullmatch(code) else None
    if recorded is None:
        raise NotFound()
    return recorded.check


async def _page(services: Services, check: Check, language: str) -> str:
    address = f"{services.base_url}/r/{check.short_code}"
    version = await services.procedures.find(check.procedure, check.as_of)
    items = [services.rendering.item(verdict, check.agency) for verdict in check.verdicts]
    kinds = services.rendering.kinds
    laws = _laws(items)
    named = [(kinds[item["evidence_type"]].name if item["evidence_type"] in kinds else None, item) for item in items]
    return PAGES.get_template("receipt.html").render(
        say=lambda key: getattr(services.rendering.sentences.say(f"page.{key}"), language),
        language=language,
        other_language="en" if language == "vi" else "vi",
        laws=laws,
        numbers={basis["code"]: number for number, basis in enumerate(laws, 1)},
        procedure=getattr(version.title, language) if version else check.procedure,
        code=check.procedure,
        decided_on=day_in_vietnamese(check.decided_at.astimezone(VIETNAM)),
        short_code="-".join(check.short_code[i : i + 4] for i in (0, 4, 8)),
        spared=[(getattr(name, language), item) for name, item in named if name and item["decision"] == Decision.MUST_NOT_ASK],
        others=[(getattr(name, language), item) for name, item in named if name and item["decision"] != Decision.MUST_NOT_ASK],
        address=address,
        reports=f"/r/{check.short_code}/reports?lang={language}",
        reportable=_reportable(named, language),
        qr=segno.make(address, error="m").svg_data_uri(scale=4, border=2),
    )


def _reportable(named: list[tuple[Text | None, dict[str, Any]]], language: str) -> list[tuple[int, str]]:
    """Number and name of each paper that the receipt spares: what may be reported as demanded all the same."""
    spared = ((at, name) for at, (name, item) in enumerate(named) if name and item["decision"] == Decision.MUST_NOT_ASK)
    return [(at, getattr(name, language)) for at, name in spared]


def _laws(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each instrument once, in the order first cited: the page numbers them and the papers refer to the numbers."""
    spared = (item for item in items if item["decision"] == Decision.MUST_NOT_ASK)
    return list({basis["code"]: basis for item in spared for basis in item["legal_basis"]}.values())
