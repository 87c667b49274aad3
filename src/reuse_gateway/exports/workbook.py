"""XLSX, written row by row in flat memory; no text is ever taken for a formula, an address or a number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO

import xlsxwriter

from reuse_gateway.exports.csv_rows import Cell

# Excel's own limits.
_MOST_ROWS, _LONGEST_CELL, _LONGEST_TITLE = 1_048_576, 32_767, 31


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. `widths` in characters, per column."""

    title: str
    heading: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    widths: Sequence[int] = ()


def write_workbook(file: IO[bytes], sheets: Iterable[Sheet], made_at: datetime) -> None:
    """Write the sheets in order. The same values and instant give the same bytes; `made_at` is aware UTC."""
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    book.set_properties({"created": made_at.replace(tzinfo=None)})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    numbers = book.add_format({"num_format": "#,##0", "valign": "top"})
    words = book.add_format({"text_wrap": True, "valign": "top"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.title[:_LONGEST_TITLE])
        page.freeze_panes(1, 0)
        for column, width in enumerate(sheet.widths):
            page.set_column(column, column, width)
        page.write_row(0, 0, sheet.heading, bold)
        for n, row in enumerate(sheet.rows, 1):
            if n >= _MOST_ROWS:
                break
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(n, column, cell[:_LONGEST_CELL], words)
                else:
                    page.write_number(n, column, cell, numbers)
    book.close()
