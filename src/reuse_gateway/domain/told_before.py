"""What earlier checks had told (đã được trả lời): of which paper, to whom, and whether it stands. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from reuse_gateway.domain.check import APPLICANT, Check, Wanted
from reuse_gateway.domain.decide import last_good_day
from reuse_gateway.domain.holding import Holding
from reuse_gateway.domain.legal_basis import LawBook
from reuse_gateway.domain.plan import Facts
from reuse_gateway.domain.source import Source
from reuse_gateway.domain.verdict import RULING, Decision, Reason, Verdict
from reuse_gateway.domain.vietnam import vietnamese_day

# What a source said of the paper itself. What follows from how it was asked (particulars, a number, a case) excuses nobody.
_FOUND_WANTING = (Reason.NOT_HELD, Reason.HELD_EXPIRED, Reason.HELD_INCOMPLETE)

# What the particulars that were typed decide, as well as the paper.
TYPED = (Reason.HELD_MISMATCH, Reason.INSUFFICIENT_SUBJECT_DATA)


@dataclass(frozen=True, slots=True)
class EarlierAnswer:
    """What an earlier check, decided at `at` by the law of the day `as_of`, had told of this paper of this person."""

    check_id: str
    reason: Reason
    at: datetime
    as_of: date

    @property
    def decision(self) -> Decision:
        """The decision it was told."""
        return RULING[self.reason].decision

    @property
    def excuses(self) -> bool:
        """Whoever asks after it did no wrong: a source itself said so, by the law of the day on which it was asked."""
        return self.reason in _FOUND_WANTING and self.of_its_day

    @property
    def of_its_day(self) -> bool:
        """It did not ask what had held on another day."""
        return self.as_of == vietnamese_day(self.at)


@dataclass(frozen=True, slots=True)
class PaperAsked:
    """One paper of one person, and whose checks tell of it: `agencies`, of any procedure, but not those of `but_clients`.

    `subjects`: every pseudonym of the person. `dossier`: the only one whose checks are about this very paper; None = all are.
    """

    agencies: frozenset[str]
    subjects: tuple[str, ...]
    procedure: str
    evidence_type: str
    role: str = APPLICANT
    dossier: str | None = None
    but_check: str = ""
    but_clients: frozenset[str] = frozenset()

    def held_in(self, check: Check) -> Verdict | None:
        """The verdict by which this check told that the paper is held and valid; whose check it is does not matter here.

        What stands in for a paper in the dossier of another procedure does not in this one.
        """
        if check.subject not in self.subjects or self.dossier not in (None, check.dossier):
            return None
        same = (each for each in check.verdicts if (each.evidence_type, each.role) == (self.evidence_type, self.role))
        held = (each for each in same if each.reason is Reason.HELD_VALID)
        return next((each for each in held if check.procedure == self.procedure or not each.satisfied_by), None)


@dataclass(frozen=True, slots=True)
class HeldBefore:
    """The check that told of a held paper, and what it said of it. `late`: decided after the instant that the office tells."""

    check: Check
    verdict: Verdict
    late: bool = False

    @property
    def answer(self) -> EarlierAnswer:
        """What it told, in short."""
        return EarlierAnswer(self.check.id, self.verdict.reason, self.check.decided_at, self.check.as_of)


def put_right(verdict: Verdict, wanted: Wanted, held: HeldBefore, facts: Facts, law: LawBook, day: date) -> Verdict:
    """The verdict of a demand, or what the earlier check said of the paper, where only the words put the two apart.

    Other particulars of the same personal id, none at all, or a number for a paper that no source tells by one: that excuses
    nobody. The proofs must still do by the law of that day. A paper about a thing may be that of another thing: no telling.
    """
    typed = verdict.reason in TYPED or (bool(wanted.about) and verdict.reason is Reason.NO_USABLE_SOURCE)
    if not typed or is_about_things(facts, verdict.evidence_type):
        return verdict
    sources = {each.id: each for each in facts.sources}
    proofs = tuple(each for each in held.verdict.proofs if _still_proves(each, sources.get(each.source), facts, day))
    needed = held.verdict.satisfied_by or (verdict.evidence_type,)
    if not {each.evidence_type for each in proofs}.issuperset(needed):
        return verdict
    bases = law.cite(RULING[Reason.HELD_VALID].topic, verdict.evidence_type, day)
    return replace(held.verdict, ref=verdict.ref, holdings=proofs, legal_basis=tuple(basis.code for basis in bases))


def _still_proves(proof: Holding, source: Source | None, facts: Facts, day: date) -> bool:
    last = last_good_day(proof, facts.evidence_types.get(proof.evidence_type))
    begun = proof.issued_on is None or proof.issued_on <= day
    return source is not None and source.usable(proof.evidence_type, day) and begun and (last is None or last >= day)


def only_its_dossier(facts: Facts, verdict: Verdict, wanted: Wanted) -> bool:
    """May the same kind of paper be another one in another dossier? Another's may, and one about a thing that is numbered."""
    return verdict.role != APPLICANT or (bool(wanted.about) and is_about_things(facts, verdict.evidence_type))


def is_about_things(facts: Facts, evidence_type: str | None) -> bool:
    """Does any source tell this kind of paper by the number of a thing (plate, parcel, certificate)?"""
    offers = (source.offers.get(evidence_type or "") for source in facts.sources)
    return any(_of_thing(offer.needs | offer.either) for offer in offers if offer)


def _of_thing(names: Collection[str]) -> bool:
    return any(name.startswith("about.") for name in names)
