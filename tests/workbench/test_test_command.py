"""`connector test`: counts per source, JUnit, exit codes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from reuse_gateway.cli import connector
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
    told = CliRunner().invoke(connector.app, ["test", "civil_status", "--connectors", str(tmp_path / "all")])
    assert told.exit_code == 1
    assert "FAIL civil_status inline lookups.0.citizen.denied" in told.output
    assert "none" in told.output


def test_a_failure_leaves_no_quality_tier() -> None:
    told = [Result("a", "contract", "x", PASSED), Result("a", "inline", "y", FAILED), Result("b", "contract", "x", PASSED)]
    assert {each.source: each.tier for each in tallies(told)} == {"a": "none", "b": "bronze"}


def test_skipped_cases_are_skipped_in_junit_with_their_reason() -> None:
    root = ElementTree.fromstring(junit([Result("a", "contract", "x", NOT_APPLICABLE, "no HTTP")]))
    assert root.find("testsuite/testcase/skipped").get("message") == "no HTTP"
    assert root.find("testsuite").get("failures") == "0"
