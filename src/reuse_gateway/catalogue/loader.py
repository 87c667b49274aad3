"""From the fact files to frozen domain values. Whatever is doubtful refuses the start, naming file, key path and the mend."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reuse_gateway.catalogue import consistency, schema
from reuse_gateway.catalogue.exceptions import load_exceptions
from reuse_gateway.catalogue.yaml_strict import read_file
from reuse_gateway.domain.agency import Agency
from reuse_gateway.domain.errors import FactsError
from reuse_gateway.domain.evidence_type import EvidenceType
from reuse_gateway.domain.lawful_exception import LawfulException
from reuse_gateway.domain.legal_basis import CitationRule, LawBook, LegalBasis
from reuse_gateway.domain.procedure import Case, ProcedureVersion, Requirement
from reuse_gateway.domain.text import Sentences, Text

SHIPPED = Path(__file__).parent / "data"
# Parts that imported dossiers know besides those of the shipped ones.
_COMMON_ROLES = frozenset(
    ["spouse", "child", "parent", "representative", "organisation", "deceased", "guardian", "owner", "dependant"]
)
_FILES = ("evidence_types.yaml", "legal_bases.yaml", "citation_rules.yaml", "agencies.yaml")
_SENTENCES = ("sentences.yaml", "sentences_for_auditors.yaml")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All shipped facts of one policy version. `digest` is the SHA-256 over the names and bytes of the files, hex.

    `unverified` lists facts carried from general knowledge, as `kind: key`, for reviewers.
    """

    evidence_types: Mapping[str, EvidenceType]
    law: LawBook
    procedures: tuple[ProcedureVersion, ...]
    agencies: tuple[Agency, ...]
    sentences: Sentences
    exceptions: Mapping[str, LawfulException]
    digest: str
    unverified: tuple[str, ...] = ()

    @property
    def roles(self) -> frozenset[str]:
        """Every part a person or body can play in a dossier."""
        rows = (row for version in self.procedures for case in version.cases for row in case.requirements)
        return frozenset(row.role for row in rows) | _COMMON_ROLES


def load(folder: Path | None = None) -> Catalogue:
    """Read the shipped facts, or those of another folder of the same layout; raises FactsError."""
    root = folder or SHIPPED
    kinds = schema.typed(schema.EvidenceTypesFile, read_file(root / _FILES[0], root), _FILES[0])
    bases = schema.typed(schema.LegalBasesFile, read_file(root / _FILES[1], root), _FILES[1])
    rules = schema.typed(schema.CitationRulesFile, read_file(root / _FILES[2], root), _FILES[2])
    agencies = schema.typed(schema.AgenciesFile, read_file(root / _FILES[3], root), _FILES[3])
    procedures = _procedure_files(root)
    consistency.of_evidence_types(kinds, _FILES[0])
    consistency.of_law(bases, rules, kinds, _FILES[1], _FILES[2])
    consistency.of_procedures(procedures, kinds)
    return Catalogue(
        evidence_types=_evidence_types(kinds),
        law=LawBook(_bases(bases), _rules(rules)),
        procedures=tuple(version for file in procedures.values() for version in _versions(file)),
        agencies=tuple(
            Agency(c, Text(a.vi, a.en), a.level, frozenset(a.sources), a.place or "") for c, a in agencies.agencies.items()
        ),
        sentences=_sentences(root),
        exceptions=load_exceptions(root),
        digest=_digest(root),
        unverified=_unverified(kinds, bases, rules, procedures),
    )


def _procedure_files(root: Path) -> dict[str, schema.ProcedureFile]:
    """File name -> procedure, in order of code."""
    paths = sorted((root / "procedures").glob("*.yaml"))
    if not paths:
        raise FactsError("procedures", "", "no procedure files; an empty catalogue decides nothing")
    return {
        path.relative_to(root).as_posix(): schema.typed(
            schema.ProcedureFile, read_file(path, root), path.relative_to(root).as_posix()
        )
        for path in paths
    }


def _evidence_types(file: schema.EvidenceTypesFile) -> dict[str, EvidenceType]:
    shared = set(file.shared_result_codes)
    return {
        key: EvidenceType(
            key=key,
            name=Text(facts.vi, facts.en),
            about=facts.about,
            reuse=facts.reuse,
            result_codes=tuple(code for code in facts.result_codes if code not in shared),
            aliases=facts.aliases,
            validity_months=facts.validity_months,
            prefill=facts.prefill,
            never_from=facts.never_from,
            verified=facts.verified,
        )
        for key, facts in file.evidence_types.items()
    }


def _bases(file: schema.LegalBasesFile) -> dict[str, LegalBasis]:
    return {
        code: LegalBasis(
            code=code,
            citation=Text(facts.vi, facts.en),
            in_force_from=facts.in_force_from,
            in_force_to=facts.in_force_to,
            issued_on=facts.issued_on,
            superseded_by=facts.superseded_by,
            article=facts.article,
            verified=facts.verified,
        )
        for code, facts in file.legal_bases.items()
    }


def _rules(file: schema.CitationRulesFile) -> tuple[CitationRule, ...]:
    return tuple(
        CitationRule(rule.topic, rule.codes, rule.valid_from, rule.valid_to, frozenset(rule.evidence_types))
        for rule in file.citation_rules
    )


def _versions(file: schema.ProcedureFile) -> list[ProcedureVersion]:
    return [
        ProcedureVersion(
            code=file.code,
            name=file.vi,
            name_en=file.en,
            level=file.level,
            field=file.field,
            result_codes=file.result_codes,
            decision=version.decision,
            cases=tuple(Case(case.name or "", tuple(map(_requirement, case.requirements))) for case in version.cases),
            valid_from=version.valid_from,
            valid_to=version.valid_to,
            tied=version.complete,
            verified=file.verified,
        )
        for version in file.versions
    ]


def _requirement(facts: schema.RequirementFacts) -> Requirement:
    return Requirement(
        ref=facts.ref,
        label=facts.label,
        any_of=facts.any_of,
        role=facts.role,
        mode=facts.mode,
        original=facts.original,
        fallback=facts.fallback,
        substitution_wording=facts.substitution_wording,
        condition=facts.condition,
    )


def _sentences(root: Path) -> Sentences:
    """Of all their files; raises FactsError for a group that stands in two of them."""
    said: dict[str, Text] = {}
    for name in _SENTENCES:
        file = schema.typed(schema.SentencesFile, read_file(root / name, root), name)
        told = {f"{group}.{key}": text for group, texts in file.sentences.items() for key, text in texts.items()}
        if twice := sorted(said.keys() & told.keys()):
            raise FactsError(name, f"sentences.{twice[0]}", "stands in another file too")
        said |= {key: Text(text.vi, text.en) for key, text in told.items()}
    return Sentences(said)


def _digest(root: Path) -> str:
    """Over every fact file in order of name; a changed byte is another policy version."""
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.yaml")):
        raw = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(raw)}\0".encode())
        digest.update(raw)
    return digest.hexdigest()


def _unverified(
    kinds: schema.EvidenceTypesFile,
    bases: schema.LegalBasesFile,
    rules: schema.CitationRulesFile,
    procedures: Mapping[str, schema.ProcedureFile],
) -> tuple[str, ...]:
    named = [f"evidence_type: {key}" for key, facts in kinds.evidence_types.items() if not facts.verified]
    named += [f"legal_basis: {code}" for code, facts in bases.legal_bases.items() if not facts.verified]
    for n, rule in enumerate(rules.citation_rules):
        named += [] if rule.verified else [f"citation_rule: {n} {rule.topic.value} from {rule.valid_from}"]
    for file in procedures.values():
        named += [] if file.verified else [f"procedure: {file.code}"]
        named += [f"procedure_day: {file.code} {v.valid_from}" for v in file.versions if not v.date_verified]
    return tuple(named)
