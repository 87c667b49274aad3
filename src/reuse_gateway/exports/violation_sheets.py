"""CSV, NDJSON and XLSX row by row; nothing is kept in memory but the page in hand."""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import IO, BinaryIO

import xlsxwriter

from reuse_gateway.application.violation_ports import Cell, CellPage
from reuse_gateway.domain.errors import TooLarge
from reuse_gateway.domain.export import MOST_SHEET_ROWS, ExportOrder
from reuse_gateway.exports.csv_rows import guarded
from reuse_gateway.exports.violation_columns import csv_column, json_columns, json_line

_BOM = "\ufeff"


class PartFile:
    """A file under a name of its own until it is whole: what if we crash here leaves no file that looks finished."""

    def __init__(self, part: Path, whole: Path) -> None:
        self.part, self.whole = part, whole

    def finish(self) -> tuple[int, str]:
        """On disk, then named; its size and SHA-256."""
        with self.part.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
            size = os.fstat(file.fileno()).st_size
        os.replace(self.part, self.whole)
        return size, digest

    def discard(self) -> None:
        """Nothing is left under either name."""
        self.part.unlink(missing_ok=True)
        self.whole.unlink(missing_ok=True)


class ParcelFile:
    """A file whose bytes somebody else writes."""

    def __init__(self, part: PartFile) -> None:
        self._part = part
        self.file: BinaryIO = part.part.open("wb")

    def finish(self) -> tuple[int, str]:
        """Close it; its size and SHA-256."""
        self.file.close()
        return self._part.finish()

    def discard(self) -> None:
        """Nothing is left of it."""
        self.file.close()
        self._part.discard()


class _TextSheet:
    def __init__(self, part: PartFile) -> None:
        self._part = part
        self._file: IO[str] = part.part.open("w", encoding="utf-8", newline="")

    def finish(self) -> tuple[int, str]:
        self._file.close()
        return self._part.finish()

    def discard(self) -> None:
        self._file.close()
        self._part.discard()


class CsvSheet(_TextSheet):
    """UTF-8 with a byte order mark, CRLF, and no cell that a spreadsheet would compute."""

    def __init__(self, part: PartFile, _order: ExportOrder, heading: Sequence[str]) -> None:
        super().__init__(part)
        self._file.write(_BOM)
        self._rows = csv.writer(self._file, lineterminator="\r\n")
        self._rows.writerow([guarded(cell) for cell in heading])

    def write(self, page: CellPage) -> None:
        """More lines."""
        self._rows.writerows(zip(*map(csv_column, page.columns), strict=True))


class NdjsonSheet(_TextSheet):
    """One object a line, under the columns' keys."""

    def __init__(self, part: PartFile, order: ExportOrder, _heading: Sequence[str]) -> None:
        super().__init__(part)
        self._names, self._line = order.columns, json_line(order.columns)

    def write(self, page: CellPage) -> None:
        """More lines."""
        self._file.writelines(map(self._line.__mod__, zip(*json_columns(self._names, page.columns), strict=True)))


class XlsxSheet:
    """One sheet, as large as Excel allows; no text is ever taken for a formula."""

    def __init__(self, part: PartFile, order: ExportOrder, heading: Sequence[str]) -> None:
        self._part, self._count, self._closed = part, 0, False
        self._scratch = part.part.with_suffix(".part.d")
        self._scratch.mkdir()
        self._book = xlsxwriter.Workbook(str(part.part), {"constant_memory": True, "tmpdir": str(self._scratch)})
        self._book.set_properties({"created": order.ordered_at.replace(tzinfo=None)})
        self._page = self._book.add_worksheet("violations")
        self._page.freeze_panes(1, 0)
        self._page.write_row(0, 0, heading, self._book.add_format({"bold": True, "bottom": 1}))

    def write(self, page: CellPage) -> None:
        """More rows; raises TooLarge(`too_many_rows`) beyond Excel's limit: a file cut short would look whole."""
        if self._count + page.count > MOST_SHEET_ROWS:
            raise TooLarge("rows", code="too_many_rows", limit=MOST_SHEET_ROWS)
        for row in zip(*page.columns, strict=True):
            self._count += 1
            for column, cell in enumerate(row):
                self._put(column, cell)

    def _put(self, column: int, cell: Cell) -> None:
        if isinstance(cell, bool):
            self._page.write_boolean(self._count, column, cell)
        elif isinstance(cell, int):
            self._page.write_number(self._count, column, cell)
        elif cell is not None:
            self._page.write_string(self._count, column, cell)

    def finish(self) -> tuple[int, str]:
        """Pack it."""
        self._closed = True
        self._book.close()
        shutil.rmtree(self._scratch, ignore_errors=True)
        return self._part.finish()

    def discard(self) -> None:
        """Its pieces go with it."""
        if not self._closed:
            self._closed = True
            self._page.row_data_fh.close()
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._part.discard()
