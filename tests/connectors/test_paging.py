"""Pages are read to the end or to the cap; what was not read is never absent, and a bad page spoils the answer."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from reuse_gateway.domain.holding import Doubt, Holding, Outcome

from .builders import OTHER, ask, mocked, paper, toy

FOREIGN = paper(owner=OTHER)
OWN = paper(no="1")
PAGED = {
    "request": {
        "method": "GET",
        "path": "/papers",
        "query": {"id": "{subject.number}", "offset": "{page}"},
        "paging": {"first": "0", "step": "2", "size": "2", "most": "3"},
    },
    "several": "newest",
}


async def _told(*pages: Any, **changes: Any) -> tuple[Holding, list[int]]:
    """The holding, and the offsets that were asked for."""
    asked: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(int(request.url.params["offset"]))
        page = pages[min(asked[-1] // 2, len(pages) - 1)]
        return (
            page if isinstance(page, httpx.Response) else httpx.Response(200, content=json.dumps({"code": 1, "papers": page}))
        )

    registry = mocked(answer, toy(lookup=PAGED | changes))
    told = await ask(registry)
    await registry.aclose()
    return told, asked


async def test_pages_are_turned_until_one_is_short() -> None:
    told, asked = await _told([FOREIGN, paper(kind="x")], [FOREIGN, FOREIGN], [OWN])
    assert (told.outcome, asked) == (Outcome.HELD, [0, 2, 4])


async def test_an_empty_page_is_the_end() -> None:
    told, asked = await _told([FOREIGN, paper(kind="x")], [])
    assert (told.outcome, asked) == (Outcome.ABSENT, [0, 2])


async def test_what_lies_beyond_the_cap_is_unknown_and_not_absent() -> None:
    told, asked = await _told([FOREIGN, paper(kind="x")])
    assert (told.doubt, asked) == (Doubt.BAD_ANSWER, [0, 2, 4])


async def test_a_paper_seen_before_the_cap_counts() -> None:
    assert (await _told([FOREIGN, OWN], [FOREIGN, FOREIGN]))[0].outcome is Outcome.HELD


@pytest.mark.parametrize(
    ("page", "doubt"),
    [
        (httpx.Response(500), Doubt.SOURCE_UNAVAILABLE),
        (httpx.Response(403), Doubt.SOURCE_DENIED),
        (httpx.Response(200, content=b"<html>"), Doubt.BAD_ANSWER),
        (["text"], Doubt.BAD_ANSWER),
    ],
)
async def test_a_bad_page_spoils_the_whole_answer(page: Any, doubt: Doubt) -> None:
    assert (await _told([FOREIGN, OWN], page))[0].doubt is doubt
