"""E3xx to W6xx: secrets and people in files, unsafe asking, too much disclosed, and what a good author would not leave."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from reuse_gateway.connectors.lookups import LookupFacts
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.domain.evidence_type import EvidenceType
from reuse_gateway.domain.subject import EnterpriseCode, NotAnIdentifier, PersonalId
from reuse_gateway.domain.text import fold
from reuse_gateway.workbench.lint.findings import Finding, Source

SCHEMA_LINE = "# yaml-language-server: $schema="
# Longest that one check waits for all its sources (settings: check_deadline_s).
_CHECK_DEADLINE_S = 3.0
_SECRET_KEY = re.compile(r"(password|passwd|secret|token|api_?key|access_?key|authorization|matkhau|mat_khau)$", re.IGNORECASE)
_SECRET_VALUE = re.compile(r"eyJ[\w-]{8,}\.[\w-]{8,}\.|-----BEGIN|(?:Bearer|Basic) [\w+/=-]{12,}")
_URL = re.compile(r"https?://[^\s\"']+", re.IGNORECASE)
_NUMBERS = re.compile(r"(?<![0-9A-Za-z.])[0-9]{10,13}(?![0-9A-Za-z])")
_WRITES = re.compile(
    r"(capnhat|dongbo|themmoi|tiepnhan|xoa|guihoso|nhanhoso|update|create|delete|insert|submit|push)", re.IGNORECASE
)
# Keys of the manifest itself: their values are paths.
_BORROWED = ("token", "token_path")


def secrets_and_people(source: Source) -> Iterator[Finding]:
    """E301, E302, E303 anywhere in a file; what was found is never repeated."""
    for path, value, line in source.scalars:
        where = ".".join(path)
        key = path[-1] if path else ""
        literal = path[:1] in (("auth",), ("through",), ("lookups",)) and _SECRET_KEY.search(key) and "{" not in value
        structural = key in _BORROWED or "tokens" in path
        if value and (_SECRET_VALUE.search(value) or (literal and not structural)):
            yield Finding(str(source.file), line, "E301", where)
        if any(_somebodys(number) for number in _NUMBERS.findall(value)):
            yield Finding(str(source.file), line, "E302", where)
        if _URL.search(re.sub(r'xmlns(:\w+)?=\\?"[^"]*"', "", value)) and "namespace" not in path:
            yield Finding(str(source.file), line, "E401", where)


def _somebodys(number: str) -> bool:
    try:
        if len(number) == 12:
            return not PersonalId.parse(number).synthetic
        return not EnterpriseCode.parse(number).synthetic
    except NotAnIdentifier:
        return False


def asking(source: Source, manifest: Manifest) -> Iterator[Finding]:
    """E402, E403, W603, W605: time limits and repeats."""
    if "timeout_s" not in manifest.limits.model_fields_set:
        yield source.finding("E402", "limits")
    if manifest.limits.timeout_s > _CHECK_DEADLINE_S:
        yield source.finding("W603", "limits", "timeout_s", about=f"{_CHECK_DEADLINE_S:g}")
    for place, lookup in enumerate(manifest.lookups):
        request = lookup.request
        path, operation = request.path.parts[0] if request.path else "", request.soap.operation if request.soap else ""
        named = f"{path} {request.verb or ''} {operation}"
        if request.repeatable == "true" and _WRITES.search(named):
            yield source.finding("E403", "lookups", place, "request", "repeatable")
        if manifest.limits.retries and not request.may_repeat:
            yield source.finding("W605", "lookups", place, "request")


def disclosure(source: Source, manifest: Manifest, papers: Mapping[str, EvidenceType]) -> Iterator[Finding]:
    """E501 to E503: only what belongs to a paper may leave, and nothing about its owner."""
    for place, lookup in enumerate(manifest.lookups):
        for paper, proof in lookup.evidence.items():
            known = papers.get(paper)
            if known is None:
                continue
            for code in sorted(set(proof.result_codes) - set(known.result_codes)):
                yield source.finding("E501", "lookups", place, "evidence", paper, "result_codes", about=code)
            if known.about == "person" and "business" in lookup.asked_about(paper):
                yield source.finding("E502", "lookups", place, "evidence", paper, about=paper)
        for path in sorted(lookup.disclosed & _owners_paths(lookup)):
            yield source.finding("E503", "lookups", place, about=path)


def _owners_paths(lookup: LookupFacts) -> frozenset[str]:
    named = [path.text for owner in lookup.named for path in (*owner.number, *owner.full_name)]
    return frozenset(named) | {owner.birth_date.path.text for owner in lookup.named if owner.birth_date}


def hygiene(source: Source, manifest: Manifest, bases: Collection[str]) -> Iterator[Finding]:
    """E207 and W6xx: what makes a manifest a fact sheet."""
    for place, code in enumerate(manifest.law.bases):
        if code not in bases:
            yield source.finding("E207", "law", "bases", place, about=code)
    if not any(line.startswith(SCHEMA_LINE) for line in source.text.split("\n", 3)[:3]):
        yield source.finding("W601")
    if not re.search(r"^#(?! yaml-language-server)", source.text, re.MULTILINE):
        yield source.finding("W602")
    if "freshness" not in manifest.model_fields_set:
        yield source.finding("E206")
    published = any(proof.published_from for lookup in manifest.lookups for proof in lookup.evidence.values())
    if not (manifest.law.connected_from or published):
        yield source.finding("W606", "law")
    if fold(manifest.name.vi) == manifest.name.vi.lower():
        yield source.finding("W607", "name", "vi")
    for place, lookup in enumerate(manifest.lookups):
        if not any(owner.full_name for owner in lookup.named):
            yield source.finding("W604", "lookups", place)
