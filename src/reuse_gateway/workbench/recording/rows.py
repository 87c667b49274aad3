"""Rows of a view or of dropped files as a case: only what is read, everybody's own keys, other cases as they were."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reuse_gateway.connectors.lookups import LookupFacts
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.pruning import PRESENT, Rewrite
from reuse_gateway.connectors.read_tree import Node, read_tree
from reuse_gateway.connectors.sql_view import Rows
from reuse_gateway.simulation.facts import RowsByCase, SourceCases
from reuse_gateway.workbench.recording.editing import with_entry

_NUMBER = "${number}"
Kept = tuple[Mapping[str, str], ...]


def kept_rows(manifest: Manifest, lookup: LookupFacts, answer: Rows, rewrite: Rewrite) -> tuple[Kept, tuple[str, ...]]:
    """Rows by the names that the source gives its columns, and the columns that nobody reads."""
    drop = manifest.drop
    theirs = {ours: name for name, ours in drop.columns.items()} if drop else {}
    needed = frozenset((*drop.key, *drop.owner, *((drop.removed,) if drop.removed else ()))) if drop else frozenset()
    root, dropped, kept = read_tree(lookup).child("rows") or Node(), set[str](), []
    for place, row in enumerate(answer.rows, 1):
        told = {}
        for column, value in row.items():
            node = root.child(column)
            if node is None and column not in needed:
                dropped.add(column)
            else:
                read = column in needed or (node is not None and node.value)
                told[column] = _cell(rewrite(column, value) if read else value and PRESENT)
        if drop and not any(_NUMBER in told[column] for column in drop.key):
            # Rows of two people under one key would replace one another.
            unread = (column for column in drop.key if root.child(column) is None)
            own = next(unread, drop.key[0])
            told[own] = f"{_NUMBER}-{place}"
        kept.append({theirs.get(column, column): value for column, value in told.items()})
    return tuple(kept), tuple(sorted(dropped))


def rows_in(text: str, facts: SourceCases, case: str, means: str | None, rows: Sequence[Mapping[str, str]]) -> str:
    """The cases file with these rows for a case, in the newest file where there are several; `means` where its name does not
    say it. Raises CallerError where the file is written in a way that cannot be edited.
    """
    places = list(_places(facts))
    leaned_on = any(_leaning(cases, case) for _, cases, _, _ in places)
    for place, cases, columns, newest in places:
        text = _aside(text, place, cases, case) if leaned_on and case in cases else text
        told = [[row.get(column, "") for column in columns] for row in rows] if newest else []
        if newest or case in cases:
            text = with_entry(text, place, case, json.dumps(told, ensure_ascii=False))
    if leaned_on:
        text = _meaning(text, facts, _aside_name(case), facts.means.get(case) or case)
    return _meaning(text, facts, case, means) if means else text


def _places(facts: SourceCases) -> Iterator[tuple[tuple[str | int, ...], RowsByCase, tuple[str, ...], bool]]:
    """Where cases stand: the table, or each dropped file; the last one is the newest."""
    if facts.table:
        yield ("table", "cases"), facts.table.cases, facts.table.columns, True
    elif facts.dropped:
        files = facts.dropped.files
        for name, cases in files.items():
            yield ("dropped", "files", name), cases, facts.dropped.heading, name == list(files)[-1]


def _leaning(cases: RowsByCase, case: str) -> list[str]:
    """Cases that are this one with other values."""
    return [name for name, each in cases.items() if each.same_as == case]


def _aside_name(case: str) -> str:
    return f"scripted_{case}"


def _aside(text: str, place: tuple[str | int, ...], cases: RowsByCase, case: str) -> str:
    """What other cases lean on stays, under a name of its own."""
    for name in _leaning(cases, case):
        text = with_entry(text, (*place, name), "as", _aside_name(case))
    told = cases[case]
    plain = {"as": told.same_as, "rows": [list(cells) for cells in told.rows], "with": dict(told.values)}
    return with_entry(text, place, _aside_name(case), _flow(plain))


def _meaning(text: str, facts: SourceCases, case: str, means: str) -> str:
    if facts.means or "\nmeans:" in f"\n{text}":
        return with_entry(text, ("means",), case, means)
    return with_entry(text, (), "means", f"{{{case}: {means}}}")


def _flow(told: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{name}: {json.dumps(each, ensure_ascii=False)}" for name, each in told.items() if each) + "}"


def _cell(value: Any) -> str:
    return "" if value is None else str(value)
