"""`connector test`: counts per source, JUnit, exit codes."""

from __future__ import annotations

import asyncio
import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from reuse_gateway.cli import connector
from reuse_gateway.simulation import running, simulated_secret
from reuse_gateway.workbench.junit import junit
from reuse_gateway.workbench.results import FAILED, NOT_APPLICABLE, PASSED, Result, tallies

from .rooms import SHIPPED

pytestmark = pytest.mark.acceptance


def test_counts_per_source_are_printed_and_written(tmp_path: Path) -> None:
    file = tmp_path / "junit.xml"
    told = CliRunner().invoke(connector.app, ["test", "civil_status", "--json", "--junit", str(file)])
    assert told.exit_code == 0, told.output
    (counted,) = json.loads(told.output)["sources"]
    assert (counted["source"], counted["failed"], counted["tier"]) == ("civil_status", 0, "bronze")
    suite = ElementTree.fromstring(file.read_text("utf-8")).find("testsuite")
    assert suite.get("tests") == str(counted["inline"] + counted["contract"] + counted["not_applicable"])


def test_a_case_that_comes_to_something_else_is_exit_1(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "all")
    file = tmp_path / "all" / "national" / "civil_status.cases.yaml"
    file.write_text(file.read_text("utf-8").replace("denied: {body: denied}", "denied: {body: nobody}"), "utf-8")
    words = ["test", "civil_status", "--connectors", str(tmp_path / "all"), "--case", "denied", "--case", "deadline"]
    told = CliRunner().invoke(connector.app, words)
    assert told.exit_code == 1
    assert "FAIL civil_status inline lookups.0.citizen.denied" in told.output


def test_a_part_of_the_suite_gives_no_quality_tier(tmp_path: Path) -> None:
    told = CliRunner().invoke(connector.app, ["test", "civil_status", "--case", "deadline", "--json"])
    facts = json.loads(told.output)
    assert {each["name"] for each in facts["results"]} == {"deadline", "nobody_in_the_logs"}
    assert facts["sources"][0]["tier"] == "-"


def test_a_failure_leaves_no_quality_tier() -> None:
    told = [Result("a", "contract", "x", PASSED), Result("a", "inline", "y", FAILED), Result("b", "contract", "x", PASSED)]
    assert {each.source: each.tier for each in tallies(told)} == {"a": "none", "b": "bronze"}


def test_skipped_cases_are_skipped_in_junit_with_their_reason() -> None:
    root = ElementTree.fromstring(junit([Result("a", "contract", "x", NOT_APPLICABLE, "no HTTP")]))
    assert root.find("testsuite/testcase/skipped").get("message") == "no HTTP"
    assert root.find("testsuite").get("failures") == "0"


@pytest.fixture
def deployed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A simulation elsewhere, deployed as if it were the live civil-status register."""
    started, over = threading.Event(), threading.Event()
    told: list[str] = []

    async def run() -> None:
        async with running(SHIPPED) as urls:
            told.append(urls["civil_status"])
            started.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    started.wait(10)
    monkeypatch.setenv("REUSE_GATEWAY_HOME", str(tmp_path))
    monkeypatch.setenv("REUSE_GATEWAY_SOURCE_URLS", json.dumps({"civil_status": told[0]}))
    for secret in ("CIVIL_STATUS_CLIENT_ID", "CIVIL_STATUS_CLIENT_SECRET"):
        monkeypatch.setenv(f"REUSE_GATEWAY_SECRET_{secret}", simulated_secret(secret))
    yield told[0]
    over.set()
    thread.join(10)


def _live(*words: str) -> tuple[int, dict[str, str]]:
    told = CliRunner().invoke(connector.app, ["test", "civil_status", "--live", "--json", *words])
    return told.exit_code, {each["name"]: each["outcome"] for each in json.loads(told.output)["results"]}


def test_a_deployed_source_is_reached_and_asked_about_the_subject_told(deployed: str) -> None:
    code, told = _live("--subject", "personal_id=999090000001")
    assert code == 0
    assert {told[name] for name in ("tcp", "token", "health", "0.answered", "0.in_time", "0.nobody_in_the_logs")} == {PASSED}


def test_a_deployed_source_that_fails_is_exit_1(deployed: str) -> None:
    code, told = _live("--subject", "personal_id=999090000006")
    assert code == 1
    assert told["0.answered"] == FAILED


def test_what_is_only_simulated_is_not_called_live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REUSE_GATEWAY_HOME", str(tmp_path))
    assert _live("--subject", "personal_id=999090000001") == (0, {"deployed": NOT_APPLICABLE})
