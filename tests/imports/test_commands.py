"""The commands around imports, as an administrator types them."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from reuse_gateway.cli.catalogue import app
from reuse_gateway.domain.errors import InvalidInput, NotFound
from tests.catalogue.published import as_list

from .conftest import ONE, TWO, published
from .test_workbook import sheets


@pytest.fixture
def run(tmp_path: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "gateway.db").write_bytes(migrated_file.read_bytes())
    monkeypatch.setenv("REUSE_GATEWAY_HOME", str(tmp_path))
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def take(run, tmp_path: Path):
    def taken(*procedures, day: str = "2026-07-20"):
        (tmp_path / "in.json").write_bytes(as_list(*procedures))
        return run("import", tmp_path / "in.json", "--valid-from", day, "--author", "lan", "--source", "crawl")

    return taken


def test_imports_are_listed_newest_first_and_told_one_by_one(run, take) -> None:
    take(published(ONE))
    take(published(ONE, "2/QĐ"), published(TWO))
    listed = [json.loads(line) for line in run("imports", "--json").stdout.splitlines()]
    assert [each["import_id"] for each in listed] == [1, 0]
    assert (listed[0]["row"]["author"], listed[0]["row"]["source"], listed[0]["row"]["changed"]) == ("lan", "crawl", 1)
    told = run("imports", "1").stdout
    assert f"changed  {ONE}" in told
    assert f"new      {TWO}" in told
    assert "words: decision" in told


def test_a_roll_back_is_a_command(run, take) -> None:
    take(published(ONE))
    take(published(ONE, "2/QĐ"))
    assert "= import 0" in run("rollback", "0", "--author", "lan").stdout
    assert "decision" in run("imports", "2").stdout
    assert isinstance(run("rollback", "7").exception, NotFound)


def test_diff_tells_procedures_law_and_sources_between_two_days(run, take) -> None:
    take(published(ONE))
    take(published(ONE, "2/QĐ", "Giấy mới"), day="2026-09-01")
    told = json.loads(run("diff", "--from", "2025-12-31", "--to", "2026-10-01", "--json").stdout)
    assert [each["code"] for each in told["procedures"]] == [ONE]
    kinds = {each["kind"] for each in told["facts"]}
    assert {"law", "source"} <= kinds
    words = run("diff", "--from", "2026-08-01", "--to", "2026-10-01").stdout
    assert f"changed  {ONE}" in words
    assert "+ Giấy mới" in words
    assert run("diff", "--from", "2026-08-01", "--to", "2026-08-01").stdout == ""


def test_a_workbook_is_imported_whatever_it_is_called(run, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets().items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "export.xlsx")
    (tmp_path / "export.xlsx").rename(tmp_path / "export.dat")
    report = json.loads(run("import", tmp_path / "export.dat", "--json").stdout)
    assert (report["new"], report["components"]) == (2, 4)


@pytest.mark.parametrize("flags", [[], ["--skip-bad"]])
def test_a_workbook_with_a_nameless_paper_or_without_rows_changes_nothing(run, tmp_path: Path, flags: list[str]) -> None:
    nameless, rowless = sheets(), {title: rows[:1] for title, rows in sheets().items()}
    nameless["ThanhPhanHoSo"][1][2] = None
    for told, where in ((nameless, "ThanhPhanHoSo!C2: empty_name"), (rowless, "file: no_procedures")):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in told.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / "export.xlsx")
        result = run("import", tmp_path / "export.xlsx", *flags)
        assert isinstance(result.exception, InvalidInput)
        assert where in str(result.exception)
    assert run("imports").stdout == ""


def test_another_day_for_the_same_content_is_a_version_of_its_own(run, take) -> None:
    take(published(ONE), day="2026-07-20")
    assert "none: nothing to write" in take(published(ONE), day="2026-07-20").stdout
    assert "changed      1" in take(published(ONE), day="2026-07-01").stdout
    assert "words: valid_from" in run("imports", "1").stdout
    assert "earlier_day_still_speaks" in take(published(ONE), day="2026-08-01").stdout


def test_a_bad_workbook_changes_nothing_and_says_where(run, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "ThuTuc"
    book.active.append(["MATTHC", "TENTTHC"])
    book.active.append([1.000811, "Thủ tục"])
    book.save(tmp_path / "export.xlsx")
    result = run("import", tmp_path / "export.xlsx")
    assert isinstance(result.exception, InvalidInput)
    for word in ("ThuTuc!A2: code_as_number", "ThanhPhanHoSo: sheet_missing"):
        assert word in str(result.exception)
    assert run("imports").stdout == ""
