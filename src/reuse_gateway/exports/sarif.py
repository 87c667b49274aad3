"""Findings about forms as SARIF 2.1.0 (OASIS), so that code scanning, editors and pipelines show them where they stand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from reuse_gateway import __version__
from reuse_gateway.application.lint_form import LintReport, ToldFinding
from reuse_gateway.domain.form_finding import RULES, Rule
from reuse_gateway.domain.text import Sentences, Text

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
Region = tuple[int, int]
Cited = Callable[[str], Mapping[str, Any]]


def sarif_of(
    looked_at: Iterable[tuple[str, LintReport, Mapping[str, Region]]], sentences: Sentences, cited: Cited
) -> dict[str, Any]:
    """One run over some forms: each with its path and, where its text is known, line and column (from 1) of every pointer.

    Messages are Vietnamese (`language`), English and the patch stand in `properties`.
    """
    rules = list(Rule)
    results, patches, uris = [], {}, []
    for path, report, regions in looked_at:
        uri = quote(path, safe="/:")
        uris.append(uri)
        results += [_result(uri, told, report, regions, rules, cited) for told in report.findings]
        patches[uri] = list(report.patch)
    driver = {"name": "reuse-gateway", "version": __version__, "rules": [_rule(rule, sentences) for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "language": "vi",
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": {"uri": uri}, "mimeType": "application/json"} for uri in uris],
        "results": results,
        "properties": {"patch": patches},
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule, sentences: Sentences) -> dict[str, Any]:
    said = sentences.say(f"rule.{rule}")
    return {
        "id": rule.value,
        "name": "".join(part.capitalize() for part in rule.value.split("_")),
        "shortDescription": {"text": said.vi},
        "fullDescription": {"text": said.en},
        "defaultConfiguration": {"level": RULES[rule].level.value},
    }


def _result(
    uri: str, told: ToldFinding, report: LintReport, regions: Mapping[str, Region], rules: Sequence[Rule], cited: Cited
) -> dict[str, Any]:
    found = told.finding
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    if found.pointer in regions:
        line, column = regions[found.pointer]
        physical["region"] = {"startLine": line, "startColumn": column}
    logical = {"fullyQualifiedName": found.pointer, "name": found.field or found.pointer or "/", "kind": "element"}
    bases = [dict(cited(code)) for code in found.bases]
    return {
        "ruleId": found.rule.value,
        "ruleIndex": rules.index(found.rule),
        "level": found.level.value,
        "message": {"text": _with_law(told.message, bases)},
        "locations": [{"physicalLocation": physical, "logicalLocations": [logical]}],
        "partialFingerprints": {"fieldPaper/v1": _fingerprint(report, told)},
        "properties": {
            "field": found.field,
            "evidence_type": found.evidence_type,
            "role": found.role,
            "message": {"vi": told.message.vi, "en": told.message.en},
            "legal_basis": bases,
            "fix": list(told.fix),
        },
    }


def _with_law(message: Text, bases: Sequence[Mapping[str, Any]]) -> str:
    return f"{message.vi} Căn cứ: {bases[0]['citation']}." if bases else message.vi


def _fingerprint(report: LintReport, told: ToldFinding) -> str:
    """The same finding stays the same when fields before it come and go."""
    found = told.finding
    named = (report.request.procedure, found.rule.value, found.field, found.evidence_type or "")
    return hashlib.sha256("\n".join(named).encode()).hexdigest()[:32]
