"""May a form ask everybody for a paper? The rule of the house without a person: dossier, law and data of a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from reuse_gateway.domain.check import ORGANISATION
from reuse_gateway.domain.defect import Cover, Covers, Replacement, covers
from reuse_gateway.domain.dossier_reading import issued_by
from reuse_gateway.domain.evidence_type import EvidenceType
from reuse_gateway.domain.form_finding import Rule
from reuse_gateway.domain.legal_basis import LawBook
from reuse_gateway.domain.plan import Facts, row_of, settled_by_law
from reuse_gateway.domain.procedure import Fallback, ProcedureVersion, Requirement
from reuse_gateway.domain.verdict import Reason

_BY_LAW = {
    Reason.ABOLISHED_DOCUMENT: Rule.ABOLISHED_PAPER,
    Reason.OUTSIDE_PUBLISHED_DOSSIER: Rule.OUTSIDE_PUBLISHED_DOSSIER,
    Reason.ORIGINAL_REQUIRED: Rule.ORIGINAL_REQUIRED,
    Reason.UNRECOGNISED_ITEM: Rule.UNDECIDED_DOSSIER,
}
_STANDS_IN = (Replacement.REPLACEABLE, Replacement.HELD_BY_PROVINCE)


@dataclass(frozen=True, slots=True)
class Judged:
    """One kind of paper of one person: the rule it breaks (None = it may be asked), whose it is, the row that demands it."""

    evidence_type: str
    rule: Rule | None
    role: str
    requirement: Requirement | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bench:
    """What forms of one procedure are judged by, on one day. `case` None = all cases together."""

    version: ProcedureVersion
    facts: Facts
    law: LawBook
    day: date
    covers: Covers
    issued: frozenset[str]
    case: str | None = None

    @classmethod
    def of(cls, version: ProcedureVersion, facts: Facts, law: LawBook, day: date, case: str | None) -> Bench:
        """Measure everything that does not depend on the form; raises KeyError for an unknown case."""
        version.requirements(case)
        issued = frozenset() if version.verified else issued_by(version, facts.vocabulary)
        return cls(version, facts, law, day, covers(facts.evidence_types, facts.sources, law, day), issued, case)

    @property
    def kinds(self) -> Mapping[str, EvidenceType]:
        """All kinds of paper."""
        return self.facts.evidence_types

    def judge(self, evidence_type: str, told: str | None, *, strict: bool) -> Judged:
        """Tests 1 to 4 of the decision table in the law's order, and whether data stand in for the paper whoever is asked."""
        role, row = row_of(self.version, self.case, evidence_type, told, strict=strict)
        settled = settled_by_law(self.kinds[evidence_type], row, self.version, self.day)
        if settled is not None:
            return Judged(evidence_type, _BY_LAW[settled], role, row)
        cover = self.covers[evidence_type]
        sources = tuple(source for source, _ in cover.sources)
        return Judged(evidence_type, self._replaced(cover, row), role, row, sources or self._other_sources(row))

    def can_fill(self, evidence_type: str) -> tuple[str, ...]:
        """Sources whose data about such a paper may stand in for what a person would type; empty = none."""
        cover = self.covers.get(evidence_type)
        stands_in = cover is not None and cover.replacement is Replacement.REPLACEABLE
        return tuple(source for source, _ in cover.sources) if cover and stands_in else ()

    def named_for_another(self, label: str, row: Requirement) -> bool:
        """Does the label itself name a person whom neither the facts of the row nor its own words speak of?"""
        named = self.facts.vocabulary.read(label).role
        return named not in (None, ORGANISATION, row.role, self.facts.vocabulary.read(row.label).role)

    def _replaced(self, cover: Cover, row: Requirement | None) -> Rule | None:
        if cover.evidence_type in self.issued and cover.replacement in _STANDS_IN:
            return Rule.OWN_RESULT
        if cover.replacement in _STANDS_IN and row is not None and row.fallback is Fallback.AGENCY_TO_AGENCY:
            return Rule.AGENCY_OBTAINS
        if cover.replacement is Replacement.REPLACEABLE:
            return Rule.REPLACEABLE_PAPER
        if cover.replacement is Replacement.HELD_BY_PROVINCE:
            return Rule.HELD_BY_PROVINCE
        return Rule.REPLACEABLE_BY_ALTERNATIVE if self._alternative(row, cover.evidence_type) else None

    def _alternative(self, row: Requirement | None, evidence_type: str) -> tuple[str, ...]:
        """Another list of the same row that data cover wholly; a form of the applicant's own is none."""
        for together in row.any_of if row else ():
            held = [self.covers[key].replacement is Replacement.REPLACEABLE for key in together if key in self.covers]
            if evidence_type not in together and len(held) == len(together) and held and all(held):
                return together
        return ()

    def _other_sources(self, row: Requirement | None) -> tuple[str, ...]:
        together = self._alternative(row, "")
        return tuple(dict.fromkeys(source for key in together for source, _ in self.covers[key].sources))
