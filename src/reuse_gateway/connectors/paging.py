"""Page after page until the source has no more, or the manifest's cap is reached: what was not read is unknown, not absent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from reuse_gateway.connectors.lookups import STATE_TOLD, LookupFacts, Then
from reuse_gateway.connectors.reading import Told, page_length
from reuse_gateway.connectors.understanding import Meant

AskPage = Callable[[int], Awaitable[Meant]]


async def all_pages(lookup: LookupFacts, ask: AskPage) -> tuple[Then | None, Told]:
    """What the first page means, and all pages. A further page that is neither found nor absent spoils the whole answer."""
    paging = lookup.request.paging
    then, body = await ask(paging.first if paging else 0)
    if paging is None or then not in STATE_TOLD:
        return then, Told((body,), state=STATE_TOLD.get(then) if then else None)
    pages: list[Any] = [body]
    while not _last(lookup, pages, paging.size):
        if len(pages) == paging.most:
            return then, Told(tuple(pages), complete=False, state=STATE_TOLD[then])
        further, body = await ask(paging.first + paging.step * len(pages))
        if further is Then.ABSENT:
            break
        if further is not then:
            return (further if further not in STATE_TOLD else None), Told((body,))
        pages.append(body)
    return then, Told(tuple(pages), state=STATE_TOLD[then])


def _last(lookup: LookupFacts, pages: list[Any], size: int) -> bool:
    """A short page is the last one; so is the one with which the source's own total is reached."""
    lengths = [page_length(lookup, page) for page in pages]
    if lengths[-1] is None or lengths[-1] < size:
        return True
    total = lookup.total.text_at(pages[0]) if lookup.total else None
    return bool(total and total.isascii() and total.isdigit() and len(total) < 10 and sum(filter(None, lengths)) >= int(total))
