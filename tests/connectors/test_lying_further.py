"""Lies where the other suites do not look: sign-in, cells of real views, NDJSON and workbooks, the API."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
import tempfile
import time
from pathlib import Path
from traceback import format_exception
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reuse_gateway.bootstrap import connectors_dir
from reuse_gateway.catalogue.loader import Catalogue
from reuse_gateway.connectors.database_line import DatabaseLine
from reuse_gateway.connectors.files_line import FilesLine
from reuse_gateway.connectors.loading import load_manifests
from reuse_gateway.connectors.registry import SourceRegistry
from reuse_gateway.domain.errors import UnsafeSettings
from reuse_gateway.domain.holding import Holding, Outcome
from reuse_gateway.settings import Settings
from reuse_gateway.signing.keys import KeyRing
from tests.api.conftest import House, body, catalogue, furnish, ring

from .builders import NUMBER, OTHER, TOKENS, WallClock, ask, found, mocked, paper, toy
from .test_lying_protocols import _DROP, _VIEW, _ask_line
from .variants import VARIANTS

__all__ = ["catalogue", "ring"]

QUIETLY = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
_LOGINS: dict[str, dict[str, Any]] = {"session": VARIANTS["session_rpc"], "oauth2": {"auth": TOKENS}}
_DEEP = b'{"code":' + b"[" * 5_000 + b"]" * 5_000 + b"}"
_ODD = st.sampled_from(
    [
        _DEEP, b'{"code": 1e999, "papers": [1e999]}', b'{"code": NaN}', b'{"code": 1, "code": 0, "papers": []}', b"null", b"",
        b'""',
        b'{"code": 1, "papers": ' + b"9" * 5_000 + b"}", b'{"code": 1, "papers": "\\ud800"}', b"\xff\xfe{", b"[[[[", b"<html>",
        b'{"code": "0", "session": null}', b'{"access_token": "", "expires_in": "x"}', b'{"access_token": "a\\r\\nx: y"}',
        b'{"code": "0", "session": {"a": 1}}', b'{"access_token": 5, "expires_in": -1e30}',
        b'{"access_token": "t", "expires_in": true}',
    ]
)  # fmt: skip
_VIEW_URL = "sqlite+aiosqlite:////nowhere/at/all.sqlite"
_ANY = _ODD | st.binary(max_size=60)


@pytest.mark.parametrize("how", _LOGINS)
def test_whatever_a_login_says_nothing_is_absent_and_nobody_is_named_in_logs(
    how: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    async def once(status: int, said: bytes) -> Holding:
        def answer(request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith(("/login", "/token")):
                return httpx.Response(status, content=said)
            return httpx.Response(200, content=found())

        registry = mocked(answer, toy(**_LOGINS[how]))
        try:
            return await ask(registry)
        finally:
            await registry.aclose()

    @settings(max_examples=80, **QUIETLY)
    @given(status=st.sampled_from([200, 200, 201, 302, 400, 401, 403, 500]), said=_ANY)
    def lies(status: int, said: bytes) -> None:
        told = asyncio.run(once(status, said))
        assert told.outcome is Outcome.UNKNOWN or _signs_in(how, status, said)

    lies()
    assert NUMBER not in caplog.text


def _signs_in(how: str, status: int, said: bytes) -> bool:
    """By other means than the code under test: does this answer give a token that a header can carry?"""
    try:
        told = json.loads(said)
    except (ValueError, RecursionError):
        return False
    if not isinstance(told, dict) or status not in (200, 201):
        return False
    token = told.get("access_token") if how == "oauth2" else told.get("session") if told.get("code") == "0" else None
    return isinstance(token, str | int) and str(token).isascii() and str(token).isprintable() and bool(str(token))


@settings(max_examples=150, **QUIETLY)
@given(said=_ODD, status=st.sampled_from([200, 200, 500]), variant=st.sampled_from(sorted(VARIANTS)))
def test_no_odd_answer_decides_anything(said: bytes, status: int, variant: str) -> None:
    async def once() -> Holding:
        def answer(request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("/login"):
                return httpx.Response(200, content=b'{"code": "0", "session": "s1"}')
            return httpx.Response(status, content=said)

        registry = mocked(answer, toy(**VARIANTS[variant]))
        try:
            return await ask(registry)
        finally:
            await registry.aclose()

    assert asyncio.run(once()).outcome is Outcome.UNKNOWN


_CELL = st.none() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.binary(max_size=9) | st.text(max_size=9)
_OWNER = st.sampled_from([NUMBER, int(NUMBER), NUMBER.encode(), OTHER, float(NUMBER), None])
_KIND = st.sampled_from(["birth", "birth", "death", None, b"birth"]) | _CELL
_NAME, _BORN = st.sampled_from(["NGUYEN VAN AN", "X"]) | _CELL, st.sampled_from(["1990-05-14", "1990"]) | _CELL
_ROW = st.tuples(_OWNER, _KIND, _NAME, _BORN, _CELL)


@settings(max_examples=60, **QUIETLY)
@given(rows=st.lists(_ROW, max_size=3))
def test_no_cell_of_a_real_view_is_held_but_the_owners_own(rows: list[tuple[Any, ...]]) -> None:
    sql = "SELECT owner, kind, name, born, \"to\" FROM papers WHERE '' <> :n"
    request = {"statement": {"sql": sql, "bind": {"n": "{subject.number}"}}}
    manifest = toy(**_VIEW | {"lookup": _VIEW["lookup"] | {"request": request}})
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "view.sqlite"
        connection = sqlite3.connect(file)
        connection.execute('CREATE TABLE papers (owner, kind, name, born, "to")')
        connection.executemany("INSERT INTO papers VALUES (?, ?, ?, ?, ?)", rows)
        connection.commit()
        connection.close()
        line = DatabaseLine(manifest.database, manifest.limits, f"sqlite+aiosqlite:///{file}")
        told = asyncio.run(_ask_line(manifest, line))
    own = [row for row in rows if row[0] in (NUMBER, int(NUMBER)) and row[1] == "birth"]
    assert told.outcome is not Outcome.HELD or own
    assert told.outcome is not Outcome.ABSENT or not own


@pytest.mark.parametrize("form", ["ndjson", "xlsx"])
def test_no_bytes_whatever_in_a_dropped_file_make_a_paper(form: str) -> None:
    manifest = toy(**_DROP | {"drop": _DROP["drop"] | {"format": form}})

    @settings(max_examples=80, **QUIETLY)
    @given(said=_ANY, tail=st.binary(max_size=9))
    def lies(said: bytes, tail: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / f"1.{form}").write_bytes(said + tail)
            told = asyncio.run(_ask_line(manifest, FilesLine(manifest.drop, Path(folder))))
        assert told.outcome is Outcome.UNKNOWN or (form == "ndjson" and not said.strip() and not tail.strip())

    lies()


async def test_a_liar_at_every_shipped_source_never_becomes_a_5xx_or_an_answer(catalogue: Catalogue, ring: KeyRing) -> None:
    """The whole way of a check, all twenty manifests, each answer chosen among the worst."""
    manifests = load_manifests(connectors_dir(Settings(home=Path("unused"))), catalogue.evidence_types)
    worst = [
        _DEEP,
        b"<html>",
        b"",
        b"\xff\xfe{",
        found(paper()),
        b'{"code": 1, "papers": []}',
        b"[]",
        b"null",
        b'"' + b"x" * 70_000,
    ]
    turn, slow = [0], [0.0]

    async def lie(request: httpx.Request) -> httpx.Response:
        turn[0] += 1
        await asyncio.sleep(slow[0])
        return httpx.Response((200, 200, 200, 500, 302)[turn[0] % 5], content=worst[turn[0] % len(worst)])

    urls = {manifest.id: "http://127.0.0.1:9" for manifest in manifests if not manifest.database and not manifest.drop}
    transport = httpx.MockTransport(lie)
    sources = SourceRegistry(
        manifests, urls, lambda name: _VIEW_URL if name.endswith("URL") else "s", WallClock(), transport=lambda *_: transport
    )
    house = House(sources=sources)
    await furnish(house, catalogue, ring)
    kinds = sorted(
        kind for kind in catalogue.evidence_types if any(kind in look.evidence for m in manifests for look in m.lookups)
    )
    papers = [{"ref": f"p{n}", "evidence_type": kind} for n, kind in enumerate(kinds)]
    codes = sorted({str(version.code) for version in catalogue.procedures})
    doubts = set()
    for place, code in enumerate(codes):
        slow[0] = 3.0 if place == len(codes) - 1 else 0.0
        started = time.perf_counter()
        answer = await house.check(body(*papers, procedure=code))
        assert time.perf_counter() - started < 3
        assert answer.status_code == 200, answer.text
        told = [holding for each in answer.json()["items"] for holding in each["holdings"]]
        assert {holding["outcome"] for holding in told} <= {"unknown"}
        doubts |= {holding["reason"] for holding in told}
    assert {"bad_answer", "source_unavailable"} <= doubts
    assert turn[0] > len(codes)
    await house.client.aclose()
    await sources.aclose()


@pytest.mark.parametrize(
    "url", ["s3cret", "postgresql://u:s3cret@127.0.0.1/x", "nothing://u:s3cret@127.0.0.1/x", "sqlite+aiosqlite://h:s3cret/x"]
)
async def test_a_url_that_is_no_databases_is_refused_at_start_and_not_shown(url: str) -> None:
    asked = {"request": {"statement": {"sql": "SELECT owner FROM papers WHERE owner = :n", "bind": {"n": "{subject.number}"}}}}
    manifest = toy(protocol="sql_view", database={"url_name": "TOY_URL"}, lookup=asked)
    with pytest.raises(UnsafeSettings) as refused:
        SourceRegistry([manifest], {}, lambda name: url, WallClock())
    assert "TOY_URL" in str(refused.value)
    assert "s3cret" not in "".join(format_exception(refused.value))
