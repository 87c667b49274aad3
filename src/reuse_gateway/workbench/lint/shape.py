"""E1xx: is it YAML, is every key known, does every value and path compile, does the file stand where it says?"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from pydantic import ValidationError

from reuse_gateway.connectors.loading import MOST_LINES, TIERS, read_mapping
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.protocols import PROTOCOLS
from reuse_gateway.domain.errors import FactsError
from reuse_gateway.workbench.lint.findings import Finding, Source

_CODES = {"extra_forbidden": "E102", "missing": "E104"}


def shape(source: Source, papers: Collection[str]) -> tuple[Manifest | None, list[Finding]]:
    """The manifest where it can be read at all, and everything that is wrong with its shape."""
    try:
        plain = read_mapping(source.file)
    except FactsError as error:
        line = int(error.path.removeprefix("line ")) if error.path.startswith("line ") else 1
        return None, [Finding(str(source.file), line, "E101", error.path, error.problem)]
    found = [source.finding("E109", about=str(MOST_LINES))] if source.text.count("\n") > MOST_LINES else []
    try:
        manifest = Manifest.model_validate(plain)
    except ValidationError as error:
        return None, found + [_told(source, each) for each in error.errors(include_url=False, include_input=False)]
    return manifest, found + list(_surroundings(source, manifest, papers))


def _told(source: Source, error: object) -> Finding:
    loc, kind, said = error["loc"], error["type"], error["msg"].removeprefix("Value error, ")  # type: ignore[index]
    code = "E105" if "not a path" in said or "a path is" in said else _CODES.get(kind, "E103")
    about = str(loc[-1]) if code in ("E102", "E104") and loc else said
    return source.finding(code, *loc, about=about)


def _surroundings(source: Source, manifest: Manifest, papers: Collection[str]) -> Iterator[Finding]:
    file = source.file
    if manifest.id != file.stem:
        yield source.finding("E106", "id", about=file.stem)
    if file.parent.name in TIERS and manifest.tier.value != file.parent.name:
        yield source.finding("E106", "tier", about=file.parent.name)
    if manifest.protocol not in PROTOCOLS:
        yield source.finding("E108", "protocol", about=", ".join(sorted(PROTOCOLS)))
        return
    if misprobed := manifest.misprobed():
        yield source.finding("E108", "probe", about=misprobed)
    for place, lookup in enumerate(manifest.lookups):
        if misfit := PROTOCOLS[manifest.protocol].misfit(manifest, lookup):
            yield source.finding("E108", "lookups", place, "request", about=misfit)
        for paper in lookup.evidence:
            if paper not in papers:
                likely = get_close_matches(paper, papers, 1)
                yield source.finding("E107", "lookups", place, "evidence", paper, about=likely[0] if likely else paper)
