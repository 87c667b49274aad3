"""The committed OpenAPI document is the served one, and the service keeps to it."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path

import pytest

from reuse_gateway.bootstrap import document
from tests.acceptance.conftest import Standing, settings_for, standing

pytestmark = pytest.mark.acceptance

COMMITTED = Path(__file__).parents[2] / "openapi" / "openapi.json"
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance"
)


async def test_the_committed_document_is_what_the_service_serves(tmp_path: Path) -> None:
    committed = json.loads(COMMITTED.read_text(encoding="utf-8"))
    assert committed == json.loads(json.dumps(await document())), "run `make openapi` and commit it"
    async with standing(settings_for(f"sqlite:///{tmp_path}/store.db", tmp_path / "home", simulate=False)) as here:
        assert (await here.client.get("/openapi.json")).json() == committed


async def test_no_path_or_query_takes_a_persons_number() -> None:
    text = COMMITTED.read_text(encoding="utf-8")
    names = {p["name"] for path in json.loads(text)["paths"].values() for o in path.values() for p in o.get("parameters", [])}
    assert not names & {"personal_id", "enterprise_code", "full_name", "birth_date", "subject"}


async def test_the_service_keeps_to_its_document_under_generated_calls(tmp_path: Path) -> None:
    settings = settings_for(f"sqlite:///{tmp_path}/store.db", tmp_path / "home", calls_per_minute=10_000_000)
    async with standing(settings) as here:
        report = await _schemathesis(here, tmp_path)
    summary = re.search(r"(\d+) generated, (\d+) passed", report)
    assert summary, report[-3000:]
    assert summary[1] == summary[2], report[-3000:]
    assert int(summary[1]) > 500


async def _schemathesis(here: Standing, folder: Path) -> str:
    token = (await here.headers("demo-admin"))["authorization"]
    st = str(Path(sys.executable).with_name("schemathesis"))
    command = [
        st,
        "run",
        f"{str(here.client.base_url).rstrip(chr(47))}/openapi.json",
        "-H",
        f"Authorization: {token}",
        "--checks",
        CHECKS,
    ]
    command += ["--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "8", "--seed", "7", "--no-color"]
    run = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=folder
    )
    output, _ = await asyncio.wait_for(run.communicate(), 300)
    return output.decode()
