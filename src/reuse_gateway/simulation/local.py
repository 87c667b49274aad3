"""Simulated sources without HTTP: a database view in SQLite and a folder of dropped files, filled from cases."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

from reuse_gateway.simulation.facts import Dropped, People, Person, SourceCases, Table
from reuse_gateway.simulation.templates import render

Rows = tuple[tuple[str, ...], ...]


def build_local(name: str, facts: SourceCases, people: People, folder: Path, today: date) -> str | None:
    """What stands for its base URL: a read-only SQLAlchemy URL or a folder; None for a source that speaks HTTP."""
    if facts.table is not None:
        file = folder / f"{name}.sqlite"
        _fill(facts.table, file, _rendered(name, facts, people, facts.table.cases, today))
        return f"sqlite+aiosqlite:///file:{file}?mode=ro&uri=true"
    if facts.dropped is not None:
        place = folder / name
        place.mkdir()
        for title, cases in facts.dropped.files.items():
            _drop(facts.dropped, place / title, list(_rendered(name, facts, people, cases, today)))
        return str(place)
    return None


def _rendered(name: str, facts: SourceCases, people: People, cases: dict[str, Rows], today: date) -> Iterator[list[str]]:
    """The rows of every person, by the case this source has for them; a case without rows has none."""
    for person in people.people:
        for row in cases.get(person.case_at(name), ()):
            yield [render(cell, facts.values | _told_of(person), {}, today, plain=True) for cell in row]


def _told_of(person: Person) -> dict[str, str]:
    return {"number": person.number, "full_name": person.full_name, "birth_date": person.birth_date}


def _fill(table: Table, file: Path, rows: Iterator[list[str]]) -> None:
    columns = ", ".join(f'"{column}" TEXT' for column in table.columns)
    marks = ", ".join("?" * len(table.columns))
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(f"CREATE TABLE {table.name} ({columns})")
        connection.executemany(f"INSERT INTO {table.name} VALUES ({marks})", rows)  # noqa: S608 - names come from a checked pattern


def _drop(facts: Dropped, file: Path, rows: list[list[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        if facts.format == "csv":
            csv.writer(opened).writerows([list(facts.heading), *rows])
        else:
            opened.writelines(json.dumps(dict(zip(facts.heading, row, strict=True)), ensure_ascii=False) + "\n" for row in rows)
