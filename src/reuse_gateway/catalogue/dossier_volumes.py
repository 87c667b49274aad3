"""Dossiers a year by procedure, from a CSV of two columns: `procedure,dossiers`, with or without that heading."""

from __future__ import annotations

import csv
from pathlib import Path

from reuse_gateway.domain.errors import Fault, InvalidInput, TooLarge
from reuse_gateway.domain.procedure import ProcedureCode

MOST_LINES = 100_000
_MOST_DOSSIERS, _MOST_DIGITS, _MOST_FAULTS = 10**9, 12, 20


def read_volumes(file: Path) -> dict[str, int]:
    """Dossiers a year by procedure code. Columns parted by comma or semicolon, UTF-8 with or without a byte order mark.

    Raises InvalidInput naming line and column of every mistake (at most 20), TooLarge. Counts are plain digits: `1.234` may
    mean two things, so it is refused.
    """
    volumes: dict[str, int] = {}
    faults: list[Fault] = []
    for number, row in enumerate(_rows(file), 1):
        if number > MOST_LINES:
            raise TooLarge(f"more than {MOST_LINES} lines", limit=MOST_LINES)
        cells = [cell.strip() for cell in row]
        if not any(cells) or (number == 1 and cells[:2] == ["procedure", "dossiers"]):
            continue
        fault = _take(number, cells, volumes)
        if fault and len(faults) < _MOST_FAULTS:
            faults.append(fault)
    if faults or not volumes:
        raise InvalidInput(*(faults or [Fault("/volumes", "empty")]))
    return volumes


def _rows(file: Path) -> list[list[str]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput(Fault("/volumes", "not_utf8")) from None
    first = text.partition("\n")[0]
    try:
        return list(csv.reader(text.splitlines(), delimiter=";" if ";" in first else ","))
    except csv.Error:
        raise InvalidInput(Fault("/volumes", "not_two_columns")) from None


def _take(number: int, cells: list[str], volumes: dict[str, int]) -> Fault | None:
    if len(cells) != 2:
        return Fault(f"/volumes/line {number}", "not_two_columns")
    try:
        code = ProcedureCode.parse(cells[0]).base
    except ValueError:
        return Fault(f"/volumes/line {number}/procedure", "procedure_code_shape")
    if not cells[1].isascii() or not cells[1].isdecimal() or _count(cells[1]) > _MOST_DOSSIERS:
        return Fault(f"/volumes/line {number}/dossiers", "not_a_count")
    if code in volumes:
        return Fault(f"/volumes/line {number}/procedure", "procedure_named_twice")
    volumes[code] = _count(cells[1])
    return None


def _count(digits: str) -> int:
    """Too many digits are too many dossiers; the interpreter refuses to convert thousands of them."""
    return int(digits.lstrip("0")[:_MOST_DIGITS] or "0")
