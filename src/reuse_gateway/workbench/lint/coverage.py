"""E2xx and E110: do the cases show every way a source can answer, and does every path of the manifest meet something?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reuse_gateway.connectors.lookups import LookupFacts, Then
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.simulation.facts import People, SourceCases
from reuse_gateway.workbench.lint.findings import Finding, Source
from reuse_gateway.workbench.lint.meeting import never_met
from reuse_gateway.workbench.meanings import BY_NAME, KNOWN, LAPSED

# Of its own: the ways in which this very source says something else than found or absent.
_LEAST_FAULTS, _LEAST_FAULTS_OF_ROWS = 3, 1
_GOOD = {"valid", "absent", LAPSED, ""}


async def coverage(
    manifest_file: Source, cases_file: Source, manifest: Manifest, facts: SourceCases, people: People
) -> list[Finding]:
    """Everything that the cases leave unshown."""
    found = list(_meanings(cases_file, facts))
    for place, cases in enumerate(_groups(facts)):
        found += _shown(cases_file, manifest, cases, ("routes", place) if facts.routes else ())
    found += [manifest_file.finding("E110", *steps, about=path) for steps, path in await never_met(manifest, facts, people)]
    return found


def _groups(facts: SourceCases) -> list[dict[str, str | None]]:
    """Per operation (of a view or of files there is one): every case, and what it must come to."""
    if facts.routes:
        return [{name: case.means or BY_NAME.get(name) for name, case in route.cases.items()} for route in facts.routes]
    told = [facts.table.cases] if facts.table else [*facts.dropped.files.values()] if facts.dropped else []
    names = {name for cases in told for name in cases}
    return [{"absent": "absent"} | {name: facts.means.get(name) or BY_NAME.get(name) for name in names}]


def _shared(word: str | None) -> str:
    return LAPSED if word in ("expired", "revoked") else word or ""


def _shown(source: Source, manifest: Manifest, cases: dict[str, str | None], at: tuple[Any, ...]) -> Iterator[Finding]:
    shown = {_shared(word) for word in cases.values()}
    wanted = {"valid", "absent"} | ({LAPSED} if any(map(_can_lapse, manifest.lookups)) else set())
    for missing in sorted(wanted - shown):
        yield source.finding("E202", *at, "cases", about=missing)
    least = _LEAST_FAULTS if at else _LEAST_FAULTS_OF_ROWS
    if sum(_shared(word) not in _GOOD for word in cases.values()) < least:
        yield source.finding("E203", *at, "cases", about=str(least))


def _can_lapse(lookup: LookupFacts) -> bool:
    told = [lookup.fields, *lookup.evidence.values()]
    said = any(rule.then in (Then.EXPIRED, Then.REVOKED) for rule in lookup.outcomes)
    return said or any(each.expires_on or any(rule.then != "valid" for rule in each.states) for each in told)


def _meanings(source: Source, facts: SourceCases) -> Iterator[Finding]:
    """E204, E205: every case says what it must come to, in words that are known."""
    for place, cases in enumerate(_groups(facts)):
        for name, word in sorted(cases.items()):
            at = ("routes", place, "cases", name) if facts.routes else ("means", name)
            if word is None:
                yield source.finding("E204", *at, about=name)
            elif word not in KNOWN:
                yield source.finding("E205", *at, about=word)
