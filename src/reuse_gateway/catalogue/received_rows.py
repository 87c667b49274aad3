"""Dossiers received, from a CSV of four columns: `agency,procedure,received_on,dossiers`, with or without that heading."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from reuse_gateway.domain.agency import agency_code
from reuse_gateway.domain.errors import Fault, InvalidInput
from reuse_gateway.domain.procedure import ProcedureCode
from reuse_gateway.domain.reuse_counts import ReceivedDossiers

_HEADING, _MOST_FAULTS, _MOST_DOSSIERS = ["agency", "procedure", "received_on", "dossiers"], 20, 1_000_000


def read_received(file: Path) -> Iterator[ReceivedDossiers]:
    """Row by row, so that memory stays flat. Columns parted by comma or semicolon, UTF-8 with or without a byte order mark.

    Raises InvalidInput naming the line of every mistake (at most 20) once the file was read to its end.
    """
    faults: list[Fault] = []
    for number, cells in _rows(file):
        try:
            row = _row(cells)
        except (ValueError, IndexError):
            faults.append(Fault(f"/{number}", "bad_format"))
            if len(faults) == _MOST_FAULTS:
                break
        else:
            yield row
    if faults:
        raise InvalidInput(*faults)


def _rows(file: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            delimiter = ";" if ";" in lines.readline() else ","
            lines.seek(0)
            for number, row in enumerate(csv.reader(lines, delimiter=delimiter), 1):
                cells = [cell.strip() for cell in row]
                if any(cells) and not (number == 1 and cells == _HEADING):
                    yield number, cells
    except UnicodeDecodeError:
        raise InvalidInput(Fault("/", "not_utf8")) from None


def _row(cells: list[str]) -> ReceivedDossiers:
    agency, procedure, day, dossiers = cells
    if not (dossiers.isascii() and dossiers.isdigit()) or int(dossiers[:9]) > _MOST_DOSSIERS or len(dossiers) > 9:
        raise ValueError("dossiers")
    return ReceivedDossiers(agency_code(agency), ProcedureCode.parse(procedure).base, date.fromisoformat(day), int(dossiers))
