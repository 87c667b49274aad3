"""Tests 6 to 9 of the decision table: from a plan and the holdings to verdicts. Pure; unknown is never read as absent."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from reuse_gateway.domain.evidence_type import EvidenceType
from reuse_gateway.domain.holding import Doubt, Holding, Outcome, State
from reuse_gateway.domain.legal_basis import LawBook
from reuse_gateway.domain.plan import Candidate, Plan, PlannedItem
from reuse_gateway.domain.procedure import Fallback
from reuse_gateway.domain.verdict import RULING, Decision, FormAction, Reason, Verdict

HoldingKey = tuple[str, str, str, tuple[tuple[str, str], ...]]
Holdings = Mapping[HoldingKey, Holding]

_FOUND_BUT = {
    State.EXPIRED: Reason.HELD_EXPIRED,
    State.REVOKED: Reason.HELD_EXPIRED,
    State.INCOMPLETE: Reason.HELD_INCOMPLETE,
    State.MISMATCH: Reason.HELD_MISMATCH,
}
_DOUBT: Mapping[Doubt | None, Reason] = {
    Doubt.NO_AUTHORITY: Reason.NO_AUTHORITY,
    Doubt.SOURCE_DENIED: Reason.NO_AUTHORITY,
    Doubt.INSUFFICIENT_SUBJECT_DATA: Reason.INSUFFICIENT_SUBJECT_DATA,
    Doubt.SOURCE_TIMED_OUT: Reason.SOURCE_TIMED_OUT,
    Doubt.SOURCE_UNAVAILABLE: Reason.SOURCE_UNAVAILABLE,
    Doubt.CIRCUIT_OPEN: Reason.CIRCUIT_OPEN,
    Doubt.STALE_INDEX: Reason.SOURCE_UNAVAILABLE,
    Doubt.INDEX_INCOMPLETE: Reason.SOURCE_UNAVAILABLE,
}
_MAY_BE_PROVED_OTHERWISE = frozenset(Reason) - {
    Reason.ABOLISHED_DOCUMENT,
    Reason.OUTSIDE_PUBLISHED_DOSSIER,
    Reason.ORIGINAL_REQUIRED,
    Reason.UNRECOGNISED_ITEM,
    Reason.HELD_VALID,
}


def holding_key(source: str, subject_key: str, evidence_type: str, about: tuple[tuple[str, str], ...] = ()) -> HoldingKey:
    """How fan-out files an answer so that `decide` finds it."""
    return source, subject_key, evidence_type, about


def decide(plan: Plan, holdings: Holdings, law: LawBook, kinds: Mapping[str, EvidenceType]) -> tuple[Verdict, ...]:
    """One verdict per wanted paper, in the order asked, citing the law of the plan's day."""
    return tuple(_verdict(item, plan.as_of, holdings, law, kinds) for item in plan.items)


def _verdict(item: PlannedItem, day: date, holdings: Holdings, law: LawBook, kinds: Mapping[str, EvidenceType]) -> Verdict:
    answers = _answers(item, holdings, day, kinds)
    reason, satisfied_by = item.settled, ()
    if reason is None:
        reason = reason_by(item, item.match.evidence_type or "", answers)
        satisfied_by = proved_otherwise(item, answers) if reason in _MAY_BE_PROVED_OTHERWISE else ()
        reason = Reason.HELD_VALID if satisfied_by else reason
    kind = kinds.get(item.match.evidence_type or "")
    bases = law.cite(RULING[reason].topic, kind.key if kind else None, day) if kind else ()
    return Verdict(
        ref=item.wanted.ref,
        evidence_type=item.match.evidence_type,
        reason=reason,
        form_action=_form_action(reason, kind),
        score=item.match.score,
        matched_by=item.match.by,
        role=item.role,
        holdings=answers,
        legal_basis=tuple(basis.code for basis in bases),
        satisfied_by=satisfied_by,
        suggestions=item.match.suggestions,
    )


def _answers(item: PlannedItem, holdings: Holdings, day: date, kinds: Mapping[str, EvidenceType]) -> tuple[Holding, ...]:
    """What the sources said that this caller may ask; the answer of any other source is not ours to use."""
    if item.subject is None:
        return ()
    owner, asked = item.subject.key, (candidate for candidate in item.candidates if candidate.hindrance is None)
    keys = (holding_key(candidate.source.id, owner, candidate.evidence_type, item.wanted.about) for candidate in asked)
    return tuple(_judged(holdings[key], owner, day, kinds) for key in keys if key in holdings)


def _judged(holding: Holding, owner: str, day: date, kinds: Mapping[str, EvidenceType]) -> Holding:
    """What an answer means for this person on that day; only a paper that was found can be found wanting."""
    if holding.outcome is not Outcome.HELD:
        return holding
    if holding.owner != owner or holding.state is None:
        return _no_answer(holding, Doubt.BAD_ANSWER if holding.owner == owner else Doubt.WRONG_OWNER)
    if holding.issued_on is not None and holding.issued_on > day:
        return replace(holding, outcome=Outcome.ABSENT, state=None)
    last = last_good_day(holding, kinds.get(holding.evidence_type))
    lapsed = holding.state is State.VALID and last is not None and last < day
    return replace(holding, state=State.EXPIRED) if lapsed else holding


def _no_answer(holding: Holding, doubt: Doubt) -> Holding:
    """Nothing of a paper that may be another person's goes any further."""
    blank = {"state": None, "owner": None, "result_code": None, "issued_on": None, "expires_on": None}
    return replace(holding, outcome=Outcome.UNKNOWN, doubt=doubt, **blank)


def reason_by(item: PlannedItem, evidence_type: str, answers: tuple[Holding, ...]) -> Reason:
    """Tests 6, 7, 9, 8 for one kind of paper. 9 before 8: only when every usable source answered may it be called not held."""
    own = [holding for holding in answers if holding.evidence_type == evidence_type]
    candidates = [candidate for candidate in item.candidates if candidate.evidence_type == evidence_type]
    if not candidates:
        return Reason.NO_USABLE_SOURCE
    states = {holding.state for holding in own if holding.outcome is Outcome.HELD}
    if State.VALID in states:
        return Reason.HELD_VALID
    for state, reason in _FOUND_BUT.items():
        if state in states:
            return reason
    if doubts := _doubts(own, candidates):
        return min(doubts, key=_DOUBT_ORDER.index)
    agency_obtains = item.requirement is not None and item.requirement.fallback is Fallback.AGENCY_TO_AGENCY
    return Reason.AGENCY_MUST_OBTAIN if agency_obtains else Reason.NOT_HELD


# Waiting may still help, so reasons that lead to ask_later come before those that leave the paper undecided.
_DOUBT_ORDER = (
    Reason.SOURCE_TIMED_OUT,
    Reason.SOURCE_UNAVAILABLE,
    Reason.CIRCUIT_OPEN,
    Reason.BAD_ANSWER,
    Reason.NO_AUTHORITY,
    Reason.INSUFFICIENT_SUBJECT_DATA,
)


def _doubts(own: list[Holding], candidates: list[Candidate]) -> set[Reason]:
    """Why not every usable source has answered; an answer that never came counts as a source that is not available."""
    doubts = {_DOUBT.get(holding.doubt, Reason.BAD_ANSWER) for holding in own if holding.outcome is Outcome.UNKNOWN}
    doubts |= {candidate.hindrance for candidate in candidates if candidate.hindrance}
    answered = {holding.source for holding in own}
    missing = [c for c in candidates if c.hindrance is None and c.source.id not in answered]
    return doubts | ({Reason.SOURCE_UNAVAILABLE} if missing else set())


def last_good_day(holding: Holding, kind: EvidenceType | None) -> date | None:
    """The paper's own last day, or its day of issue plus the months this kind is good for, whichever comes first."""
    months = kind.validity_months if kind else None
    by_kind = months_after(holding.issued_on, months) if holding.issued_on and months else None
    return min(filter(None, (holding.expires_on, by_kind)), default=None)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def proved_otherwise(item: PlannedItem, answers: tuple[Holding, ...]) -> tuple[str, ...]:
    """Another list of the same requirement whose papers are all held and valid; empty = none."""
    held = (holding for holding in answers if holding.outcome is Outcome.HELD)
    valid = {holding.evidence_type for holding in held if holding.state is State.VALID}
    alternatives: Iterable[tuple[str, ...]] = item.requirement.any_of if item.requirement else ()
    return next((together for together in alternatives if together and valid.issuperset(together)), ())


def _form_action(reason: Reason, kind: EvidenceType | None) -> FormAction:
    decision = RULING[reason].decision
    if decision is Decision.MUST_NOT_ASK:
        return FormAction.PREFILL if reason is Reason.HELD_VALID and kind and kind.prefill else FormAction.HIDE
    return FormAction.SHOW if decision is Decision.MAY_ASK else FormAction.DEFER
