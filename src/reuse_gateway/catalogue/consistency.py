"""What no single fact shows: references that lead nowhere, days that contradict each other, names given twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise

from reuse_gateway.catalogue import schema
from reuse_gateway.domain.errors import FactsError
from reuse_gateway.domain.text import fold


def of_evidence_types(file: schema.EvidenceTypesFile, name: str) -> None:
    """A result code names one kind of paper, unless it is listed as shared; spellings are not repeated."""
    owners: dict[str, str] = {}
    for key, facts in file.evidence_types.items():
        for n, code in enumerate(facts.result_codes):
            owner = owners.setdefault(code, key)
            if owner != key and code not in file.shared_result_codes:
                where = f"evidence_types.{key}.result_codes.{n}"
                raise FactsError(name, where, f"{code} is claimed by {owner} too; list it under shared_result_codes")
        _once(name, f"evidence_types.{key}.aliases", [fold(alias) for alias in facts.aliases])
    unclaimed = set(file.shared_result_codes) - set(owners)
    if unclaimed:
        raise FactsError(name, "shared_result_codes", f"{min(unclaimed)} is claimed by no evidence type")


def of_law(
    bases: schema.LegalBasesFile,
    rules: schema.CitationRulesFile,
    kinds: schema.EvidenceTypesFile,
    law_name: str,
    rule_name: str,
) -> None:
    """Instruments lead to known ones without circles, and every cited one is in force on some day of its rule."""
    for code, facts in bases.legal_bases.items():
        where = f"legal_bases.{code}"
        _ordered(law_name, f"{where}.in_force_to", facts.in_force_from, facts.in_force_to)
        if facts.issued_on and facts.issued_on > facts.in_force_from:
            raise FactsError(law_name, f"{where}.issued_on", "issued after it came into force")
        _known(law_name, f"{where}.superseded_by", facts.superseded_by, bases.legal_bases)
        _no_circle(law_name, code, bases)
    for n, rule in enumerate(rules.citation_rules):
        where = f"citation_rules.{n}"
        _ordered(rule_name, f"{where}.valid_to", rule.valid_from, rule.valid_to)
        _once(rule_name, f"{where}.codes", rule.codes)
        for m, code in enumerate(rule.codes):
            _known(rule_name, f"{where}.codes.{m}", code, bases.legal_bases)
            _speaks(rule_name, f"{where}.codes.{m}", rule, code, bases.legal_bases[code])
        for m, key in enumerate(rule.evidence_types):
            _known(rule_name, f"{where}.evidence_types.{m}", key, kinds.evidence_types)


def of_procedures(files: Mapping[str, schema.ProcedureFile], kinds: schema.EvidenceTypesFile) -> None:
    """One file per code and named after it; versions do not overlap; rows are tied to known kinds under names of their own."""
    for name, file in files.items():
        if not name.endswith(f"/{file.code}.yaml"):
            raise FactsError(name, "code", f"the file of {file.code} must be called {file.code}.yaml")
        _versions(name, file.versions)
        for v, version in enumerate(file.versions):
            _once(name, f"versions.{v}.cases", [case.name or "" for case in version.cases])
            for c, case in enumerate(version.cases):
                where = f"versions.{v}.cases.{c}.requirements"
                _once(name, where, [row.ref for row in case.requirements])
                for r, row in enumerate(case.requirements):
                    for key in (key for together in row.any_of for key in together):
                        _known(name, f"{where}.{r}.any_of", key, kinds.evidence_types)


def _versions(name: str, versions: Iterable[schema.VersionFacts]) -> None:
    numbered = sorted(enumerate(versions), key=lambda pair: pair[1].valid_from)
    for n, version in numbered:
        _ordered(name, f"versions.{n}.valid_to", version.valid_from, version.valid_to)
    for (n, earlier), (m, later) in pairwise(numbered):
        if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
            raise FactsError(
                name, f"versions.{m}.valid_from", f"overlaps version {n}, which must end before {later.valid_from}"
            )


def _speaks(name: str, where: str, rule: schema.CitationRuleFacts, code: str, facts: schema.LegalBasisFacts) -> None:
    ended = facts.in_force_to is not None and facts.in_force_to < rule.valid_from
    too_late = rule.valid_to is not None and rule.valid_to < facts.in_force_from
    if ended or too_late:
        raise FactsError(name, where, f"{code} is not in force on any day of this rule")


def _no_circle(name: str, code: str, bases: schema.LegalBasesFile) -> None:
    seen, at = [code], bases.legal_bases[code].superseded_by
    while at in bases.legal_bases:
        if at in seen:
            raise FactsError(name, f"legal_bases.{code}.superseded_by", f"runs in a circle: {' -> '.join([*seen, at])}")
        seen.append(at)
        at = bases.legal_bases[at].superseded_by


def _known(name: str, where: str, key: str | None, known: Mapping[str, object]) -> None:
    if key is not None and key not in known:
        raise FactsError(name, where, f"{key} is not known; write it down first or correct the spelling")


def _ordered(name: str, where: str, first: date, last: date | None) -> None:
    if last is not None and last < first:
        raise FactsError(name, where, f"{last} is before {first}")


def _once(name: str, where: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for n, value in enumerate(values):
        if value in seen:
            raise FactsError(name, f"{where}.{n}", f"{value!r} is there twice")
        seen.add(value)
