"""From a request to questions (kế hoạch tra cứu): what each wanted paper is, what settles it without asking, whom to ask.

Pure: "today" is the request's `as_of`. Tests 1-5 and 10 of the decision table are made here, 6-9 in `verdict`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from reuse_gateway.domain.agency import Agency
from reuse_gateway.domain.check import APPLICANT, ORGANISATION, CheckRequest, Wanted
from reuse_gateway.domain.evidence_type import EvidenceType
from reuse_gateway.domain.matching import Match, Vocabulary
from reuse_gateway.domain.procedure import ProcedureVersion, Requirement
from reuse_gateway.domain.source import Ground, Offer, Source
from reuse_gateway.domain.subject import Subject
from reuse_gateway.domain.verdict import Reason

Question = tuple[tuple[str, ...], str, frozenset[str], date, Agency | None]
_MOST_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Facts:
    """The dated facts a decision rests on, as of one policy version."""

    evidence_types: Mapping[str, EvidenceType]
    sources: tuple[Source, ...]
    vocabulary: Vocabulary
    _offers: dict[tuple[str, str], tuple[tuple[Source, Offer], ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _candidates: dict[Question, tuple[Candidate, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def offers(self, evidence_type: str, subject_kind: str) -> tuple[tuple[Source, Offer], ...]:
        """The sources that can be asked for this paper about such a subject."""
        asked = (evidence_type, subject_kind)
        if asked not in self._offers:
            offering = ((source, source.offer(*asked)) for source in self.sources)
            self._offers[asked] = tuple((source, offer) for source, offer in offering if offer)
        return self._offers[asked]

    def candidates(
        self, kinds: tuple[str, ...], subject_kind: str, told: frozenset[str], day: date, agency: Agency | None
    ) -> tuple[Candidate, ...]:
        """Usable sources of these papers on that day, for an agency that knows so much of a subject, whoever that is."""
        question = (kinds, subject_kind, told, day, agency)
        found = self._candidates.get(question)
        if found is None:
            if len(self._candidates) >= _MOST_REMEMBERED:
                self._candidates.clear()
            found = self._candidates[question] = tuple(self._found(*question))
        return found

    def _found(
        self, kinds: tuple[str, ...], subject_kind: str, told: frozenset[str], day: date, agency: Agency | None
    ) -> Iterator[Candidate]:
        for kind in kinds:
            for source, offer in self.offers(kind, subject_kind):
                ground = source.ground(offer, day)
                if ground and offer.speaks_of(told):
                    yield Candidate(source, kind, ground, _hindrance(source, offer, told, agency))


@dataclass(frozen=True, slots=True)
class Lookup:
    """One question to one source about one subject; a source is asked once for all papers it may hold."""

    source: str
    subject: Subject
    evidence_types: tuple[str, ...]
    about: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """One source that is usable for one paper, why, and what keeps us from asking it (None = ask)."""

    source: Source
    evidence_type: str
    ground: Ground
    hindrance: Reason | None = None


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """One wanted paper with all that is known before any source is asked. `settled` = decided already, with that reason."""

    wanted: Wanted
    match: Match
    settled: Reason | None = None
    role: str = APPLICANT
    subject: Subject | None = None
    requirement: Requirement | None = None
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything fan-out needs and everything `decide` will look at."""

    as_of: date
    items: tuple[PlannedItem, ...]
    lookups: tuple[Lookup, ...]


def plan(request: CheckRequest, version: ProcedureVersion, facts: Facts, agency: Agency | None) -> Plan:
    """Tie every wanted paper to an evidence type and its requirement, settle what needs no source, list the lookups."""
    version.naming("", request.case)
    items = tuple(_planned(wanted, request, version, facts, agency) for wanted in request.wanted)
    return Plan(request.as_of, items, _lookups(items))


def _planned(
    wanted: Wanted,
    request: CheckRequest,
    version: ProcedureVersion,
    facts: Facts,
    agency: Agency | None,
) -> PlannedItem:
    match = facts.vocabulary.match(wanted.evidence_type, wanted.result_code, wanted.label)
    kind = facts.evidence_types.get(match.evidence_type or "")
    if kind is None:
        return PlannedItem(wanted, match, Reason.UNRECOGNISED_ITEM, wanted.role or APPLICANT)
    told = wanted.role or _told(match, request)
    role, requirement = row_of(version, request.case, kind.key, told, strict=wanted.role_said)
    subject = request.subject_of(role)
    before = settled_by_law(kind, requirement, version, request.as_of)
    if before:
        return PlannedItem(wanted, match, before, role, subject, requirement)
    if subject is None:
        usable = any(source.usable(kind.key, request.as_of) for source in facts.sources)
        settled = Reason.INSUFFICIENT_SUBJECT_DATA if usable else Reason.NO_USABLE_SOURCE
        return PlannedItem(wanted, match, settled, role, None, requirement)
    candidates = _candidates(kind.key, requirement, subject, wanted, request.as_of, facts, agency)
    return PlannedItem(wanted, match, _settled_by_sources(kind.key, candidates), role, subject, requirement, candidates)


def _told(match: Match, request: CheckRequest) -> str | None:
    """Whose paper the label names. A body that is not among the others may be the applicant itself."""
    return None if match.role == ORGANISATION and match.role not in request.others else match.role


def row_of(
    version: ProcedureVersion, case: str | None, evidence_type: str, told: str | None, *, strict: bool
) -> tuple[str, Requirement | None]:
    """Whose paper is meant, and the row of the dossier that demands it; raises KeyError for an unknown case.

    A role that only words told gives way to the rows, one that was said (`strict`) does not.
    """
    named = version.naming(evidence_type, case)
    listed = _role(named)
    role = told or listed
    return role, _requirement(named, role) or (None if strict else _requirement(named, listed))


def _role(named: tuple[Requirement, ...]) -> str:
    """Whose paper is meant where nobody said: the applicant's, unless the dossier lists it for other people alone."""
    roles = {row.role for row in named}
    return APPLICANT if not roles or APPLICANT in roles else min(roles)


def settled_by_law(kind: EvidenceType, requirement: Requirement | None, version: ProcedureVersion, day: date) -> Reason | None:
    """Tests 1 to 3, in the law's order. A dossier that is not wholly tied proves nothing about what is outside it."""
    if kind.may_never_be_demanded(day):
        return Reason.ABOLISHED_DOCUMENT
    if requirement is None:
        return Reason.OUTSIDE_PUBLISHED_DOSSIER if version.tied else Reason.UNRECOGNISED_ITEM
    return Reason.ORIGINAL_REQUIRED if requirement.original else None


def _settled_by_sources(evidence_type: str, candidates: tuple[Candidate, ...]) -> Reason | None:
    """Tests 4 and 5: no usable source at all, or none of them may be asked."""
    own = [candidate for candidate in candidates if candidate.evidence_type == evidence_type]
    if any(candidate.hindrance is None for candidate in candidates):
        return None
    if not own:
        return Reason.NO_USABLE_SOURCE
    hindrances = {candidate.hindrance for candidate in own}
    return Reason.NO_AUTHORITY if hindrances == {Reason.NO_AUTHORITY} else Reason.INSUFFICIENT_SUBJECT_DATA


def _requirement(named: tuple[Requirement, ...], role: str) -> Requirement | None:
    """The row that demands this paper of this person: the child's birth certificate is not the applicant's.

    Where several cases are in question and one of them wants the original, that one counts: a wrong "must not ask" is worse.
    """
    theirs = [row for row in named if row.role == role]
    return next((row for row in theirs if row.original), theirs[0] if theirs else None)


def _candidates(
    evidence_type: str,
    requirement: Requirement | None,
    subject: Subject,
    wanted: Wanted,
    day: date,
    facts: Facts,
    agency: Agency | None,
) -> tuple[Candidate, ...]:
    """Usable sources of the paper itself and of the alternatives that would prove the same requirement."""
    alternatives = [name for together in requirement.any_of for name in together] if requirement else ()
    kinds = tuple(dict.fromkeys((evidence_type, *alternatives)))
    told = subject.known.union(f"about.{name}" for name, _ in wanted.about) if wanted.about else subject.known
    return facts.candidates(kinds, subject.kind, told, day, agency)


def _hindrance(source: Source, offer: Offer, told: frozenset[str], agency: Agency | None) -> Reason | None:
    if agency is None or not agency.may_ask(source.id):
        return Reason.NO_AUTHORITY
    return None if offer.suffices(told) else Reason.INSUFFICIENT_SUBJECT_DATA


def _lookups(items: tuple[PlannedItem, ...]) -> tuple[Lookup, ...]:
    """Each source once per subject and thing, for all the papers wanted of it together."""
    asked: dict[tuple[str, str, tuple[tuple[str, str], ...]], tuple[Subject, set[str]]] = {}
    for item in items:
        if item.settled is not None or item.subject is None:
            continue
        for candidate in item.candidates:
            if candidate.hindrance is None:
                key = (candidate.source.id, item.subject.key, item.wanted.about)
                asked.setdefault(key, (item.subject, set()))[1].add(candidate.evidence_type)
    return tuple(Lookup(source, subject, tuple(sorted(kinds)), about) for (source, _, about), (subject, kinds) in asked.items())
