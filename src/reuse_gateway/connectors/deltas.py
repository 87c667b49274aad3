"""Rows out of one dropped file: CSV, NDJSON or Excel, every value text, within limits; any other file is refused."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from reuse_gateway.connectors.decoding import Undecodable, decode_json
from reuse_gateway.connectors.local_sources import Drop
from reuse_gateway.connectors.paths import as_text

_LONGEST_LINE = 1_048_576


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
        if not line.strip():
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
    """A workbook is a ZIP: what it claims to hold unpacked is judged before anything is unpacked."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with zipfile.ZipFile(file) as packed:
            if sum(part.file_size for part in packed.infolist()) > facts.most_bytes:
                raise NotADelta
        with CalamineWorkbook.from_path(file) as book:
            sheet = book.get_sheet_by_name(facts.sheet) if facts.sheet else book.get_sheet_by_index(0)
            yield from _tabled(facts, ([_cell(cell) for cell in line] for line in sheet.iter_rows()))
    except (CalamineError, zipfile.BadZipFile, IndexError, EOFError):
        raise NotADelta from None


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
    """A number that Excel made of an identifier loses `.0`; days are told in ISO."""
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else json.dumps(value)
