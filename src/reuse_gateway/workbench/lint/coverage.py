"""E2xx and E110: do the cases show every way a source can answer, and does every path of the manifest meet something?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reuse_gateway.connectors.lookups import LookupFacts, Then
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.simulation.facts import Case, People, SourceCases
from reuse_gateway.workbench.lint.findings import Finding, Source
from reuse_gateway.workbench.lint.meeting import never_met
from reuse_gateway.workbench.meanings import BY_NAME, KNOWN, LAPSED

# Of its own: the ways in which this very source says something else than found or absent.
_LEAST_FAULTS, _LEAST_FAULTS_OF_ROWS = 3, 1
_GOOD = {"valid", "absent", LAPSED}


async def coverage(
    manifest_file: Source, cases_file: Source, manifest: Manifest, facts: SourceCases, people: People
) -> list[Finding]:
    """Everything that the cases leave unshown."""
    found = list(_meanings(cases_file, facts))
    for place, cases in enumerate(_groups(facts)):
        found += _shown(cases_file, manifest, cases, ("routes", place) if facts.routes else ())
    found += [manifest_file.finding("E110", *steps, about=path) for steps, path in await never_met(manifest, facts, people)]
    return found


def _groups(facts: SourceCases) -> list[dict[str, Any]]:
    if facts.table or facts.dropped:
        return [_of_rows(facts)]
    return [{name: case.expect or BY_NAME.get(name) for name, case in route.cases.items()} for route in facts.routes]


def _of_rows(facts: SourceCases) -> dict[str, Any]:
    kept = facts.table or facts.dropped
    names = (
        {*facts.table.cases}
        if facts.table
        else {name for file in facts.dropped.files.values() for name in file}
        if facts.dropped
        else set()
    )
    stated = kept.expect if kept else {}
    return {"absent": "absent"} | {name: stated.get(name) or BY_NAME.get(name) for name in names}


def _words(expected: Any) -> set[str]:
    told = {expected} if isinstance(expected, str) else set(expected.values()) if isinstance(expected, Mapping) else set()
    return {LAPSED if each in ("expired", "revoked") else each for each in told}


def _shown(source: Source, manifest: Manifest, cases: dict[str, Any], at: tuple[Any, ...]) -> Iterator[Finding]:
    shown = {word for expected in cases.values() for word in _words(expected)}
    wanted = {"valid", "absent"} | ({LAPSED} if any(map(_can_lapse, manifest.lookups)) else set())
    for missing in sorted(wanted - shown):
        yield source.finding("E202", *at, "cases", about=missing)
    least = _LEAST_FAULTS if at else _LEAST_FAULTS_OF_ROWS
    if sum(bool(_words(expected) - _GOOD) for expected in cases.values()) < least:
        yield source.finding("E203", *at, "cases", about=str(least))


def _can_lapse(lookup: LookupFacts) -> bool:
    told = [lookup.fields, *lookup.evidence.values()]
    said = any(rule.then in (Then.EXPIRED, Then.REVOKED) for rule in lookup.outcomes)
    return said or any(each.expires_on or any(rule.then != "valid" for rule in each.states) for each in told)


def _meanings(source: Source, facts: SourceCases) -> Iterator[Finding]:
    """E204, E205: every case says what it must come to, in words that are known."""
    for place, route in enumerate(facts.routes):
        for name, case in route.cases.items():
            yield from _meaning(source, name, case, ("routes", place, "cases", name))
    for kept, key in ((facts.table, "table"), (facts.dropped, "dropped")):
        for name in _of_rows(facts) if kept else ():
            yield from _meaning(source, name, Case(expect=kept.expect.get(name)) if kept else Case(), (key, "cases", name))


def _meaning(source: Source, name: str, case: Case, at: tuple[Any, ...]) -> Iterator[Finding]:
    if case.expect is None and name not in BY_NAME:
        yield source.finding("E204", *at, about=name)
    for word in sorted(_words(case.expect) - KNOWN):
        yield source.finding("E205", *at, about=word)
