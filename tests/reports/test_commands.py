"""The commands: formats, files that are whole or not there, refusals with a way out, and nothing written to the store."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reuse_gateway import bootstrap
from reuse_gateway.cli.catalogue import app
from reuse_gateway.domain.dated_fact import Connection, DatedFact, FactChange, FactKind, PublishedScope
from reuse_gateway.domain.errors import CallerError, StoreError
from reuse_gateway.domain.matching import Vocabulary
from reuse_gateway.exports import pages
from reuse_gateway.storage.facts import StoredFacts

PUBLISHED = {
    "MATTHC": "9.000001",
    "TENTTHC": "Thủ tục thử nghiệm",
    "QUYETDINH": "1/QĐ",
    "BONGANH": "bo-xay-dung",
    "LINHVUCTHUCHIEN": [{"TENLINHVUC": "Nhà ở"}],
    "THANHPHANHOSO": [{"TRUONGHOP": "", "GIAYTO": [{"TENGIAYTO": "Giấy khai sinh"}, {"TENGIAYTO": "Giấy phép môi trường"}]}],
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Path:
    """A store that holds one imported procedure."""
    folder = tmp_path_factory.mktemp("filled")
    store, file = folder / "gateway.db", folder / "published.json"
    store.write_bytes(migrated_file.read_bytes())
    file.write_text(json.dumps([PUBLISHED]), encoding="utf-8")
    words = ["import", str(file), "--valid-from", "2026-07-20", "--database", f"sqlite:///{store}"]
    assert CliRunner().invoke(app, words).exit_code == 0
    return store


@pytest.fixture(autouse=True)
def read_once(vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch) -> None:
    """The vocabulary takes a second to read; the tests of this file share one."""
    monkeypatch.setattr(bootstrap, "load_vocabulary", lambda kinds: vocabulary)


@pytest.fixture
def run(tmp_path: Path, filled: Path, monkeypatch: pytest.MonkeyPatch):
    """Run a command against a copy of the store."""
    (tmp_path / "gateway.db").write_bytes(filled.read_bytes())
    monkeypatch.setenv("REUSE_GATEWAY_HOME", str(tmp_path))
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def told(run, *words: str) -> dict:
    result = run(*words)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_report_tells_of_shipped_and_imported_procedures_with_their_ministry(run) -> None:
    report = told(run, "report", "--json", "--as-of", "2026-11-23")
    found = [(d["field"], d["ministry"]) for d in report["defects"] if d["procedure"] == "9.000001"]
    assert found == [("Nhà ở", "bo-xay-dung")]
    assert {"bo-xay-dung", "bo-tu-phap", "bo-cong-an"} <= {line["key"] for line in report["by_ministry"]}


def test_the_day_decides_which_dossiers_are_looked_at(run) -> None:
    before, after = (told(run, "report", "--json", "--as-of", day) for day in ("2026-07-19", "2026-07-20"))
    assert after["procedures"] == before["procedures"] + 1


def test_a_connection_ended_by_a_dated_row_replaces_nothing_from_that_day(run, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = DatedFact(
        FactKind.SCOPE, "s", 1, PublishedScope("civil_status", "birth_certificate"), date(2026, 8, 1), withdrawn=True
    )
    cut = [
        DatedFact(FactKind.CONNECTION, source, 1, Connection(source), date(2026, 8, 1), withdrawn=True)
        for source in ("civil_status", "portal_paper_store")
    ]
    rows = [
        FactChange(n, fact, "admin", "H41", "", datetime(2026, 8, 1, tzinfo=UTC)) for n, fact in enumerate((ended, *cut), 1)
    ]

    async def changes(self: StoredFacts, after: int) -> list[FactChange]:
        return rows[after:]

    monkeypatch.setattr(StoredFacts, "changes", changes)
    before, after = (told(run, "report", "--json", "--as-of", day) for day in ("2026-07-31", "2026-08-01"))
    found = [{d["procedure"] for d in report["defects"]} for report in (before, after)]
    assert "9.000001" in found[0] - found[1]
    assert after["policy_version"].endswith("+3")


@pytest.mark.parametrize(
    ("words", "start"),
    [
        ((), "Thành phần hồ sơ".encode()),
        (("--format", "csv"), '\ufeff"Bộ, ngành"'.encode()),
        (("--format", "csv", "--by", "field"), "\ufeffMã,Tên".encode()),
        (("--format", "html"), b"<!doctype html>"),
        (("--format", "letters"), "[TÊN CƠ QUAN GỬI]".encode()),
    ],
)
def test_each_format_comes_out_on_standard_output(run, words: tuple[str, ...], start: bytes) -> None:
    result = run("report", *words)
    assert result.exit_code == 0, result.output
    assert result.stdout_bytes.startswith(start)


@pytest.mark.parametrize(("name", "start"), [("a.html", b"<!doctype"), ("a.csv", b"\xef\xbb\xbf"), ("a.txt", "Sở".encode())])
def test_the_ending_of_the_file_says_how_letters_are_written(run, tmp_path: Path, name: str, start: bytes) -> None:
    assert run("report", "--format", "letters", "--out", tmp_path / name, "--sender", "Sở Tư pháp").exit_code == 0
    assert (tmp_path / name).read_bytes().startswith(start)


def test_another_process_writes_the_same_bytes(run, filled: Path) -> None:
    written = set()
    for seed in ("1", "2"):
        main = "from reuse_gateway.cli import main; main()"
        words = [sys.executable, "-c", main, "catalogue", "report", "--json", "--as-of", "2026-11-23"]
        env = {"REUSE_GATEWAY_HOME": str(filled.parent), "PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": seed}
        written.add(subprocess.run(words, capture_output=True, check=True, env=env).stdout)
    assert len(written) == 1


def test_a_workbook_needs_a_file(run, tmp_path: Path) -> None:
    assert run("report", "--format", "xlsx").exit_code == 2
    assert run("report", "--format", "xlsx", "--out", tmp_path / "a.xlsx").exit_code == 0
    assert (tmp_path / "a.xlsx").read_bytes()[:2] == b"PK"


def test_a_report_that_fails_leaves_the_old_file_and_no_half_one(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out" / "a.html"
    out.parent.mkdir()
    out.write_text("old")

    def broken(report):
        yield "half"
        raise RuntimeError

    monkeypatch.setattr(pages, "report_page", broken)
    assert run("report", "--format", "html", "--out", out).exit_code == 1
    assert [path.name for path in out.parent.iterdir()] == ["a.html"]
    assert out.read_text() == "old"


def test_a_folder_that_is_not_there_is_refused_before_anything_is_measured(run, tmp_path: Path) -> None:
    assert run("report", "--format", "csv", "--out", tmp_path / "nowhere" / "a.csv").exit_code == 2


def test_without_a_store_the_command_says_what_to_do_and_makes_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REUSE_GATEWAY_HOME", str(tmp_path))
    result = CliRunner().invoke(app, ["report"])
    assert result.exit_code == 2
    assert "catalogue import" in " ".join(result.output.replace("│", " ").split())
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_is_none_is_an_error_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gateway.db").write_text("not a database, and long enough to be looked at" * 30)
    monkeypatch.setenv("REUSE_GATEWAY_HOME", str(tmp_path))
    assert isinstance(CliRunner().invoke(app, ["report"]).exception, StoreError)


def test_what_if_prints_effect_and_assumptions_and_writes_nothing(run, tmp_path: Path) -> None:
    volumes = tmp_path / "volumes.csv"
    volumes.write_text("procedure,dossiers\n9.000001,1200\n", encoding="utf-8")
    before = hashlib.sha256((tmp_path / "gateway.db").read_bytes()).digest()
    words = ("what-if", "--connect", "environment", "--from", "2027-01-01", "--volumes", volumes)
    effect = told(run, *words, "--json")
    (own,) = [each for each in effect["procedures"] if each["procedure"] == "9.000001"]
    assert own["papers_a_year"] == {"least": 1200, "most": 1200}
    assert {entry["key"] for entry in effect["assumptions"]} >= {"same_day", "always_found", "planned_source", "same_volumes"}
    text = run(*words).stdout
    assert "Giả thiết" in text
    assert "01/01/2027" in text
    assert hashlib.sha256((tmp_path / "gateway.db").read_bytes()).digest() == before


def test_what_if_needs_a_supposition_and_a_day(run) -> None:
    assert run("what-if", "--from", "2027-01-01").exit_code == 2
    assert run("what-if", "--connect", "environment").exit_code == 2
    assert isinstance(run("what-if", "--connect", "nonsense", "--from", "2027-01-01").exception, CallerError)
