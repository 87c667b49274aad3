"""The exercise of docs/new-connector.md as it was solved: one manifest and its cases, another envelope, no Python."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from reuse_gateway.workbench.lint.linting import lint_manifest
from reuse_gateway.workbench.results import tallies

from .rooms import CATALOGUE, PEOPLE, ROOT, examined

pytestmark = pytest.mark.acceptance
FOLDER = Path(__file__).parent / "exercise"
MANIFEST = FOLDER / "provincial" / "disability_register.yaml"


def test_the_solved_exercise_passes_lint_and_contract() -> None:
    found = asyncio.run(lint_manifest(MANIFEST, CATALOGUE.evidence_types, CATALOGUE.law.bases, PEOPLE))
    assert found == []
    (counted,) = tallies(examined(FOLDER))
    assert (counted.tier, counted.failed) == ("bronze", 0)


def test_the_exercise_is_solved_without_python() -> None:
    assert {file.suffix for file in FOLDER.rglob("*") if file.is_file()} == {".yaml"}


def test_the_page_sets_the_exercise_that_is_solved_here() -> None:
    page = (ROOT / "docs" / "new-connector.md").read_text("utf-8")
    for word in ("disability_register", "/kt/v2/hoi", "maSoCongDan", "KTT", "QTC", "hieuLuc"):
        assert word in page
        assert word in MANIFEST.read_text("utf-8")
