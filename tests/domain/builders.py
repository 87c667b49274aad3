"""Small factories of frozen values for the tests of the domain. Every person is synthetic (999)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from reuse_gateway.domain.agency import Agency
from reuse_gateway.domain.check import Check, CheckRequest, Position, RecordedCheck, Stage, Wanted
from reuse_gateway.domain.decide import Holdings, decide, holding_key
from reuse_gateway.domain.evidence_type import EvidenceType, ReuseClass
from reuse_gateway.domain.holding import Doubt, Holding, Outcome, State
from reuse_gateway.domain.legal_basis import CitationRule, LawBook, LegalBasis, Topic
from reuse_gateway.domain.matching import Vocabulary
from reuse_gateway.domain.plan import Facts, Plan, plan
from reuse_gateway.domain.procedure import Case, Fallback, ProcedureCode, ProcedureVersion, Requirement
from reuse_gateway.domain.source import Offer, Source, Tier
from reuse_gateway.domain.subject import Business, Citizen, EnterpriseCode, PersonalId
from reuse_gateway.domain.text import Text
from reuse_gateway.domain.verdict import Verdict

DAY = date(2026, 11, 23)
ANSWERED = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
LONG_AGO = date(2020, 1, 1)
BIRTH, MARRIAGE, RESIDENCE, ID_CARD, HOUSEHOLD_BOOK = "birth", "marriage", "residence", "id_card", "household_book"


def citizen(serial: int = 1, **known: Any) -> Citizen:
    """A synthetic man born in 1990, told by number alone unless more is said."""
    return Citizen(PersonalId(f"999090{serial:06d}"), **known)


def business(code: str = "0100109107") -> Business:
    """A synthetic enterprise: its code fails the check digit."""
    return Business(EnterpriseCode.parse(code))


def kind(key: str, **changes: Any) -> EvidenceType:
    """A kind of paper that must be reused, named after its key."""
    told = {"name": Text(f"giấy {key}", f"paper {key}"), "about": "citizen", "reuse": ReuseClass.MUST_REUSE} | changes
    return EvidenceType(key=key, **told)


KINDS = {
    each.key: each
    for each in (
        kind(BIRTH),
        kind(MARRIAGE, validity_months=6),
        kind(RESIDENCE, prefill=True),
        kind(ID_CARD),
        kind(HOUSEHOLD_BOOK, reuse=ReuseClass.NEVER_DEMAND),
    )
}


def source(id: str = "registry", *offers: Offer | str, **changes: Any) -> Source:
    """A connected national source; plain strings are offers without conditions."""
    listed = [Offer(each) if isinstance(each, str) else each for each in offers or (BIRTH,)]
    told = {"tier": Tier.NATIONAL, "connected_from": LONG_AGO} | changes
    return Source(id=id, name=Text(id, id), owner="owner", offers={each.evidence_type: each for each in listed}, **told)


def row(*any_of: tuple[str, ...] | str, **changes: Any) -> Requirement:
    """A dossier row; a plain string is a list of one paper."""
    lists = tuple((each,) if isinstance(each, str) else each for each in any_of or (BIRTH,))
    return Requirement(ref="row", label="row", any_of=lists, **changes)


def version(*rows: Requirement, **changes: Any) -> ProcedureVersion:
    """A published procedure with one unnamed case."""
    told = {"cases": (Case("", rows or (row(),)),), "valid_from": LONG_AGO} | changes
    return ProcedureVersion(code="1.001193", name="thủ tục", **told)


def basis(code: str, first: date = LONG_AGO, last: date | None = None) -> LegalBasis:
    """An instrument in force from `first` to `last`."""
    return LegalBasis(code, Text(code, code), first, last)


def law(*extra: CitationRule, bases: Iterable[LegalBasis] = ()) -> LawBook:
    """One instrument per topic since long ago, and what else is said."""
    general = [CitationRule(topic, (f"L-{topic}",), LONG_AGO) for topic in Topic]
    known = [basis(f"L-{topic}") for topic in Topic]
    return LawBook({each.code: each for each in (*known, *bases)}, (*general, *extra))


def facts(*sources: Source, kinds: dict[str, EvidenceType] = KINDS) -> Facts:
    """The catalogue of one day."""
    return Facts(kinds, sources, Vocabulary.of(kinds.values()))


def agency(*sources: str) -> Agency:
    """An agency that may ask these sources; every one when none is named."""
    return Agency("H41", Text("tỉnh", "province"), "province", frozenset(sources or ("*",)))


def wanted(evidence_type: str = BIRTH, ref: str = "a", **changes: Any) -> Wanted:
    """One paper asked for by code."""
    return Wanted(ref, evidence_type, **changes)


def request(*papers: Wanted, **changes: Any) -> CheckRequest:
    """The synthetic applicant's case on the usual day."""
    told = {"subject": citizen(), "as_of": DAY} | changes
    return CheckRequest(procedure=ProcedureCode("1.001193"), wanted=papers or (wanted(),), **told)


def holding(outcome: Outcome = Outcome.HELD, **changes: Any) -> Holding:
    """An answer of the usual source: the applicant's own valid paper unless told otherwise."""
    held = outcome is Outcome.HELD
    told: dict[str, Any] = {"source": "registry", "tier": Tier.NATIONAL, "evidence_type": BIRTH, "answered_at": ANSWERED}
    told |= {"state": State.VALID if held else None, "owner": citizen().key if held else None}
    return Holding(outcome=outcome, **(told | changes))


def unknown(doubt: Doubt | None = Doubt.SOURCE_TIMED_OUT, **changes: Any) -> Holding:
    """An answer that is none."""
    return holding(Outcome.UNKNOWN, doubt=doubt, **changes)


def absent(**changes: Any) -> Holding:
    """The source says that it holds no such paper."""
    return holding(Outcome.ABSENT, **changes)


def filed(*answers: Holding, subject_key: str | None = None, about: tuple[tuple[str, str], ...] = ()) -> Holdings:
    """Answers as fan-out files them."""
    key = subject_key or citizen().key
    return {holding_key(each.source, key, each.evidence_type, about): each for each in answers}


def planned(*sources: Source, asked: CheckRequest | None = None, dossier: ProcedureVersion | None = None, who=None) -> Plan:
    """The plan of a request against sources, everything else as usual."""
    return plan(asked or request(), dossier or version(), facts(*sources), who or agency())


def verdict(plan_: Plan, *answers: Holding, book: LawBook | None = None) -> Verdict:
    """The verdict about the first paper of a plan."""
    return decide(plan_, filed(*answers), book or law(), KINDS)[0]


def decided(*answers: Holding, sources: tuple[Source, ...] = (source(),), **parts: Any) -> Verdict:
    """The usual case with these answers: one connected source that offers the birth certificate."""
    return verdict(planned(*sources, **parts), *answers)


def obtained_by_the_agency() -> ProcedureVersion:
    """A dossier whose paper the agency itself must obtain when no source holds it."""
    return version(row(fallback=Fallback.AGENCY_TO_AGENCY))


def recorded(*verdicts: Verdict) -> RecordedCheck:
    """A durable check of these verdicts, told by pseudonym."""
    check = Check(
        id="chk_1",
        short_code="ABCD",
        decided_at=ANSWERED,
        client_id="demo-intake",
        agency="H41",
        procedure="1.001193",
        as_of=DAY,
        stage=Stage.INTAKE,
        policy_version="p1",
        subject="pseudonym",
        verdicts=verdicts,
    )
    return RecordedCheck(check, Position(7, 8))
