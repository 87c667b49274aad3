"""Simulated sources without HTTP, filled from cases: a database view in SQLite, or a folder of dropped files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from reuse_gateway.simulation.facts import People, SourceCases
from reuse_gateway.simulation.local_files import DroppedFiles
from reuse_gateway.simulation.local_rows import LocalSource, rows_of
from reuse_gateway.simulation.local_view import View


def build_local(name: str, facts: SourceCases, people: People, folder: Path, today: date) -> LocalSource:
    """One such source below `folder`; raises ValueError for a source that speaks HTTP."""
    if facts.table is not None:
        return View(facts.table, folder / f"{name}.sqlite", rows_of(name, facts, people, facts.table.cases, today))
    if facts.dropped is None:
        raise ValueError(f"{name} has neither table nor dropped files")
    rows = {title: rows_of(name, facts, people, cases, today) for title, cases in facts.dropped.files.items()}
    return DroppedFiles(facts.dropped, folder / name, rows)
