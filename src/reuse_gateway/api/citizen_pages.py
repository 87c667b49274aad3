"""Pages for people without an account: one look, one policy, and every refusal in words instead of JSON."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from reuse_gateway.api.problems import status_of
from reuse_gateway.domain.errors import CallerError, InvalidInput, TooMany
from reuse_gateway.domain.text import Sentences

PAGES = Environment(loader=PackageLoader("reuse_gateway.api"), autoescape=True, undefined=StrictUndefined)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'self'"


def page_answer(page: str, status: int = 200, headers: dict[str, str] | None = None) -> HTMLResponse:
    """A page that runs nothing and loads nothing."""
    return HTMLResponse(page, status, {"content-security-policy": _POLICY, **(headers or {})})


def notice_page(sentences: Sentences, language: str, title: str, lead: str, back: str | None) -> str:
    """A heading, one sentence, and the way back to the receipt; all three by key or address."""
    words = {"title": title, "lead": lead, "back": "page.reported_back"}
    said = {place: getattr(sentences.say(key), language) for place, key in words.items()}
    return PAGES.get_template("notice.html").render(said=said, language=language, back=back)


def wants_page(request: Request) -> bool:
    """A browser; whoever asks for JSON gets the problem as everywhere."""
    return "json" not in request.headers.get("accept", "").lower()


def refusal_page(sentences: Sentences, error: CallerError, language: str, back: str | None = None) -> HTMLResponse:
    """A refusal as a person reads it, with the status that a program gets."""
    nothing_ticked = isinstance(error, InvalidInput) and [fault.code for fault in error.faults] == ["missing"]
    known = f"problem.{error.code}" in sentences.by_key
    lead = "page.nothing_ticked" if nothing_ticked else f"problem.{error.code if known else 'invalid_request'}"
    page = notice_page(sentences, language, "page.refused_title", lead, back)
    headers = {"retry-after": str(error.retry_after_s)} if isinstance(error, TooMany) else None
    return page_answer(page, status_of(error), headers)
