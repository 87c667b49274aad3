"""No manifest and no caller sends a question, or its credentials, anywhere but to the address that was deployed."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from reuse_gateway.connectors.loading import read_mapping
from reuse_gateway.connectors.paths import MISSHAPEN
from reuse_gateway.connectors.paths import Path as AnswerPath
from reuse_gateway.connectors.placeholders import MissingInput
from reuse_gateway.connectors.rest_json import target_of
from reuse_gateway.domain.errors import FactsError
from reuse_gateway.domain.holding import Doubt
from reuse_gateway.simulation.facts import read_cases

from .builders import AN, ask, found, mocked, paper, question, toy

ABOUT = {"request": {"method": "GET", "path": "/things/{about.plate}/papers"}, "about": {"plate": "plate"}}


def asking(**request: Any) -> Any:
    return toy(lookup={"request": {"method": "GET", "path": "/papers", "query": {"id": "{subject.number}"}} | request})


@pytest.mark.parametrize(
    "path",
    [
        "@elsewhere.example/x", ".elsewhere.example/x", ":9/x", "x", "", "//elsewhere.example/x", "http://elsewhere.example/x",
        "/../admin", "/a/./b", "/a\\b", "/a?admin=1", "/a#b", "/a\r\nHost: b", "/%2e%2e/a", "/a\x00", "{subject.number}",
        "{about.plate}/x", "/a@b/{subject.number}",
    ],
)  # fmt: skip
def test_a_path_that_could_leave_its_host_or_climb_is_refused(path: str) -> None:
    with pytest.raises(ValidationError):
        asking(path=path)


@pytest.mark.parametrize("path", ["/", "/a", "/a/{subject.number}", "/a.b/{about.plate}/c-d_e", "/a;v=1/(x)~y"])
def test_an_honest_path_is_taken(path: str) -> None:
    asking(path=path)


@pytest.mark.parametrize(
    "name", ["Host", "host", "Content-Length", "Transfer-Encoding", "Cookie", "Accept-Encoding", "X\r\nY", "X Y", "", "X:", "Ä"]
)
def test_a_header_that_speaks_for_http_itself_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        asking(headers={name: "1"})


@pytest.mark.parametrize("value", ["a\r\nX: y", "a\x00", "{request_id}\n"])
def test_a_header_that_would_end_itself_is_refused(value: str) -> None:
    with pytest.raises(ValidationError):
        asking(headers={"X-Lan": value})


@given(st.text(max_size=12) | st.sampled_from(["..", ".", "", "../..", "a/../..", "@x.example", "?a=1", "#", "\\", "\r\nX: x"]))
def test_nothing_a_caller_says_changes_the_host_or_climbs(said: str) -> None:
    lookup = toy(lookup=ABOUT).lookups[0]
    try:
        target = target_of(lookup.request, {"about.plate": said})
    except MissingInput:
        assert said in ("", ".", "..")
        return
    parts = urlsplit("http://registry.example" + target)
    assert (parts.hostname, parts.query, parts.fragment) == ("registry.example", "", "")
    steps = httpx.URL("http://registry.example" + target).raw_path.split(b"/")
    assert (len(steps), steps[1], steps[3]) == (4, b"things", b"papers")


async def test_a_thing_that_would_climb_is_never_asked_for() -> None:
    asked = []
    registry = mocked(lambda request: asked.append(request) or httpx.Response(200, content=found(paper())), toy(lookup=ABOUT))
    told = await ask(registry, question(AN, about=(("plate", ".."),)))
    assert (told.doubt, asked) == (Doubt.INSUFFICIENT_SUBJECT_DATA, [])
    await registry.aclose()


@pytest.mark.parametrize(
    "text", ["a[?contains(@.so, `1`)]", "sort_by(a, &so)", "sum(a)", "to_number(a) | abs(@)", "max_by(a, &b)"]
)
@pytest.mark.parametrize(
    "value", [{"a": [{"so": 1}, {"so": "x"}]}, {"a": [{"so": "x"}]}, {"a": "x"}, {"a": 5}, {"a": [None, 1]}, {}, [], None]
)
def test_an_expression_that_breaks_on_an_answer_finds_nothing_and_raises_nothing(text: str, value: Any) -> None:
    told = AnswerPath.compile(text).read(value)
    assert told is MISSHAPEN or told is None or isinstance(told, list | int | float | dict)


@pytest.mark.parametrize("bomb", ["x: " + "[" * 100_000, "x: " + "[" * 100_000 + "]" * 100_000, "{a: " * 50_000])
def test_nesting_without_end_is_refused_and_does_not_end_the_process(tmp_path: Path, bomb: str) -> None:
    file = tmp_path / "toy.yaml"
    file.write_text(bomb)
    for read in (read_mapping, read_cases):
        with pytest.raises(FactsError):
            read(file)
