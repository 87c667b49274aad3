"""Sources on a stage for these tests: the shipped ones, and one of every protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from pathlib import Path

from reuse_gateway.catalogue.loader import load
from reuse_gateway.connectors.loading import load_manifests
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.simulation.facts import SourceCases, load_cases, load_people
from reuse_gateway.workbench.contract.suite import examine
from reuse_gateway.workbench.results import FAILED, Result

ROOT = Path(__file__).parents[2]
SHIPPED, PROTOCOLS = ROOT / "connectors", ROOT / "tests" / "connectors" / "protocol_sources"
CATALOGUE, PEOPLE = load(), load_people(SHIPPED)
Change = Callable[[Manifest, SourceCases], tuple[Manifest, SourceCases]]


def examined(
    folder: Path, *names: str, only: Collection[str] = (), change: Change = lambda manifest, facts: (manifest, facts)
) -> list[Result]:
    """Results of these sources (none named: all of the folder) and cases (none named: all), after a change to their facts."""
    cases = load_cases(folder)
    chosen = [each for each in load_manifests(folder, CATALOGUE.evidence_types) if not names or each.id in names]
    changed = [change(each, cases[each.id]) for each in chosen]
    facts = {manifest.id: told for manifest, told in changed}
    return asyncio.run(examine([manifest for manifest, _ in changed], facts, PEOPLE, lambda result: None, only))


def failures(results: list[Result]) -> set[str]:
    """Names of what failed, without the number of the lookup."""
    return {each.name.split(".")[-1] for each in results if each.outcome == FAILED}
