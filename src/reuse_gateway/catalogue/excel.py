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

from reuse_gateway.application.import_catalogue import ReadProcedure, Trouble, losses_of
from reuse_gateway.catalogue.laythutuc import read_procedure
from reuse_gateway.catalogue.published_text import as_day
from reuse_gateway.catalogue.workbook import Line, Workbook
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
    read = [_read(each, valid_from, vocabulary) for each in found.values()]
    if lost := [Fault(trouble.field, trouble.why) for each in read for trouble in losses_of(each.troubles)]:
        raise InvalidInput(*lost[:MOST_FAULTS])
    yield from read


def _read(each: _Assembled, valid_from: date, vocabulary: Vocabulary) -> ReadProcedure:
    read = read_procedure(each.shape, each.line.number, valid_from, vocabulary)
    return replace(read, troubles=tuple(_by_cell(trouble, each) for trouble in read.troubles))


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
    # While some row of ThuTuc cannot be read, nobody can say of a procedure that it is not in the file.
    whole = bool(tables["ThuTuc"])
    for line in tables["ThuTuc"]:
        code = _code(line, faults)
        if code is None:
            whole = False
        elif code in found:
            faults.append(Fault(line.place("MATTHC"), "code_twice"))
        else:
            found[code] = _procedure(line, code, faults)
    for name, add in (("ThanhPhanHoSo", _add_paper), ("KetQua", _add_result)):
        for line in tables[name]:
            code = _code(line, faults)
            if code in found:
                add(found[code], line, faults)
            elif code and whole:
                faults.append(Fault(line.place("MATTHC"), "procedure_not_in_file"))
    return found


def _procedure(line: Line, code: str, faults: list[Fault]) -> _Assembled:
    told = _texts(line, _PROCEDURE[1:-1], faults)
    shape = {"MATTHC": code, **told, "LINHVUCTHUCHIEN": _split(told["LINHVUC"]), "CAPTHUCHIEN": _split(told["CAPTHUCHIEN"])}
    each = _Assembled(line, shape | {"THANHPHANHOSO": [], "KETQUATHUCHIEN": []})
    try:
        each.shape["NGAYHIEULUC"] = as_day(line.cells.get("NGAYHIEULUC"))
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


def _add_result(each: _Assembled, line: Line, faults: list[Fault]) -> None:
    each.shape["KETQUATHUCHIEN"].append(_texts(line, _RESULT[1:], faults))


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
