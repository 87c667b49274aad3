"""The portal's export as an Excel file, a sheet per table, put together again into the shape of LayThuTuc.

Sheets: `ThuTuc`, `ThanhPhanHoSo` (a row per paper and case), `KetQua`. All or nothing: the whole file is read and every fault
of its shape is told with sheet, column and row before the first procedure is handed on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from reuse_gateway.application.import_catalogue import ReadProcedure, Trouble
from reuse_gateway.catalogue.laythutuc import read_procedure
from reuse_gateway.catalogue.workbook import Line, Workbook, as_day
from reuse_gateway.domain.errors import Fault, InvalidInput
from reuse_gateway.domain.matching import Vocabulary

MOST_FAULTS = 200
_PROCEDURE = ("MATTHC", "TENTTHC", "QUYETDINH", "BONGANH", "LINHVUC", "CAPTHUCHIEN", "TRANGTHAI", "NGAYHIEULUC")
_PAPER = ("MATTHC", "TRUONGHOP", "MAGIAYTO", "TENGIAYTO", "MA_KQ_THAYTHE", "SOBANCHINH", "SOBANSAO", "TENMAUDON")
_RESULT = ("MATTHC", "MAKETQUA", "TENKETQUA")
_SHEETS = (
    ("ThuTuc", ("MATTHC", "TENTTHC"), _PROCEDURE),
    ("ThanhPhanHoSo", ("MATTHC", "TENGIAYTO"), _PAPER),
    ("KetQua", ("MATTHC", "MAKETQUA"), _RESULT),
)
_COUNTS = ("SOBANCHINH", "SOBANSAO", "TRANGTHAI")
_ERRORS = ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")
_PAPER_FIELD = re.compile(r"THANHPHANHOSO\.(\d+)\.GIAYTO\.(\d+)(?:\.(\w+))?")


@dataclass(slots=True)
class _Assembled:
    """One procedure on its way: the row of each paper is kept, so that troubles can be told by cell."""

    line: Line
    shape: dict[str, Any]
    valid_from: date | None = None
    papers: list[list[Line]] = field(default_factory=list)


def read_workbook(file: Path, valid_from: date, vocabulary: Vocabulary) -> Iterator[ReadProcedure]:
    """Procedures of a workbook, which hold from NGAYHIEULUC where the file tells it, else from `valid_from`.

    Raises InvalidInput (every fault, by sheet, column and row), MalformedBody, TooLarge; then nothing has been handed on.
    """
    with Workbook(file) as book:
        tables, faults = _tables(book)
    found = _assemble(tables, faults)
    if faults:
        raise InvalidInput(*faults[:MOST_FAULTS])
    for each in found.values():
        read = read_procedure(each.shape, each.line.number, each.valid_from or valid_from, vocabulary)
        yield replace(read, troubles=tuple(_by_cell(trouble, each) for trouble in read.troubles))


def _tables(book: Workbook) -> tuple[dict[str, list[Line]], list[Fault]]:
    tables: dict[str, list[Line]] = {}
    faults: list[Fault] = []
    for name, required, known in _SHEETS:
        title, tables[name] = book.sheet(name), []
        if title is None:
            faults.append(Fault(name, "sheet_missing"))
            continue
        try:
            tables[name] = list(book.lines(title, required, known))
        except InvalidInput as wrong:
            faults += wrong.faults
    return tables, faults


def _assemble(tables: dict[str, list[Line]], faults: list[Fault]) -> dict[str, _Assembled]:
    found: dict[str, _Assembled] = {}
    for line in tables["ThuTuc"]:
        code = _code(line, faults)
        if code in found:
            faults.append(Fault(line.place("MATTHC"), "code_twice"))
        elif code:
            found[code] = _procedure(line, code, faults)
    for line in tables["ThanhPhanHoSo"]:
        if each := _owner(line, found, faults):
            _add_paper(each, line, faults)
    for line in tables["KetQua"]:
        if each := _owner(line, found, faults):
            each.shape["KETQUATHUCHIEN"].append(_texts(line, _RESULT[1:], faults))
    return found


def _procedure(line: Line, code: str, faults: list[Fault]) -> _Assembled:
    told = _texts(line, _PROCEDURE[1:-1], faults)
    shape = {"MATTHC": code, **told, "LINHVUCTHUCHIEN": _split(told["LINHVUC"]), "CAPTHUCHIEN": _split(told["CAPTHUCHIEN"])}
    each = _Assembled(line, shape | {"THANHPHANHOSO": [], "KETQUATHUCHIEN": []})
    try:
        each.valid_from = as_day(line.cells.get("NGAYHIEULUC"))
    except ValueError as wrong:
        faults.append(Fault(line.place("NGAYHIEULUC"), str(wrong)))
    return each


def _add_paper(each: _Assembled, line: Line, faults: list[Fault]) -> None:
    told = _texts(line, _PAPER[1:], faults)
    cases = each.shape["THANHPHANHOSO"]
    place = next((n for n, case in enumerate(cases) if case["TRUONGHOP"] == told["TRUONGHOP"]), len(cases))
    if place == len(cases):
        cases.append({"TRUONGHOP": told["TRUONGHOP"], "GIAYTO": []})
        each.papers.append([])
    cases[place]["GIAYTO"].append(told)
    each.papers[place].append(line)


def _owner(line: Line, found: dict[str, _Assembled], faults: list[Fault]) -> _Assembled | None:
    code = _code(line, faults)
    if code and code not in found:
        faults.append(Fault(line.place("MATTHC"), "procedure_not_in_file"))
    return found.get(code or "")


def _code(line: Line, faults: list[Fault]) -> str | None:
    """Codes must be text: as a number 1.000800 and 1.0008 are the same."""
    value = line.cells["MATTHC"]
    if isinstance(value, str) and value.strip():
        return value.strip()
    faults.append(Fault(line.place("MATTHC"), "code_missing" if value in (None, "") else "code_as_number"))
    return None


def _texts(line: Line, columns: tuple[str, ...], faults: list[Fault]) -> dict[str, str]:
    return {column: _text(line, column, faults) for column in columns}


def _text(line: Line, column: str, faults: list[Fault]) -> str:
    value = line.cells.get(column)
    if value is None:
        return ""
    if isinstance(value, str) and value not in _ERRORS:
        return value
    if column in _COUNTS and isinstance(value, int | float) and not isinstance(value, bool) and value == int(value):
        return str(int(value))
    shown = value in _ERRORS if isinstance(value, str) else False
    faults.append(Fault(line.place(column), "cell_shows_an_error" if shown else "not_text"))
    return ""


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _by_cell(trouble: Trouble, each: _Assembled) -> Trouble:
    """Where people find it: sheet, column and row instead of a path into a shape that they never saw."""
    inside = _PAPER_FIELD.match(trouble.field)
    if inside:
        line, column = each.papers[int(inside[1])][int(inside[2])], inside[3] or "TENGIAYTO"
    else:
        line, column = each.line, trouble.field.partition(".")[0]
    return replace(trouble, line=line.number, field=line.place(column))
