"""Why was this flagged (vì sao bị ghi nhận)? The judgment made once more, from what was recorded and the law of that day.

Pure. What was recorded tells no person, so who owned a paper is taken from the record; everything else is derived anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from reuse_gateway.domain.asking import Asked
from reuse_gateway.domain.breaches import of_demand, of_paper
from reuse_gateway.domain.check import Check, Wanted
from reuse_gateway.domain.decide import last_good_day, proved_otherwise, reason_by
from reuse_gateway.domain.demand import Breach, Circumstances, Demand
from reuse_gateway.domain.demand_facts import DemandFacts, PaperFacts
from reuse_gateway.domain.holding import Holding, Outcome, State
from reuse_gateway.domain.legal_basis import LawBook
from reuse_gateway.domain.matching import Match
from reuse_gateway.domain.override import OwnFacts
from reuse_gateway.domain.plan import Candidate, Facts, PlannedItem, row_of, settled_by_law
from reuse_gateway.domain.procedure import ProcedureVersion
from reuse_gateway.domain.source import Ground, Source
from reuse_gateway.domain.told_before import TYPED, EarlierAnswer
from reuse_gateway.domain.verdict import RULING, Reason, Verdict
from reuse_gateway.domain.violation import Violation, ViolationType

COMPARED = ("type", "severity", "source", "legal_basis", "personal_liability")
# What a violation of this type may rest on that is never kept: what the person showed, what a form had been told, what an
# agency did about other dossiers.
NOT_KEPT = {
    ViolationType.ORIGINAL_OF_E_RESULT: "what_was_shown",
    ViolationType.CERTIFIED_ON_TOP: "what_was_shown",
    ViolationType.SHOWN_IN_VNEID: "what_was_shown",
    ViolationType.FORM_KEPT_ASKING: "what_the_form_was_told",
    ViolationType.WITHOUT_EVIDENCE: "other_dossiers",
}


class ReplayOutcome(StrEnum):
    """What the second judgment says of the first."""

    SAME = "same"
    DIFFERENT = "different"
    UNDECIDABLE = "undecidable"


@dataclass(frozen=True, slots=True)
class LawOfTheDay:
    """What was in force: facts, instruments, the published dossier."""

    facts: Facts
    law: LawBook
    version: ProcedureVersion


@dataclass(frozen=True, slots=True)
class Replay:
    """The recorded violation beside the one found now (None = none of that type); `differs` names what is not the same."""

    outcome: ReplayOutcome
    again: Breach | None
    reason: Reason | None = None
    reason_again: Reason | None = None
    differs: tuple[str, ...] = ()
    not_kept: tuple[str, ...] = ()


def replay(violation: Violation, demand: Demand, check: Check, proof: Check | None, law: LawOfTheDay) -> Replay:
    """`proof` is the earlier check that had told the agency, where one is recorded."""
    recorded = _judged_by(violation, demand, check, proof)
    if violation.ref and recorded is None:
        return Replay(ReplayOutcome.DIFFERENT, None, differs=("ref",))
    again = _verdict(recorded, check, law) if recorded else None
    found = _breaches(violation, demand, again, check, proof, law)
    same = next((each for each in found if each.type is violation.type), None)
    reasons = (recorded.reason if recorded else None, again.reason if again else None)
    if same is None:
        missing = NOT_KEPT.get(violation.type)
        if missing and reasons[0] is reasons[1]:
            return Replay(ReplayOutcome.UNDECIDABLE, None, *reasons, not_kept=(missing,))
        return Replay(ReplayOutcome.DIFFERENT, None, *reasons, ("type",))
    differs = tuple(name for name in COMPARED if getattr(same, name) != getattr(violation, name))
    differs += ("reason",) if reasons[0] is not reasons[1] else ()
    return Replay(ReplayOutcome.DIFFERENT if differs else ReplayOutcome.SAME, same, *reasons, differs)


def _judged_by(violation: Violation, demand: Demand, check: Check, proof: Check | None) -> Verdict | None:
    """The verdict of the demand's own check; of the proof, where that counted for more than what was typed."""
    own = next((each for each in check.verdicts if each.ref == violation.ref), None)
    paper = next((each for each in demand.papers if each.ref == violation.ref), None)
    typed = own is not None and own.reason in (*TYPED, Reason.NO_USABLE_SOURCE)
    if own is None or paper is None or proof is None or not typed or paper.reason is not Reason.HELD_VALID:
        return own
    same = (each for each in proof.verdicts if (each.evidence_type, each.role) == (own.evidence_type, own.role))
    return next((replace(each, ref=own.ref) for each in same if each.reason is Reason.HELD_VALID), own)


def _verdict(recorded: Verdict, check: Check, law: LawOfTheDay) -> Verdict:
    """Tests 1 to 3 and 6 to 9 again, over the recorded answers of sources that were usable that day."""
    kind = law.facts.evidence_types.get(recorded.evidence_type or "")
    if kind is None:
        return replace(recorded, reason=Reason.UNRECOGNISED_ITEM, legal_basis=())
    _, row = row_of(law.version, check.case, kind.key, recorded.role, strict=False)
    reason, satisfied_by = settled_by_law(kind, row, law.version, check.as_of), ()
    sources = {each.id: each for each in law.facts.sources}
    usable = [each for each in recorded.holdings if _usable(sources.get(each.source), each, check)]
    answers = tuple(_lapsed(each, check, law) for each in usable)
    if reason is None:
        asked = (Candidate(sources[e.source], e.evidence_type, _ground(sources[e.source], e, check)) for e in answers)
        match = Match(kind.key, 1.0, "code")
        item = PlannedItem(Wanted(recorded.ref, kind.key), match, role=recorded.role, requirement=row, candidates=tuple(asked))
        reason = reason_by(item, kind.key, answers)
        satisfied_by = () if reason is Reason.HELD_VALID else proved_otherwise(item, answers)
        reason = Reason.HELD_VALID if satisfied_by else reason
    bases = tuple(basis.code for basis in law.law.cite(RULING[reason].topic, kind.key, check.as_of))
    return replace(recorded, reason=reason, legal_basis=bases, holdings=answers, satisfied_by=satisfied_by)


def _usable(source: Source | None, holding: Holding, check: Check) -> bool:
    return source is not None and source.usable(holding.evidence_type, check.as_of)


def _ground(source: Source, holding: Holding, check: Check) -> Ground:
    return source.ground(source.offers[holding.evidence_type], check.as_of) or Ground.LIVE_CONNECTION


def _lapsed(holding: Holding, check: Check, law: LawOfTheDay) -> Holding:
    last = last_good_day(holding, law.facts.evidence_types.get(holding.evidence_type))
    valid = holding.outcome is Outcome.HELD and holding.state is State.VALID
    return replace(holding, state=State.EXPIRED) if valid and last is not None and last < check.as_of else holding


def _breaches(
    violation: Violation, demand: Demand, again: Verdict | None, check: Check, proof: Check | None, law: LawOfTheDay
) -> tuple[Breach, ...]:
    paper = next((each for each in demand.papers if each.ref == violation.ref), None)
    how = Asked(violation.ref, paper.manner if paper else None)
    told = Circumstances(
        demand.kind, demand.made_at, (how,), demand.received_by, demand.means, demand.mau_02, demand.reason_stated
    )
    facts = DemandFacts(told, check.as_of, (), law.law, supplement_no=demand.supplement_no)
    if again is None:
        return tuple(of_demand(facts))
    row = row_of(law.version, check.case, again.evidence_type or "", again.role, strict=False)[1]
    own = OwnFacts(again, check.as_of, demand.kind, how.manner, demand.received_by, row, law.version.tied)
    held, last = _told(again, demand, proof)
    return tuple(
        of_paper(
            facts, PaperFacts(again, own, None, held, last, told_late=_late(held, demand)), paper.override if paper else None
        )
    )


def _late(held: EarlierAnswer | None, demand: Demand) -> bool:
    """Of several papers not each was told late."""
    return demand.told_late and held is not None and held.at > demand.made_at


def _told(again: Verdict, demand: Demand, proof: Check | None) -> tuple[EarlierAnswer | None, EarlierAnswer | None]:
    """What the earlier check had said of this paper, if made before the demand was (or was recorded, where told late)."""
    if proof is None or proof.decided_at > (demand.recorded_at if demand.told_late else demand.made_at):
        return None, None
    same = (each for each in proof.verdicts if (each.evidence_type, each.role) == (again.evidence_type, again.role))
    said = next((EarlierAnswer(proof.id, each.reason, proof.decided_at, proof.as_of) for each in same), None)
    return said if said and said.reason is Reason.HELD_VALID else None, said
