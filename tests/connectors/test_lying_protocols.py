"""No answer whatever becomes held unless it is the subject's own found record: in every protocol, from views and from files."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import tempfile
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reuse_gateway.connectors.connector import Connector
from reuse_gateway.connectors.files_line import FilesLine
from reuse_gateway.connectors.sql_view import Rows
from reuse_gateway.domain.holding import Doubt, Holding, Outcome, State
from reuse_gateway.domain.plan import Lookup

from .builders import AN, LOGGED_IN, NUMBER, OTHER, PURPOSE, WallClock, ask, mocked, toy
from .variants import VARIANTS, spoken

_OWNERS = st.sampled_from([NUMBER, OTHER, 999090000001, f"{NUMBER};{OTHER}", None, "", "000000001"])
_PAPER = st.fixed_dictionaries(
    {},
    optional={
        "owner": _OWNERS,
        "kind": st.sampled_from(["birth", "death", None, ["birth"]]),
        "name": st.sampled_from(["Nguyễn Văn An", "X", None]),
        "born": st.sampled_from(["1990", "1990-05-14", "14/05/1990", "?", None]),
        "to": st.sampled_from(["2030-01-01", "2000-01-01", "0000-00-00", "soon", None]),
    },
)
_PAPERS = st.lists(_PAPER, max_size=3)
_STATUS = st.sampled_from([200, 200, 200, 200, 201, 204, 301, 400, 401, 403, 404, 429, 500])
_TYPES = st.sampled_from(["application/json", "text/html", "text/xml", "", "application/json; charset=utf-16"])
_CODECS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1258"])


def _mangled(body: bytes, codec: str, cut: int, flip: int) -> bytes:
    """Honest bytes in another encoding, cut short, with one bit turned."""
    body = body.decode().encode(codec, "replace")
    body = body[: len(body) - cut] if cut else body
    return (
        body[: flip % len(body)] + bytes([body[flip % len(body)] ^ 1]) + body[flip % len(body) + 1 :] if body and flip else body
    )


@st.composite
def _bodies(draw: st.DrawFn, variant: str) -> bytes:
    if draw(st.booleans()):
        return draw(st.binary(max_size=80))
    told = spoken(variant, *draw(_PAPERS))
    return _mangled(told, draw(_CODECS), draw(st.sampled_from([0, 0, 0, 1, 9])), draw(st.sampled_from([0, 0, 0, 3, 40, 77])))


def _papers_in(variant: str, body: bytes) -> list[Any] | None:
    """The papers of an answer that really says found, by other means than the code under test; None = it does not."""
    try:
        if variant.startswith("soap"):
            answer = ElementTree.fromstring(body.decode("utf-8-sig"))[0][0]
            told: dict[str, Any] = {"code": answer.findtext("code")}
            told["papers"] = [{child.tag: child.text for child in each} for each in answer.findall("papers")]
        else:
            told = json.loads(body.decode("utf-8-sig"))
        if variant == "rest_json_wrapped" and isinstance(told.get("papers"), str):
            told["papers"] = json.loads(base64.b64decode(told["papers"]))
        papers = told.get("papers") or []
        return (papers if isinstance(papers, list) else [papers]) if told.get("code") in (1, "1", True) else None
    except (ValueError, LookupError, TypeError, AttributeError, ElementTree.ParseError):
        return None


def _is_own(each: Any) -> bool:
    return isinstance(each, dict) and str(each.get("owner")) == NUMBER and each.get("kind") == "birth"


def _check(told: Holding, papers: list[Any] | None, honest: bool) -> None:
    if told.outcome is Outcome.HELD:
        assert honest
        assert any(_is_own(each) for each in papers or [])
    if told.outcome is Outcome.ABSENT:
        assert honest
        assert papers is not None
        assert not any(_is_own(each) for each in papers)
    assert (told.outcome is Outcome.UNKNOWN) == (told.doubt is not None)
    assert (told.outcome is Outcome.HELD) == (told.state in set(State))


_LOGIN = httpx.Response(200, content=LOGGED_IN.partition(b"\r\n\r\n")[2])


async def _ask_once(variant: str, status: int, body: bytes, content_type: str, delay_s: float = 0.0) -> tuple[Holding, float]:
    async def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/login"):
            return httpx.Response(200, content=_LOGIN.content)
        await asyncio.sleep(delay_s)
        return httpx.Response(status, content=body, headers={"content-type": content_type})

    registry = mocked(answer, toy(**VARIANTS[variant]))
    try:
        started = time.perf_counter()
        told = await ask(registry, within_s=0.05 if delay_s else 1.0)
        return told, time.perf_counter() - started
    finally:
        await registry.aclose()


@pytest.mark.parametrize("variant", VARIANTS)
def test_no_lie_in_any_protocol_is_held_or_absent(variant: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    @settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(status=_STATUS, body=_bodies(variant), content_type=_TYPES)
    def lies(status: int, body: bytes, content_type: str) -> None:
        told, _ = asyncio.run(_ask_once(variant, status, body, content_type))
        _check(told, _papers_in(variant, body), status in (200, 201) and "html" not in content_type)

    lies()
    assert NUMBER not in caplog.text


@pytest.mark.parametrize("variant", VARIANTS)
def test_no_delay_in_any_protocol_outlasts_the_deadline(variant: str) -> None:
    @settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(delay_s=st.floats(0.0001, 0.3), body=_bodies(variant))
    def delays(delay_s: float, body: bytes) -> None:
        # A busy machine may stall any one call; no call after another is stalled.
        calls = (asyncio.run(_ask_once(variant, 200, body, "application/json", delay_s)) for _ in range(4))
        told, took_s = next((each for each in calls if each[1] < 0.1), (None, 1.0))
        assert told is not None, took_s
        assert delay_s < 0.05 or told.doubt is Doubt.SOURCE_TIMED_OUT

    delays()


_VIEW = {
    "protocol": "sql_view",
    "database": {"url_name": "TOY_DATABASE_URL"},
    "lookup": {
        "request": {"statement": {"sql": "SELECT kind FROM t WHERE owner = :n", "bind": {"n": "{subject.number}"}}},
        "outcomes": [
            {"when": [{"status": ["200"]}, {"path": "rows", "is": "filled"}], "then": "found"},
            {"when": [{"status": ["200"]}, {"path": "rows", "is": "empty"}], "then": "absent"},
        ],
        "records": "rows",
    },
}


class _Told:
    """A line that brings back whatever it is told."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def carry(self, question: Any, deadline: float) -> tuple[Rows, None]:
        return self._rows, None

    def refused(self, shown: Any) -> bool:
        return False

    async def aclose(self) -> None:
        return None


async def _ask_line(manifest: Any, line: Any) -> Holding:
    now = asyncio.get_running_loop().time
    connector = Connector(manifest, line, WallClock(), now)
    lookup = manifest.lookups[0]
    try:
        return (await connector.ask(lookup, Lookup("toy", AN, ("birth_certificate",)), PURPOSE, now() + 1))[0]
    finally:
        await connector.aclose()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=_PAPERS, cut=st.booleans())
def test_no_rows_of_others_and_no_cut_off_rows_decide_anything(rows: list[dict[str, Any]], cut: bool) -> None:
    told = asyncio.run(_ask_line(toy(**_VIEW), _Told(Rows(rows, cut))))
    _check(told, rows, honest=not cut)


_DROP = {
    "protocol": "file_drop",
    "drop": {
        "folder_name": "TOY_FOLDER",
        "format": "csv",
        "columns": {name: name for name in ("owner", "kind", "name", "born", "to")},
        "key": ["owner", "kind"],
        "owner": ["owner"],
        "look_again_s": "0",
    },
    "lookup": _VIEW["lookup"] | {"request": {}},
}
_LINE = st.sampled_from([f"{NUMBER},birth,,,", f"{OTHER},birth,,,", f"{NUMBER},death,,,", "a,b", '"', "", ",,,,", "\x00,,,,"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=st.lists(_LINE, max_size=4), junk=st.binary(max_size=6), codec=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_no_file_whatever_makes_a_paper_out_of_nothing(lines: list[str], junk: bytes, codec: str) -> None:
    manifest = toy(**_DROP)
    with tempfile.TemporaryDirectory() as folder:
        text = "\n".join(["owner,kind,name,born,to", *lines])
        (Path(folder) / "1.csv").write_bytes(text.encode(codec) + junk)
        told = asyncio.run(_ask_line(manifest, FilesLine(manifest.drop, Path(folder))))
    own = f"{NUMBER},birth,,," in lines
    assert told.outcome is not Outcome.HELD or own
    assert told.outcome is not Outcome.ABSENT or not own or junk
