"""Beside each column of codes one of words (chữ bên mã), for files that people read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reuse_gateway.application.export_ports import Sheet
from reuse_gateway.application.violation_ports import Cell, CellPage
from reuse_gateway.domain.export import ExportOrder, Format

Names = Mapping[str, str]
_READ_BY_PEOPLE = (Format.CSV, Format.XLSX)


@dataclass(frozen=True, slots=True)
class Words:
    """What one language calls columns, and the codes in them.

    `codes`: column -> code -> words; `beside`: what heads such words, in brackets behind the heading of their codes.
    """

    headings: Names
    codes: Mapping[str, Names]
    beside: str

    def heading(self, order: ExportOrder) -> list[str]:
        """The whole line of headings."""
        told = []
        for column in order.columns:
            name = self.headings.get(column, column)
            told += [name, f"{name} ({self.beside})"] if self.worded(order, column) else [name]
        return told

    def worded(self, order: ExportOrder, column: str) -> bool:
        """Do words stand beside it?"""
        return order.words and column in self.codes and order.format in _READ_BY_PEOPLE


KEYS = Words({}, {}, "")


class WordedSheet:
    """A sheet into which more is written than the page holds. A code that has no words is left without."""

    def __init__(self, sheet: Sheet, order: ExportOrder, words: Words) -> None:
        self._sheet = sheet
        self._codes = [words.codes[column] if words.worded(order, column) else None for column in order.columns]

    def write(self, page: CellPage) -> None:
        """More rows; raises what the sheet raises."""
        columns = list[Sequence[Cell]]()
        for cells, codes in zip(page.columns, self._codes, strict=True):
            columns += [cells] if codes is None else [cells, _said(cells, codes)]
        self._sheet.write(replace(page, columns=tuple(columns)))

    def finish(self) -> tuple[int, str]:
        """Size and SHA-256."""
        return self._sheet.finish()

    def discard(self) -> None:
        """Nothing is left of it."""
        self._sheet.discard()


def _said(cells: Sequence[Cell], codes: Names) -> Sequence[Cell]:
    found = {cell: codes.get(str(cell)) for cell in set(cells)}
    return tuple(map(found.__getitem__, cells))
