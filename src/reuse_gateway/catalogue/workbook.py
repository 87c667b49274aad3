"""Tables of an Excel file, read as strictly as facts: every cell has its place, and nothing is guessed from how it looks."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from reuse_gateway.domain.errors import Fault, InvalidInput, MalformedBody, TooLarge
from reuse_gateway.domain.text import fold

MOST_BYTES, MOST_UNPACKED_BYTES, MOST_ROWS = 64 * 1024**2, 512 * 1024**2, 200_000
_MOST_FAULTS = 200
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_BROKEN = (InvalidFileException, zipfile.BadZipFile, ElementTree.ParseError, KeyError, ValueError, OSError, EOFError, TypeError)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: its number in the sheet, and the cells by column name."""

    sheet: str
    number: int
    cells: dict[str, Any]
    letters: dict[str, str]

    def place(self, column: str) -> str:
        """`ThanhPhanHoSo!C12`, as people find it."""
        return f"{self.sheet}!{self.letters.get(column, 'A')}{self.number}"


def plain(name: object) -> str:
    """How names of sheets and columns are compared: `Tên giấy tờ` and `TENGIAYTO` are the same."""
    return re.sub(r"[^a-z0-9]", "", fold(str(name))) if name is not None else ""


class Workbook:
    """An open file; a context manager. Raises MalformedBody or TooLarge where it is not a workbook that can be read."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __enter__(self) -> Workbook:
        try:
            self._faults = _faults_of_parts(self._file)
            # Of a path the library looks at the ending, of a stream at what is inside.
            self._stream = self._file.open("rb")
            self._book = self._loaded()
        except _BROKEN as failure:
            raise MalformedBody(f"not an Excel workbook (.xlsx): {type(failure).__name__}", code="not_a_workbook") from None
        return self

    def _loaded(self) -> openpyxl.Workbook:
        try:
            # Formatting that the library does not know is no fault of the table.
            with warnings.catch_warnings(action="ignore"):
                return openpyxl.load_workbook(self._stream, read_only=True, data_only=True, keep_links=False)
        except BaseException:
            self._stream.close()
            raise

    def __exit__(self, *_: object) -> None:
        self._book.close()
        self._stream.close()

    def sheet(self, name: str) -> str | None:
        """The title of the sheet of this name, however it is spelled."""
        return next((title for title in self._book.sheetnames if plain(title) == plain(name)), None)

    def lines(self, title: str, required: tuple[str, ...], known: tuple[str, ...]) -> Iterator[Line]:
        """Rows below the header, empty ones left out. Raises InvalidInput with every fault of the sheet's shape."""
        rows = self._rows(title)
        columns, faults = _columns(title, next(rows, (1, ()))[1], required, known)
        faults += [Fault(f"{title}!{ref}", code) for ref, code in self._faults.get(title, ())]
        if faults:
            raise InvalidInput(*faults)
        letters = {name: get_column_letter(place + 1) for place, name in columns.items()}
        for number, cells in rows:
            told = {name: cells[place] if place < len(cells) else None for place, name in columns.items()}
            if any(value not in (None, "") for value in told.values()):
                yield Line(title, number, told, letters)

    def _rows(self, title: str) -> Iterator[tuple[int, tuple[Any, ...]]]:
        sheet = self._book[title]
        # Exports are known to lie about their size; rows count only when they are there.
        sheet.reset_dimensions()
        try:
            for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                if number > MOST_ROWS:
                    raise TooLarge(f"{title}: more than {MOST_ROWS} rows", limit=MOST_ROWS)
                yield number, cells
        except _BROKEN as failure:
            raise MalformedBody(f"{title}: {type(failure).__name__}", code="not_a_workbook") from None


def _columns(
    title: str, header: tuple[Any, ...], required: tuple[str, ...], known: tuple[str, ...]
) -> tuple[dict[int, str], list[Fault]]:
    """Place -> column name. A column may stand anywhere, but only once; one that nobody knows is left alone."""
    names = {plain(name): name for name in known}
    found: dict[int, str] = {}
    faults = []
    for place, told in enumerate(header):
        name = names.get(plain(told))
        if name in found.values():
            faults.append(Fault(f"{title}!{get_column_letter(place + 1)}1", "column_twice"))
        elif name:
            found[place] = name
    faults += [Fault(f"{title}!1 {name}", "column_missing") for name in required if name not in found.values()]
    return found, faults


def _faults_of_parts(file: Path) -> dict[str, list[tuple[str, str]]]:
    """Merged cells, and formulas that nobody ever computed, by sheet title: the streaming reader tells of neither."""
    with zipfile.ZipFile(file) as parts:
        _refuse_tricks(file, parts)
        links = ElementTree.fromstring(parts.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
        targets = {link.get("Id"): link.get("Target", "") for link in links}
        sheets = ElementTree.fromstring(parts.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")  # noqa: S314
        named = ((str(sheet.get("name")), targets[sheet.get(_LINK)]) for sheet in sheets)
        return {title: list(islice(_faults_of_part(parts, target, title), _MOST_FAULTS)) for title, target in named}


def _faults_of_part(parts: zipfile.ZipFile, target: str, title: str) -> Iterator[tuple[str, str]]:
    name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    rows = 0
    with parts.open(name) as part:
        table = None
        for event, element in ElementTree.iterparse(part, ("start", "end")):  # noqa: S314
            if event == "start":
                table = element if element.tag == f"{_MAIN}sheetData" else table
                continue
            if element.tag == f"{_MAIN}mergeCell":
                yield str(element.get("ref")), "merged_cells"
            if element.tag == f"{_MAIN}c" and _never_computed(element):
                yield str(element.get("r")), "formula_without_value"
            if element.tag == f"{_MAIN}row":
                rows += 1
                (element if table is None else table).clear()
            if rows > MOST_ROWS:
                raise TooLarge(f"{title}: more than {MOST_ROWS} rows", limit=MOST_ROWS)


def _never_computed(cell: ElementTree.Element) -> bool:
    """Files written by programs hold formulas without results until somebody opens and saves them."""
    value = cell.find(f"{_MAIN}v")
    computed = value is not None and (value.text or cell.get("t") == "str")
    return cell.find(f"{_MAIN}f") is not None and not computed


def _refuse_tricks(file: Path, parts: zipfile.ZipFile) -> None:
    """Small files that unpack into large ones, by compression or by XML entities; no workbook needs a document type."""
    if file.stat().st_size > MOST_BYTES or sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED_BYTES:
        raise TooLarge("workbook", limit=MOST_BYTES)
    for name in parts.namelist():
        with parts.open(name) as part:
            if b"<!DOCTYPE" in part.read(4096):
                raise ValueError("document type")
