"""docs/sources tells what the manifests tell: no more, no less, and says simulated where it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from reuse_gateway.cli import connector
from reuse_gateway.settings import Settings
from reuse_gateway.workbench.bench import Bench

from .rooms import ROOT

PAGES = ROOT / "docs" / "sources"
BENCH = Bench.of(Settings())
WRITTEN = BENCH.pages()


@pytest.mark.parametrize("file", sorted(WRITTEN))
def test_the_committed_page_is_current(file: str) -> None:
    assert (PAGES / file).read_text("utf-8") == WRITTEN[file], "run: reuse-gateway connector docs --all --out docs/sources"


def test_there_is_no_page_of_a_source_that_is_gone() -> None:
    assert {file.name for file in PAGES.glob("*.md")} == set(WRITTEN)


def test_a_simulated_source_says_so_on_its_page_and_in_the_list() -> None:
    for manifest in BENCH.manifests():
        if manifest.simulated:
            assert "Mô phỏng (simulated)" in WRITTEN[f"{manifest.id}.md"]
    rows = [line for line in WRITTEN["README.md"].splitlines() if line.startswith("| [")]
    assert [row for row in rows if "simulated" not in row and "live" not in row] == []


def test_a_page_names_every_paper_every_secret_and_every_field_that_leaves() -> None:
    for manifest in BENCH.manifests():
        text = WRITTEN[f"{manifest.id}.md"]
        for lookup in manifest.lookups:
            assert not [paper for paper in lookup.evidence if f"`{paper}`" not in text]
            assert not [path for path in lookup.disclosed if path.replace("|", "\\|") not in text]
        assert not [name for name in manifest.secret_names if f"`{name}`" not in text]


def test_dates_nobody_confirmed_are_called_assumed() -> None:
    for manifest in BENCH.manifests():
        assert ("confirmed by nobody" in WRITTEN[f"{manifest.id}.md"]) is not manifest.law.verified


def test_the_command_writes_a_page_or_all(tmp_path: Path) -> None:
    told = CliRunner().invoke(connector.app, ["docs", "--all", "--out", str(tmp_path)])
    assert told.exit_code == 0
    assert {file.name for file in tmp_path.iterdir()} == set(WRITTEN)
    assert CliRunner().invoke(connector.app, ["docs", "civil_status"]).output.count("# Cơ sở dữ liệu hộ tịch") == 1
