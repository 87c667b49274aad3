"""Rows out of one dropped file: CSV, NDJSON or Excel, every value text, within limits; any other file is refused."""

from __future__ import annotations

import csv
import json
import warnings
import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any, BinaryIO, TextIO
from xml.etree import ElementTree

from reuse_gateway.connectors.decoding import Undecodable, decode_json
from reuse_gateway.connectors.local_sources import Drop
from reuse_gateway.connectors.paths import as_text

_LONGEST_LINE = 1_048_576
_BLANK = " \t\r\n"  # RFC 8259 section 2
_ERRORS = ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")


class NotADelta(Exception):
    """A file that is not what the manifest says. Which one is told by its place in the order, not by its name."""


def rows_of(facts: Drop, file: Path) -> Iterator[dict[str, str]]:
    """Rows with our names for their columns; what no column names stays outside. Raises NotADelta."""
    try:
        if file.stat().st_size > facts.most_bytes:
            raise NotADelta
        if facts.format == "xlsx":
            yield from _sheet(facts, file)
            return
        with file.open(encoding="utf-8-sig" if facts.encoding == "utf-8" else "cp1258", newline="") as opened:
            yield from _csv(facts, opened) if facts.format == "csv" else _ndjson(facts, opened)
    except (OSError, UnicodeDecodeError, csv.Error, Undecodable, ValueError):
        raise NotADelta from None


def _csv(facts: Drop, opened: TextIO) -> Iterator[dict[str, str]]:
    reader = csv.reader(opened, delimiter="\t" if facts.delimiter == "tab" else facts.delimiter, strict=True)
    yield from _tabled(facts, reader)


def _ndjson(facts: Drop, opened: TextIO) -> Iterator[dict[str, str]]:
    while line := opened.readline(_LONGEST_LINE):
        # Python's own idea of blanks has more: a file of separators would say that nobody has anything.
        if not line.strip(_BLANK):
            continue
        told = decode_json(line)
        if not isinstance(told, dict) or not _names_its_owner(facts, told):
            raise NotADelta
        yield {ours: as_text(told.get(theirs)) or "" for theirs, ours in facts.columns.items()}


def _names_its_owner(facts: Drop, told: dict[str, Any]) -> bool:
    """Were a renamed column read as empty, a file would say that nobody has anything. The value itself may be null."""
    needed = [theirs for theirs, ours in facts.columns.items() if ours in (*facts.key, *facts.owner)]
    return all(theirs in told and not isinstance(told[theirs], dict | list) for theirs in needed)


def _sheet(facts: Drop, file: Path) -> Iterator[dict[str, str]]:
    """A workbook is a ZIP: what it claims to hold unpacked is judged before anything of it is read, row by row."""
    try:
        with zipfile.ZipFile(file) as packed:
            if sum(part.file_size for part in packed.infolist()) > facts.most_bytes:
                raise NotADelta
        with file.open("rb") as stream:
            book = _opened(stream)
            sheet = book[facts.sheet] if facts.sheet else book.worksheets[0]
            sheet.reset_dimensions()
            yield from _tabled(facts, _evened(sheet.iter_rows(values_only=True), facts.header_row))
    except (zipfile.BadZipFile, ElementTree.ParseError, LookupError, AttributeError, TypeError, EOFError):
        raise NotADelta from None


def _opened(stream: BinaryIO) -> Any:
    """Of a path the library looks at the ending, of a stream at what is inside; unknown formatting is no fault of a table."""
    import openpyxl

    with warnings.catch_warnings(action="ignore"):
        return openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)


def _evened(rows: Iterator[tuple[Any, ...]], header_row: int) -> Iterator[list[str]]:
    """Rows end where their last cell is: filled up to the width of the heading, and never cut where something stands."""
    width = 0
    for place, row in enumerate(rows, 1):
        cells = [_cell(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        width = len(cells) if place == header_row else width
        yield cells + [""] * (width - len(cells))


def _tabled(facts: Drop, lines: Iterator[list[str]]) -> Iterator[dict[str, str]]:
    """Lines below a heading that names every column once; a line of another width is no row."""
    heading: list[str] = []
    for place, line in enumerate(lines, 1):
        cells = [cell.strip() for cell in line]
        if place < facts.header_row:
            continue
        if place == facts.header_row:
            heading = cells
            if any(heading.count(theirs) != 1 for theirs in facts.columns):
                raise NotADelta
        elif any(cells):
            if len(cells) != len(heading):
                raise NotADelta
            told = dict(zip(heading, cells, strict=True))
            yield {ours: told[theirs] for theirs, ours in facts.columns.items()}
    if not heading:
        raise NotADelta


def _cell(value: Any) -> str:
    """A number that Excel made of an identifier loses `.0`; days are told in ISO. Nothing rests on an error."""
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if value in _ERRORS:
        raise NotADelta
    return value if isinstance(value, str) else json.dumps(value, default=str)
