"""The commands say what they did, in words or JSON, and their exit codes can be relied on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reuse_gateway.cli.catalogue import app
from reuse_gateway.domain.errors import CallerError, InvalidInput, MalformedBody

from .published import as_lines, as_list, paper, procedure


@pytest.fixture
def run(tmp_path: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch):
    """Run a command against a store of this test's own."""
    (tmp_path / "gateway.db").write_bytes(migrated_file.read_bytes())
    monkeypatch.setenv("REUSE_GATEWAY_HOME", str(tmp_path))
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def file(tmp_path: Path):
    """A file of these bytes."""

    def written(raw: bytes) -> Path:
        path = tmp_path / "published.json"
        path.write_bytes(raw)
        return path

    return written


def test_a_clean_import_exits_0_and_reports(run, file) -> None:
    result = run("import", file(as_list(procedure(), procedure("9.000002"))), "--json", "--source", "crawl", "--author", "me")
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert (report["new"], report["components"], report["troubles"]) == (2, 2, [])
    assert "new          2" in run("import", file(as_list(procedure("9.000003"), procedure("9.000004")))).stdout


def test_the_default_store_is_the_gateways_own(run, file, tmp_path: Path) -> None:
    run("import", file(as_list(procedure())), "--valid-from", "2026-01-01")
    listed = run("list", "--json", "--database", f"sqlite:///{tmp_path / 'gateway.db'}").stdout.splitlines()
    assert json.loads(listed[-1])["code"] == "9.000001"
    assert json.loads(listed[-1])["valid_from"] == "2026-01-01"


@pytest.mark.parametrize("raw", [as_list(procedure(TENTTHC="")), as_lines(procedure(), procedure("9.000001", paper("Khác")))])
def test_what_could_not_be_taken_refuses_the_file_or_is_left_out_with_exit_1(run, file, raw: bytes) -> None:
    refused = run("import", file(raw))
    assert isinstance(refused.exception, InvalidInput)
    assert "line " in str(refused.exception)
    assert run("imports").stdout == ""
    result = run("import", file(raw), "--skip-bad")
    assert result.exit_code == 1
    assert "line " in result.stdout


@pytest.mark.parametrize("raw", [b"", b" \n", b"[]", b'{"result": []}'])
def test_a_file_that_holds_no_procedure_is_refused(run, file, raw: bytes) -> None:
    assert "no_procedures" in str(run("import", file(raw)).exception)


def test_a_file_that_is_not_json_is_an_error_of_ours(run, file) -> None:
    assert isinstance(run("import", file(b"{bad")).exception, MalformedBody)


def test_a_missing_file_is_a_usage_error(run, tmp_path: Path) -> None:
    assert run("import", tmp_path / "nowhere").exit_code == 2


def test_lint_counts_the_shipped_facts(run) -> None:
    result = run("lint", "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert (told["findings"], told["evidence_types"], told["legal_bases"]) == ([], 56, 40)
    assert "procedure: 2.002621" in told["unverified"]
    assert "evidence_types   56" in run("lint").stdout


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_lint_exits_1_naming_file_and_key_path(run, spoil, flags: list[str]) -> None:
    result = run("lint", "--folder", spoil("legal_bases.yaml", "status: ended", "status: over"), *flags)
    assert result.exit_code == 1
    assert "legal_bases.yaml" in result.stdout
    assert "legal_bases.ND-61-2018.status" in result.stdout


def test_list_names_the_shipped_procedures_in_order(run) -> None:
    lines = run("list").stdout.splitlines()
    assert lines == sorted(lines)
    assert "1.001193  Đăng ký khai sinh" in lines


@pytest.mark.parametrize("command", [("list",), ("imports",), ("report",)])
def test_a_store_that_is_not_there_is_named_and_not_made(run, tmp_path: Path, command: tuple[str, ...]) -> None:
    result = run(*command, "--database", f"sqlite:///{tmp_path / 'nowhere.db'}")
    assert isinstance(result.exception, CallerError)
    assert "no database at" in str(result.exception)
    assert not (tmp_path / "nowhere.db").exists()
