"""Rows of the people at a source without HTTP: by their case, or by what a fault makes of a good one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Protocol

from reuse_gateway.simulation.facts import Case, People, Person, RowsByCase, RowsCase, SourceCases
from reuse_gateway.simulation.templates import render


class Misfortune(StrEnum):
    """What befalls such a source as a whole. `gone`: view or files are not there; `lacking`: a column is not; `locked`: nobody
    is let in; `half_written`, `html`, `garbage`, `oversized` (a row of 5 MB): the newest file is so."""

    GONE = "gone"
    LACKING = "lacking"
    LOCKED = "locked"
    HALF_WRITTEN = "half_written"
    HTML = "html"
    GARBAGE = "garbage"
    OVERSIZED = "oversized"


class LocalSource(Protocol):
    """A source on this machine. `where`: its database URL or folder; `misfortunes`: those that can befall it."""

    where: str
    misfortunes: frozenset[Misfortune]

    def suffer(self, what: Misfortune) -> None:
        """From now on, instead of what it suffered before."""
        ...

    def mend(self) -> None:
        """As it was."""
        ...


class Strike(StrEnum):
    """What happens while one person's row is read; only a database can do that."""

    NONE = ""
    ERROR = "error"
    SLOW = "slow"
    WIDE = "wide"


class Row(NamedTuple):
    """Cells in the order of the columns, and what strikes whoever reads them."""

    cells: list[str]
    strike: Strike


def strike_of(fault: Case) -> Strike:
    """A fault of people.yaml as a database shows it; NONE where it shows in the cells."""
    if fault.status >= 500:
        return Strike.ERROR
    return Strike.SLOW if fault.delay_s else Strike.WIDE if fault.bytes else Strike.NONE


def playable(facts: SourceCases, people: People) -> dict[str, Case]:
    """The shared faults that this source can play for one person: over HTTP and in a view all, in files those of cells.

    A file is read long before anybody asks, so it cannot be late, or fail, for one person alone.
    """
    in_cells = {name: fault for name, fault in people.faults.items() if strike_of(fault) is Strike.NONE}
    return in_cells if facts.dropped else dict(people.faults)


def rows_of(name: str, facts: SourceCases, people: People, cases: RowsByCase, today: date) -> Iterator[Row]:
    """The rows of every person, by the case this source has for them; a case that is nothing here has none."""
    faults = playable(facts, people)
    for person in people.people:
        case = person.case_at(name)
        fault = None if case in cases else faults.get(case)
        strike = strike_of(fault) if fault else Strike.NONE
        for cells in _cells(person, facts, cases, (fault.same_as or "valid") if fault else case, today):
            yield Row(_spoiled(cells, fault) if fault else cells, strike)


def _cells(person: Person, facts: SourceCases, cases: RowsByCase, name: str, today: date) -> Iterator[list[str]]:
    case = cases.get(name, RowsCase())
    meant = cases[case.same_as] if case.same_as else case
    told = {"number": person.number, "full_name": person.full_name, "birth_date": person.birth_date}
    values = facts.values | told | meant.values | case.values
    for row in meant.rows:
        yield [render(cell, values, {}, today, plain=True) for cell in row]


def _spoiled(cells: list[str], fault: Case) -> list[str]:
    """The first two cells are still right: a row that nobody finds, or that replaces another's, is no such fault."""
    kept, spoiled = cells[:2], cells[2:]
    if fault.text is not None and strike_of(fault) is Strike.NONE:
        return kept + [fault.text for _ in spoiled]
    return kept + [cell[: int(len(cell) * fault.cut)] for cell in spoiled] if fault.cut else cells
