"""The defect report as a workbook: totals, the three tables, the findings, and what was not recognised."""

from __future__ import annotations

from collections.abc import Iterator

from reuse_gateway.application.report_defects import DefectReport
from reuse_gateway.domain.text import day_in_vietnamese
from reuse_gateway.exports.defect_tables import (
    share_states,
    summary_heading,
    summary_rows,
    unread_heading,
    unread_rows,
)
from reuse_gateway.exports.letters import letter_heading, letter_rows
from reuse_gateway.exports.wording import COLUMNS, TABLES
from reuse_gateway.exports.workbook import Sheet

_LINE_WIDTHS = (24, 44, *([14] * (len(COLUMNS) - 4)), 50, 50)
_ROW_WIDTHS = (22, 22, 12, 40, 16, 24, 8, 60, 24, 14, 30, 40, 50, 60)


def sheets(report: DefectReport) -> Iterator[Sheet]:
    """Sheets in the order of reading."""
    states = [(text.vi, count) for text, count in share_states(report.total)]
    facts = [
        ("Ngày tính", day_in_vietnamese(report.as_of)), ("Phiên bản quy tắc", report.policy_version),
        ("Số thủ tục", report.procedures),
        ("Thành phần yêu cầu", report.total.demanded), ("Thay thế được", report.total.replaceable),
        ("Thiếu câu chữ thay thế (D01)", report.total.lacking),
    ]  # fmt: skip
    yield Sheet("Tổng hợp", ["Chỉ tiêu", "Số lượng"], [*facts, *states], (48, 24))
    for by, title in TABLES.items():
        yield Sheet(title.vi, summary_heading(), summary_rows(report.table(by), report.glossary), _LINE_WIDTHS)
    yield Sheet("D01", letter_heading(), letter_rows(report), _ROW_WIDTHS)
    yield Sheet("Chưa nhận diện", unread_heading(), unread_rows(report), _ROW_WIDTHS)
