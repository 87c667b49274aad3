"""Columns of cells as text: what a cell needs is found once for each of its distinct values, or for the whole column."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from string import ascii_letters, digits
from typing import Any

from reuse_gateway.application.violation_ports import Cell
from reuse_gateway.exports.csv_rows import guarded

_HARMLESS = frozenset(ascii_letters + digits)  # no formula begins so; nearly every cell does
_RANGES = (("0", "9"), ("A", "Z"), ("a", "z"))
_SPELL = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def csv_column(column: Sequence[Cell]) -> Sequence[Cell]:
    """No cell of it would be computed by a spreadsheet; truth is `true` or `false`."""
    return column if _begins_harmless(column) else _each(column, _csv_cell)


def json_columns(names: Sequence[str], columns: Sequence[Sequence[Cell]]) -> Iterator[Sequence[str]]:
    """Each cell as JSON; what is cited as a list of objects, as in every answer."""
    for name, column in zip(names, columns, strict=True):
        yield _each(column, _cited if name == "legal_basis" else _SPELL)


def json_line(keys: Sequence[str]) -> str:
    """What a row of such cells is put into with `%`."""
    told = ",".join(f"{_SPELL(key).replace('%', '%%')}:%s" for key in keys)
    return f"{{{told}}}\n"


def _begins_harmless(column: Sequence[Cell]) -> bool:
    """Texts between the least and the greatest begin with characters between theirs."""
    try:
        least, most = str.__getitem__(min(column), slice(1)), str.__getitem__(max(column), slice(1))
    except TypeError:
        return False
    return any(first <= least and most <= last for first, last in _RANGES)


def _each(column: Sequence[Cell], spelt: Callable[[Cell], Any]) -> Sequence[Any]:
    known = {cell: spelt(cell) for cell in set(column)}
    return list(map(known.__getitem__, column))


def _cited(cell: Cell) -> str:
    return _SPELL([{"code": code} for code in str(cell or "").split()])


def _csv_cell(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return cell if cell[:1] in _HARMLESS else guarded(cell)
    return ("true" if cell else "false") if isinstance(cell, bool) else cell
