"""An Excel file is taken whole or not at all, and every fault is told by sheet, column and row."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from reuse_gateway.application.import_catalogue import ReadProcedure
from reuse_gateway.catalogue import workbook
from reuse_gateway.catalogue.excel import read_workbook
from reuse_gateway.domain.errors import InvalidInput, MalformedBody, TooLarge
from reuse_gateway.domain.matching import Vocabulary

from .conftest import DAY, ONE, TWO

Sheets = dict[str, list[list[Any]]]


def sheets() -> Sheets:
    return {
        "ThuTuc": [
            ["MATTHC", "TENTTHC", "QUYETDINH", "LINHVUC", "CAPTHUCHIEN", "NGAYHIEULUC"],
            [ONE, "Thủ tục một", "1/QĐ", "Hộ tịch; Cư trú", "Cấp xã; Cấp tỉnh", None],
            [TWO, "Thủ tục hai", "2/QĐ", "Đất đai", "Cấp bộ", datetime(2026, 9, 1)],
        ],
        "ThanhPhanHoSo": [
            ["MATTHC", "TRUONGHOP", "TENGIAYTO", "SOBANCHINH", "SOBANSAO", "MAGIAYTO", "MA_KQ_THAYTHE"],
            [ONE, "Trường hợp A", "Giấy A", 1, "0", "G1", None],
            [ONE, "Trường hợp B", "Giấy B", "1", None, None, None],
            [ONE, "Trường hợp A", "Giấy C", None, None, "G2", None],
            [TWO, None, "Giấy D", None, None, None, None],
        ],
        "KetQua": [["MATTHC", "MAKETQUA", "TENKETQUA"], [ONE, "KQ.X99.000001", "Kết quả"]],
    }


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def written(told: Sheets, merge: dict[str, str] | None = None) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in told.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
            if title in (merge or {}):
                sheet.merge_cells(merge[title])
        book.save(tmp_path / "export.xlsx")
        return tmp_path / "export.xlsx"

    return written


@pytest.fixture
def read(write: Callable[..., Path], vocabulary: Vocabulary) -> Callable[..., list[ReadProcedure]]:
    return lambda told, **more: list(read_workbook(write(told, **more), DAY, vocabulary))


def faults(read: Callable[..., Any], told: Sheets, **more: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refused:
        read(told, **more)
    return [(fault.pointer, fault.code) for fault in refused.value.faults]


def test_the_tables_are_put_together_again(read) -> None:
    one, two = (each.version for each in read(sheets()))
    assert (one.code, one.name, one.field, one.level) == (ONE, "Thủ tục một", "Hộ tịch; Cư trú", "commune,province")
    assert [(case.name, [row.label for row in case.requirements]) for case in one.cases] == [
        ("Trường hợp A", ["Giấy A", "Giấy C"]),
        ("Trường hợp B", ["Giấy B"]),
    ]
    assert [row.ref for row in one.cases[0].requirements] == ["G1", "G2"]
    assert one.result_codes == ("KQ.X99.000001",)
    assert (one.valid_from, two.valid_from) == (DAY, date(2026, 9, 1))


def test_names_of_sheets_and_columns_may_be_written_as_people_do(read) -> None:
    told = sheets()
    told["Thủ tục"], told["Thành phần hồ sơ"], told["Kết quả"] = (told.pop(name) for name in list(told))
    told["Thành phần hồ sơ"][0][2] = " Tên giấy tờ "
    assert read(told)[0].components == 3


def test_order_of_sheets_and_columns_and_unknown_columns_do_not_matter(read) -> None:
    told = dict(reversed(sheets().items()))
    told["KetQua"] = [["Ghi chú", *reversed(row)] for row in told["KetQua"]]
    assert read(told)[0].version.result_codes == ("KQ.X99.000001",)


@pytest.mark.parametrize("missing", ["ThuTuc", "ThanhPhanHoSo", "KetQua"])
def test_a_missing_sheet_is_named(read, missing: str) -> None:
    told = sheets()
    del told[missing]
    told["Khác"] = [["x"]]
    assert (missing, "sheet_missing") in faults(read, told)


def test_a_missing_column_and_one_that_is_there_twice_are_named(read) -> None:
    told = sheets()
    told["ThanhPhanHoSo"][0][2] = "TEN"
    told["KetQua"][0][2] = "MAKETQUA"
    assert faults(read, told) == [("ThanhPhanHoSo!1 TENGIAYTO", "column_missing"), ("KetQua!C1", "column_twice")]


def test_an_empty_sheet_lacks_its_columns(read) -> None:
    assert ("ThuTuc!1 MATTHC", "column_missing") in faults(read, sheets() | {"ThuTuc": []})


def test_merged_cells_are_refused_where_they_are(read) -> None:
    assert faults(read, sheets(), merge={"ThanhPhanHoSo": "A2:A4"}) == [("ThanhPhanHoSo!A2:A4", "merged_cells")]


def test_a_formula_that_was_never_computed_is_refused_where_it_is(read) -> None:
    told = sheets()
    told["ThanhPhanHoSo"][2][2] = '="Giấy "&"B"'
    assert faults(read, told) == [("ThanhPhanHoSo!C3", "formula_without_value")]


def test_a_cell_at_the_far_end_of_a_sheet_is_too_far(write, vocabulary: Vocabulary) -> None:
    file = write(sheets())
    book = openpyxl.load_workbook(file)
    book["KetQua"].cell(1_048_576, 16_384, "x")
    book.save(file)
    with pytest.raises(TooLarge):
        list(read_workbook(file, DAY, vocabulary))


def test_a_day_as_a_number_is_refused_and_as_text_is_read(read) -> None:
    told = sheets()
    told["ThuTuc"][1][5], told["ThuTuc"][2][5] = 46_266, "31/02/2026"
    assert faults(read, told) == [("ThuTuc!F2", "date_as_number"), ("ThuTuc!F3", "impossible_date")]
    told["ThuTuc"][1][5], told["ThuTuc"][2][5] = "01/09/2026", "2026-10-01"
    assert [each.version.valid_from for each in read(told)] == [date(2026, 9, 1), date(2026, 10, 1)]


def test_a_code_as_a_number_has_lost_its_zeros(read) -> None:
    told = sheets()
    told["ThuTuc"][1][0], told["ThanhPhanHoSo"][1][0] = 9.000001, None
    assert faults(read, told) == [("ThuTuc!A2", "code_as_number"), ("ThanhPhanHoSo!A2", "code_missing")]


@pytest.mark.parametrize(
    ("cell", "code"),
    [("#REF!", "cell_shows_an_error"), (12.5, "not_text"), (datetime(2026, 1, 1), "not_text"), (True, "not_text")],
)
def test_a_name_that_is_no_text_is_refused(read, cell: Any, code: str) -> None:
    told = sheets()
    told["ThanhPhanHoSo"][3][2] = cell
    assert faults(read, told) == [("ThanhPhanHoSo!C4", code)]


def test_a_paper_of_a_procedure_that_is_not_there_and_a_procedure_twice(read) -> None:
    told = sheets()
    told["ThanhPhanHoSo"].append(["9.000009", "", "Giấy E"])
    told["ThuTuc"].append([ONE, "Thủ tục khác"])
    assert faults(read, told) == [("ThuTuc!A4", "code_twice"), ("ThanhPhanHoSo!A6", "procedure_not_in_file")]


def test_every_fault_of_every_sheet_is_told_at_once(read) -> None:
    told = sheets()
    told["ThuTuc"][1][5], told["ThanhPhanHoSo"][4][2], told["KetQua"][1][0] = 1, 7.5, "9.000009"
    assert [place for place, _ in faults(read, told)] == ["ThuTuc!F2", "ThanhPhanHoSo!C5", "KetQua!A2"]


def test_what_is_odd_but_no_fault_is_a_trouble_of_its_cell(read) -> None:
    told = sheets()
    told["ThanhPhanHoSo"][2][6], told["ThanhPhanHoSo"][3][3] = "KQ-31", "hai"
    assert {(each.line, each.field, each.why) for each in read(told)[0].troubles} == {
        (3, "ThanhPhanHoSo!G3", "result_code_shape"),
        (4, "ThanhPhanHoSo!D4", "not_a_count"),
    }


def test_a_procedure_or_a_paper_without_its_name_refuses_the_file_with_its_cell(read) -> None:
    told = sheets()
    told["ThanhPhanHoSo"][2][2], told["ThuTuc"][2][1], told["ThuTuc"][1][0] = None, " ", "9-1"
    told["ThanhPhanHoSo"] = [row for n, row in enumerate(told["ThanhPhanHoSo"]) if n in (0, 2, 4)]
    told["ThanhPhanHoSo"][1][0], told["KetQua"][1][0] = TWO, TWO
    assert faults(read, told) == [("ThuTuc!A2", "procedure_code_shape"), ("ThuTuc!B3", "empty_name")]
    told["ThuTuc"][1][0], told["ThuTuc"][2][1] = ONE, "Thủ tục hai"
    assert faults(read, told) == [("ThanhPhanHoSo!C2", "empty_name")]


@pytest.mark.parametrize("cell", [None, 9.000001, datetime(2026, 1, 9)])
def test_a_code_that_cannot_be_read_does_not_accuse_the_papers_of_its_procedure(read, cell: Any) -> None:
    told = sheets()
    told["ThuTuc"][1][0] = cell
    assert [place for place, _ in faults(read, told)] == ["ThuTuc!A2"]


def test_empty_rows_between_others_are_left_out_and_numbers_stay_those_of_the_sheet(read) -> None:
    told = sheets()
    told["ThanhPhanHoSo"].insert(1, [None] * 7)
    told["ThanhPhanHoSo"][2][2] = 3.5
    assert faults(read, told) == [("ThanhPhanHoSo!C3", "not_text")]


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04 no zip", b"MATTHC;TENTTHC"])
def test_what_is_no_workbook_is_said_so(tmp_path: Path, vocabulary: Vocabulary, raw: bytes) -> None:
    file = tmp_path / "x.xlsx"
    file.write_bytes(raw)
    with pytest.raises(MalformedBody, match="workbook"):
        list(read_workbook(file, DAY, vocabulary))


def test_a_zip_that_is_no_workbook_is_said_so(tmp_path: Path, vocabulary: Vocabulary) -> None:
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as parts:
        parts.writestr("readme.txt", "x")
    with pytest.raises(MalformedBody):
        list(read_workbook(tmp_path / "x.xlsx", DAY, vocabulary))


def test_a_part_with_a_document_type_is_refused(write, vocabulary: Vocabulary) -> None:
    file = write(sheets())
    with zipfile.ZipFile(file, "a") as parts:
        parts.writestr("xl/extra.xml", '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "a">]><x>&a;</x>')
    with pytest.raises(MalformedBody):
        list(read_workbook(file, DAY, vocabulary))


def test_a_file_that_unpacks_into_too_much_is_refused(read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_UNPACKED_BYTES", 1_000)
    with pytest.raises(TooLarge):
        read(sheets())


def test_a_sheet_with_too_many_rows_is_refused(read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    with pytest.raises(TooLarge):
        read(sheets())
