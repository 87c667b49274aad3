"""CSV that Excel opens as it is: UTF-8 with a byte order mark, CRLF, and no cell that a spreadsheet would compute."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

Cell = str | int
_BOM = "\ufeff"
# What spreadsheets take for the start of a formula (OWASP, CSV injection); full-width signs count in some of them.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_lines(heading: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Lines of one table, one at a time, so that memory stays flat."""
    yield _BOM + _line(heading)
    for row in rows:
        yield _line(row)


def guarded(cell: Cell) -> Cell:
    """A text that would be computed, behind an apostrophe; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" \u00a0\ufeff").startswith(_FORMULA) else cell


def _line(row: Sequence[Cell]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([guarded(cell) for cell in row])
    return line.getvalue()
