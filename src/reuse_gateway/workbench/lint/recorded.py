"""E304: a recorded body holds nothing but what the manifest reads."""

from __future__ import annotations

from collections.abc import Iterator

from reuse_gateway.connectors.anonymous import readable
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.pruning import unread
from reuse_gateway.simulation.facts import SourceCases
from reuse_gateway.workbench.lint.findings import Finding, Source

RECORDED = "recorded_"


def recorded(source: Source, manifest: Manifest, facts: SourceCases) -> Iterator[Finding]:
    """Every path of a recorded body that none of the lookups reads."""
    for name, body in facts.bodies.items():
        if name.startswith(RECORDED):
            told = [unread(lookup, readable(body)) for lookup in manifest.lookups]
            for path in sorted(min(told, key=len)):
                yield source.finding("E304", "bodies", name, about=path)
