"""A pull takes everything that the portal publishes, or nothing; over real HTTP on loopback."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from reuse_gateway.application.pull_catalogue import pull_catalogue
from reuse_gateway.catalogue.laythutuc import read_answers, unwrapped
from reuse_gateway.cli.catalogue import app
from reuse_gateway.connectors import session_calls
from reuse_gateway.connectors.session_calls import SessionCalls, SessionService
from reuse_gateway.domain.errors import CallerError, GatewayError, MalformedBody
from reuse_gateway.domain.matching import Vocabulary
from reuse_gateway.simulation.portal import CALL_PATH, LOGIN_PATH, PortalCases, build_portal
from reuse_gateway.simulation.serving import serve

from .conftest import DAY, ONE, TWO, published

pytestmark = pytest.mark.acceptance
CODES = [f"9.{n:06d}" for n in range(1, 10)]


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_calls, "_PAUSE_S", 0.0)


def portal(**more: Any) -> PortalCases:
    return PortalCases([published(code) for code in CODES], **more)


async def pulled(cases: PortalCases, login: Mapping[str, str] | None = None) -> list[tuple[int, Any]]:
    async with serve(build_portal(cases)) as url:
        told = login or {"username": "demo", "password": "demo"}
        calls = SessionCalls(SessionService(url, LOGIN_PATH, CALL_PATH, told, {"madonvi": "H41"}, {"dstcode": "VN:X"}, 5.0))
        try:
            return await pull_catalogue(calls, unwrapped)
        finally:
            await calls.aclose()


@pytest.mark.parametrize("wrapped", [False, True])
async def test_everything_on_the_list_is_fetched_with_one_login(vocabulary: Vocabulary, wrapped: bool) -> None:
    cases = portal(wrapped=wrapped)
    answers = await pulled(cases)
    assert [read.version.code for read in read_answers(answers, DAY, vocabulary)] == CODES
    assert cases.logins == 1
    assert cases.calls[0] == "LayDanhSachTTHC"
    assert sorted(cases.calls[1:]) == [f"LayThuTuc {code}" for code in CODES]


async def test_a_session_that_ends_on_the_way_is_renewed() -> None:
    cases = portal(session_calls=4)
    assert len(await pulled(cases)) == len(CODES)
    assert cases.logins == 3


async def test_a_refused_login_is_not_tried_again_and_its_password_is_never_told() -> None:
    cases = portal()
    with pytest.raises(GatewayError) as refused:
        await pulled(cases, {"username": "demo", "password": "mat-khau-sai"})
    assert (refused.value.code, cases.logins) == ("source_denied", 1)
    assert "mat-khau-sai" not in str(refused.value)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (500, "source_unavailable"),
        (404, "source_unavailable"),
        ("<html>", "bad_answer"),
        ("[]", "bad_answer"),
        ('{"error_code": "0", "result": []}', "bad_answer"),
        (json.dumps({"error_code": "0", "result": [{"MATTHC": "9.999999"}]}), "bad_answer"),
        ('{"error_code": "7"}', "source_denied"),
        ('{"error_code": "-1"}', "source_denied"),
    ],
)
async def test_one_answer_that_fails_fails_the_whole_pull(fault: int | str, code: str) -> None:
    with pytest.raises(GatewayError) as refused:
        await pulled(portal(faults={CODES[4]: fault}))
    assert refused.value.code == code


async def test_an_empty_list_is_no_empty_country() -> None:
    with pytest.raises(GatewayError, match="names no procedure"):
        await pulled(PortalCases([]))


async def test_a_portal_that_is_not_there_is_said_so() -> None:
    calls = SessionCalls(SessionService("http://127.0.0.1:9", LOGIN_PATH, CALL_PATH, {}, {}, {}, 1.0))
    with pytest.raises(GatewayError) as refused:
        await pull_catalogue(calls, unwrapped)
    assert refused.value.code == "source_unavailable"
    await calls.aclose()


@pytest.fixture
def run(tmp_path: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "gateway.db").write_bytes(migrated_file.read_bytes())
    monkeypatch.setenv("REUSE_GATEWAY_HOME", str(tmp_path))
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def test_a_pull_is_an_import_like_any_other(run, tmp_path: Path) -> None:
    file = tmp_path / "portal.ndjson"
    file.write_text("\n".join(json.dumps(published(code)) for code in (ONE, TWO)), encoding="utf-8")
    assert json.loads(run("pull", "--simulate", file, "--json").stdout)["new"] == 2
    assert json.loads(run("pull", "--simulate", file, "--json").stdout)["import_id"] is None
    assert "LayThuTuc pull" in run("imports").stdout


@pytest.mark.parametrize("line", ["[1]", "not json", '{"MATTHC": ' + "9" * 5_000 + "}", "7"])
def test_a_file_to_simulate_that_cannot_be_read_is_refused_with_its_line(run, tmp_path: Path, line: str) -> None:
    file = tmp_path / "portal.ndjson"
    file.write_text(json.dumps(published(ONE)) + "\n" + line, encoding="utf-8")
    refused = run("pull", "--simulate", file).exception
    assert isinstance(refused, MalformedBody)
    assert "line 2" in str(refused)
    assert run("imports").stdout == ""


@pytest.mark.parametrize("wrapped", [True, False])
async def test_a_number_without_end_in_an_answer_of_the_portal_fails_the_pull(wrapped: bool) -> None:
    told = f'{{"MATTHC": "{ONE}", "TRANGTHAI": {"9" * 5_000}}}'
    answer = json.dumps({"error_code": "0", "message": told}) if wrapped else f'{{"error_code": "0", "result": {told}}}'
    with pytest.raises(GatewayError) as refused:
        await pulled(PortalCases([published(ONE)], faults={ONE: answer}))
    assert refused.value.code == "bad_answer"


def test_a_pull_wants_one_portal(run) -> None:
    assert isinstance(run("pull").exception, CallerError)
