"""Files that leave the house: safe in a spreadsheet, safe in a browser, the same bytes for the same facts."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from reuse_gateway.application.report_defects import DefectReport, Yardstick
from reuse_gateway.exports import defect_tables, letters
from reuse_gateway.exports.charts import Bar, bar_chart
from reuse_gateway.exports.csv_rows import csv_lines, guarded
from reuse_gateway.exports.defect_json import report_json
from reuse_gateway.exports.defect_workbook import sheets
from reuse_gateway.exports.numbers import grouped, share
from reuse_gateway.exports.pages import report_page
from reuse_gateway.exports.plain import report_text
from reuse_gateway.exports.workbook import Sheet, write_workbook

from .builders import dossier, measured

HOSTILE = '=cmd|"/c calc"!A0 Giấy khai sinh <script>alert(1)</script>'
AT = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
async def report(yardstick: Yardstick) -> DefectReport:
    hostile = dossier("Giấy khai sinh", name=HOSTILE, field="=SUM(A1)", decision='"><img src=x>')
    other = dossier("Thẻ căn cước", "Qwerty <b>zzz</b>", code="9.000002", ministry="bo-cong-an")
    return await measured(yardstick, hostile, other)


def workbook(*made: Sheet) -> bytes:
    file = io.BytesIO()
    write_workbook(file, made, AT)
    return file.getvalue()


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\n=1", " =1", "\u00a0=1", "＝1", "\ufeff=1", "- Giấy khai sinh"]
)
def test_no_csv_cell_is_taken_for_a_formula(cell: str) -> None:
    (written,) = csv.reader(io.StringIO("".join(csv_lines(["a"], [[cell]])).split("\r\n", 1)[1], newline=""))
    assert written == [f"'{cell}"]


@pytest.mark.parametrize("cell", ["Giấy khai sinh", "1.001193", "a=b", "", 5, -5])
def test_other_cells_stay_as_they_are(cell: str | int) -> None:
    assert guarded(cell) == cell


def test_csv_opens_in_excel_as_utf8(report: DefectReport) -> None:
    text = "".join(csv_lines(defect_tables.defect_heading(), defect_tables.defect_rows(report)))
    assert text.startswith('\ufeff"Bộ, ngành",')
    assert text.count("\r\n") == 1 + len(report.defects)
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert {len(row) for row in rows} == {len(defect_tables.defect_heading())}
    assert rows[1][1] == "'=SUM(A1)"


def test_a_workbook_holds_text_as_text_and_numbers_as_numbers(report: DefectReport) -> None:
    raw = workbook(Sheet("x" * 40, ["a"], [[HOSTILE, 1234], ["https://example.org", -1]]), *sheets(report))
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        assert "2026-11-23T00:00:00Z" in book.read("docProps/core.xml").decode()
        cells = "".join(book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/"))
    assert "<f>" not in cells
    assert "hyperlink" not in cells
    assert "<v>1234</v>" in cells
    assert "calc" in cells


def test_the_same_report_gives_the_same_bytes(report: DefectReport) -> None:
    assert workbook(*sheets(report)) == workbook(*sheets(report))
    for written in (report_page, letters.letters_page, letters.letters_text):
        assert "".join(written(report)) == "".join(written(report))


def test_no_page_carries_markup_of_the_portal_or_loads_anything(report: DefectReport) -> None:
    for page in ("".join(report_page(report)), "".join(letters.letters_page(report))):
        assert "<script" not in page
        assert "<img" not in page
        assert not re.search(r'(?:src|href)="', page)
        assert "default-src 'none'" in page
    assert "&lt;script&gt;" in page
    assert '<html lang="vi">' in page


def test_every_chart_is_named_and_stands_beside_its_numbers(report: DefectReport) -> None:
    page = "".join(report_page(report))
    charts = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(charts) == 4
    for chart in charts:
        drawn = ElementTree.fromstring(chart)  # our own markup: it must be well-formed
        assert drawn.get("role") == "img"
        assert drawn.get("aria-label")
    assert page.count("<table>") >= 4
    assert "23/11/2026" in page


@pytest.mark.parametrize("bars", [[], [Bar("a<b&c", 0)], [Bar("dài " * 40, 10, 10), Bar("b", 5)]])
def test_a_chart_of_nothing_or_of_odd_names_is_well_formed(bars: list[Bar]) -> None:
    assert ElementTree.fromstring(bar_chart('"t" <', "d & e", bars)).tag.endswith("svg")


def test_people_read_vietnamese_numbers_and_programs_plain_ones(report: DefectReport) -> None:
    assert (grouped(1234567), share(1, 3), share(0, 0)) == ("1.234.567", "33,3 %", "–")
    told = json.loads(json.dumps(report_json(report)))
    assert told["as_of"] == "2026-11-23"
    assert told["total"]["demanded"] == 3
    assert told["defects"][0]["papers"][0]["legal_basis"][0] == "L-148-2025"
    assert [entry["label"] for entry in told["unrecognised"]] == ["Qwerty <b>zzz</b>"]


def test_a_letter_names_ministry_day_law_and_proposed_words(report: DefectReport) -> None:
    text = "".join(letters.letters_text(report, "Sở Tư pháp"))
    first, second = text.split("\f")
    assert "Kính gửi: Bộ Công an" in first
    assert "Kính gửi: Bộ Tư pháp" in second
    for told in ("Độc lập - Tự do - Hạnh phúc", "Sở Tư pháp", "ngày 23/11/2026", "Căn cứ Luật", "Nguồn civil_status", "./."):
        assert told in second
    assert "“Không yêu cầu nộp, xuất trình Giấy khai sinh khi cơ quan giải quyết đã khai thác được dữ liệu" in second
    assert "Bộ Tư pháp" not in first


async def test_no_finding_no_letter(yardstick: Yardstick) -> None:
    clean = await measured(yardstick, dossier("Đơn đề nghị"))
    assert letters.letters(clean) == []
    assert "Không có thành phần hồ sơ nào" in "".join(letters.letters_text(clean))


async def test_an_abolished_paper_is_to_be_struck_out_and_a_doubtful_one_looked_at(yardstick: Yardstick) -> None:
    old = await measured(yardstick, dossier("Sổ hộ khẩu"))
    doubtful = await measured(yardstick, dossier("Giấy khai sinh do nước ngoài cấp và Giấy khai sinh"))
    assert [row[-1] for row in letters.letter_rows(old)] == ["Bỏ yêu cầu Sổ hộ khẩu khỏi thành phần hồ sơ."]
    assert all(str(row[-1]).startswith("Rà soát") for row in letters.letter_rows(doubtful))


@pytest.mark.parametrize("by", ["ministry", "field", "evidence_type"])
def test_the_terminal_gets_totals_and_one_table(report: DefectReport, by: str) -> None:
    lines = list(report_text(report, by))
    assert any("Thiếu câu chữ thay thế (D01)" in line for line in lines)
    assert max(map(len, lines)) < 140


async def test_beside_a_law_without_known_article_stands_the_decree_with_its_article(yardstick: Yardstick) -> None:
    report = await measured(yardstick, dossier("Giấy khai sinh"))
    told = defect_tables.bases_of(report.defects[0], report)
    assert told.count("; ") == 1
    law, decree = told.split("; ")
    assert "148/2025/QH15" in law
    assert decree.startswith("khoản 2 Điều 90 Nghị định số 224/2026/NĐ-CP")
