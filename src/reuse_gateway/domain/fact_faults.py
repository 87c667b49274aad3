"""What makes a dated row impossible: names nobody knows, days in the wrong order, law that does not carry it, overlap."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from reuse_gateway.domain.agency import agency_code
from reuse_gateway.domain.dated_fact import (
    Connection,
    DatedFact,
    ExceptionTerms,
    FactBook,
    FactKind,
    PlannedOutage,
    PublishedScope,
    WaivedThing,
    Waiver,
)
from reuse_gateway.domain.errors import Fault
from reuse_gateway.domain.free_text import names_somebody, says_something
from reuse_gateway.domain.lawful_exception import LawfulException
from reuse_gateway.domain.legal_basis import LegalBasis
from reuse_gateway.domain.procedure import ProcedureCode
from reuse_gateway.domain.source import Source

LONGEST_WAIVER, LONGEST_OUTAGE = timedelta(days=366), timedelta(days=14)


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """What rows may name."""

    sources: Mapping[str, Source]
    evidence_types: Collection[str]
    bases: Mapping[str, LegalBasis]
    exceptions: Mapping[str, LawfulException]

    @property
    def evidence_keys(self) -> frozenset[str]:
        """Kinds of evidence that some exception asks for."""
        return frozenset(key for each in self.exceptions.values() for key in each.evidence)


def faults_of(fact: DatedFact, reason: str, known: KnownFacts, book: FactBook) -> tuple[Fault, ...]:
    """Every fault of a row that is about to be added, with the JSON Pointer into the body that asked for it; empty = sound."""
    return (*_days(fact), *_law(fact, known), *_said(fact, known), *_overlap(fact, book), *_words("/reason", reason))


def _days(fact: DatedFact) -> list[Fault]:
    last = fact.valid_to
    found = [Fault("/valid_to", "reversed_days")] if last and last < fact.valid_from else []
    if isinstance(fact.says, Waiver) and not fact.withdrawn:
        if last is None:
            found.append(Fault("/valid_to", "waiver_without_end"))
        elif last - fact.valid_from > LONGEST_WAIVER:
            found.append(Fault("/valid_to", "waiver_too_long"))
    return found


def _law(fact: DatedFact, known: KnownFacts) -> list[Fault]:
    """An outage is a fact of operation: its announcement is ground enough."""
    announced = isinstance(fact.says, PlannedOutage)
    found = [] if fact.legal_basis or announced else [Fault("/legal_basis", "missing_basis")]
    for place, code in enumerate(fact.legal_basis):
        basis = known.bases.get(code)
        if basis is None:
            found.append(Fault(f"/legal_basis/{place}", "unknown_basis"))
        elif not basis.in_force(fact.valid_from):
            found.append(Fault(f"/legal_basis/{place}", "basis_not_in_force"))
    return found


def _said(fact: DatedFact, known: KnownFacts) -> list[Fault]:
    says = fact.says
    if isinstance(says, PublishedScope):
        return _scope(fact.id, says, known)
    if isinstance(says, Connection):
        return _connection(fact.id, says, known)
    if isinstance(says, ExceptionTerms):
        return _terms(fact.id, says, known)
    if isinstance(says, PlannedOutage):
        return _outage(says, known)
    return _waiver(says)


def _scope(id: str, says: PublishedScope, known: KnownFacts) -> list[Fault]:
    found = _source(says.source, known)
    offered = known.sources[says.source].offers if says.source in known.sources else {}
    if says.evidence_type not in known.evidence_types:
        found.append(Fault("/evidence_type", "unknown_evidence_type"))
    elif not found and says.evidence_type not in offered:
        found.append(Fault("/evidence_type", "source_does_not_offer"))
    general = f"{says.source}.{says.evidence_type}"
    if not (id == general if not says.narrowed else id.startswith(f"{general}.")):
        found.append(Fault("/source", "id_disagrees"))
    if says.territory and not _agency(says.territory):
        found.append(Fault("/territory", "agency_code_shape"))
    codes = enumerate(says.procedures)
    found += [Fault(f"/procedures/{n}", "procedure_code_shape") for n, code in codes if not _base_code(code)]
    return found


def _connection(id: str, says: Connection, known: KnownFacts) -> list[Fault]:
    return _source(says.source, known) + ([] if id == says.source else [Fault("/source", "id_disagrees")])


def _outage(says: PlannedOutage, known: KnownFacts) -> list[Fault]:
    found = _source(says.source, known) + _words("/announcement", says.announcement)
    if says.to_at <= says.from_at:
        found.append(Fault("/to_at", "reversed_days"))
    elif says.to_at - says.from_at > LONGEST_OUTAGE:
        found.append(Fault("/to_at", "outage_too_long"))
    return found


def _source(source: str, known: KnownFacts) -> list[Fault]:
    return [] if source in known.sources else [Fault("/source", "unknown_source")]


def _terms(id: str, says: ExceptionTerms, known: KnownFacts) -> list[Fault]:
    found = [] if id in known.exceptions else [Fault("/path/id", "unknown_exception")]
    found += [] if says.invokers else [Fault("/invokers", "too_short")]
    keys = enumerate(says.evidence)
    return found + [Fault(f"/evidence/{n}", "unknown_evidence") for n, key in keys if key not in known.evidence_keys]


def _waiver(says: Waiver) -> list[Fault]:
    code = says.thing is WaivedThing.PROCEDURE and not _base_code(says.target)
    return ([Fault("/procedure", "procedure_code_shape")] if code else []) + _words("/ground", says.ground)


def _words(pointer: str, text: str) -> list[Fault]:
    """Reasons are kept for ever: nobody's number may stand in one."""
    if names_somebody(text):
        return [Fault(pointer, "personal_number")]
    return [] if says_something(text) else [Fault(pointer, "missing")]


def _overlap(fact: DatedFact, book: FactBook) -> list[Fault]:
    """Another id says the same for some of the same days: then nobody could tell which one to withdraw."""
    if fact.withdrawn or fact.kind not in (FactKind.SCOPE, FactKind.WAIVER):
        return []
    others = (change.fact for id, change in book.newest(fact.kind).items() if id != fact.id and not change.fact.withdrawn)
    same = (other for other in others if _subject(other) == _subject(fact))
    return [Fault("/valid_from", "overlaps")] if any(_meet(fact, other) for other in same) else []


def _subject(fact: DatedFact) -> object:
    says = fact.says
    return (says.thing, says.target) if isinstance(says, Waiver) else says


def _meet(one: DatedFact, other: DatedFact) -> bool:
    return one.valid_from <= (other.valid_to or date.max) and other.valid_from <= (one.valid_to or date.max)


def _agency(text: str) -> bool:
    return _parsed(agency_code, text) == text


def _base_code(text: str) -> bool:
    return _parsed(lambda code: ProcedureCode.parse(code).base, text) == text


def _parsed(parse: Callable[[str], str], text: str) -> str | None:
    try:
        return parse(text)
    except ValueError:
        return None
