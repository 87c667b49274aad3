"""Lint of manifests and the cases beside them: one entry for the command and for tests."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from reuse_gateway.connectors.loading import TIERS
from reuse_gateway.domain.errors import FactsError
from reuse_gateway.domain.evidence_type import EvidenceType
from reuse_gateway.simulation.app import check_cases
from reuse_gateway.simulation.facts import People, SourceCases, read_cases
from reuse_gateway.workbench.lint.coverage import coverage
from reuse_gateway.workbench.lint.findings import Finding, Source
from reuse_gateway.workbench.lint.recorded import recorded
from reuse_gateway.workbench.lint.safety import asking, disclosure, hygiene, secrets_and_people
from reuse_gateway.workbench.lint.shape import shape

_CASES = ".cases.yaml"


def manifests_in(paths: Iterable[Path]) -> list[Path]:
    """Manifests among files and folders (of connectors, or of one tier); a cases file stands for its manifest."""
    found: set[Path] = set()
    for path in paths:
        folders = [path, *(path / tier for tier in TIERS)] if path.is_dir() else []
        listed = [file for folder in folders for file in folder.glob("*.yaml") if folder.name in TIERS or folder != path]
        for file in listed if path.is_dir() else [path]:
            found.add(file.with_name(file.name.removesuffix(_CASES) + ".yaml") if file.name.endswith(_CASES) else file)
    return sorted(found)


async def lint_manifest(
    file: Path, papers: Mapping[str, EvidenceType], bases: Collection[str], people: People | None
) -> list[Finding]:
    """Everything found in one manifest and its cases, in order of lines. Without `people` the cases are only read."""
    source = Source(file)
    manifest, found = shape(source, papers)
    found += secrets_and_people(source)
    if manifest is not None:
        for look in (asking(source, manifest), disclosure(source, manifest, papers), hygiene(source, manifest, bases)):
            found += look
    beside = Source(file.with_name(file.stem + _CASES))
    if not beside.file.is_file():
        return sorted([*found, source.finding("E201", about=beside.file.name)])
    found += secrets_and_people(beside)
    facts, unreadable = _cases(beside, file.stem, people)
    found += unreadable
    if manifest is not None and facts is not None and people is not None and not _broken(found):
        found += recorded(beside, manifest, facts)
        found += await coverage(source, beside, manifest, facts, people)
    return sorted(set(found))


def _broken(found: list[Finding]) -> bool:
    """Nothing can be tried with a manifest that a protocol cannot ask with."""
    return any(each.code in ("E108", "E111") for each in found)


def _cases(source: Source, name: str, people: People | None) -> tuple[SourceCases | None, list[Finding]]:
    try:
        facts = read_cases(source.file)
        if people is not None:
            check_cases(name, facts, people)
        return facts, []
    except FactsError as error:
        return None, [source.finding("E111", *error.path.split("."), about=f"{error.path}: {error.problem}")]
