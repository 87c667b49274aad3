"""The violations that one demand proves, type by type (V01 to V16); what is not proved is not said."""

from __future__ import annotations

from collections.abc import Iterator

from reuse_gateway.domain.asking import Asked, Channel, DemandKind, Manner, Means, Shown
from reuse_gateway.domain.demand import Breach
from reuse_gateway.domain.demand_facts import DemandFacts, PaperFacts
from reuse_gateway.domain.override import OverrideRuling
from reuse_gateway.domain.procedure import Mode
from reuse_gateway.domain.verdict import Decision, Reason, Verdict
from reuse_gateway.domain.vietnam import vietnamese_day
from reuse_gateway.domain.violation import (
    CERTIFIED_COPY,
    SEVERITY,
    TOPIC,
    ViolationType,
    personal_liability,
    violation_type,
    weight,
)

_ON_PAPER = (Manner.ORIGINAL, Manner.COPY, Manner.CERTIFIED)
_COPIES = (Manner.COPY, Manner.CERTIFIED)


def of_paper(facts: DemandFacts, paper: PaperFacts, ruling: OverrideRuling | None) -> Iterator[Breach]:
    """The violations in asking for one paper, each at most once, with the law of the day of the demand.

    What goes beyond the verdict needs an instrument in force that day; only a rule of this gateway alone needs none.
    """
    for kind in dict.fromkeys(_types(facts, paper, ruling)):
        breach = _breach(facts, paper, kind)
        if breach.legal_basis or TOPIC[kind] is None or _is_main(kind, paper.verdict):
            yield breach


def of_demand(facts: DemandFacts) -> Iterator[Breach]:
    """The violations of the demand as a whole."""
    told = facts.circumstances
    if facts.supplement_no is not None and facts.supplement_no > 1 and not facts.made_first:
        yield from _whole(facts, ViolationType.SECOND_SUPPLEMENT)
    if told.kind is DemandKind.SUPPLEMENT_REQUEST and not _in_writing(facts):
        yield from _whole(facts, ViolationType.SUPPLEMENT_WITHOUT_FORM)
    if facts.bypassed:
        yield from _whole(facts, ViolationType.WITHOUT_EVIDENCE)


def _types(facts: DemandFacts, paper: PaperFacts, ruling: OverrideRuling | None) -> Iterator[ViolationType]:
    how, verdict = facts.circumstances.how(paper.verdict.ref), paper.verdict
    excused = bool(ruling and ruling.holds) or paper.relied_on is not None
    if not excused and (main := _main(facts, how, paper)):
        yield main
        if _e_result_suffices(how, verdict):
            yield ViolationType.ORIGINAL_OF_E_RESULT
    yield from _manner(paper, how)
    if Shown.VNEID in how.shown and how.vneid_consent and not excused and verdict.reason is not Reason.ORIGINAL_REQUIRED:
        yield ViolationType.SHOWN_IN_VNEID
    electronic = facts.circumstances.received_by is Channel.ONLINE
    if electronic and how.manner in _ON_PAPER and not excused and verdict.reason is not Reason.ORIGINAL_REQUIRED:
        yield ViolationType.PAPER_AFTER_ELECTRONIC
    if ruling and ruling.fails and paper.relied_on is None:
        yield ViolationType.WITHOUT_EVIDENCE


def _main(facts: DemandFacts, how: Asked, paper: PaperFacts) -> ViolationType | None:
    """What the verdict itself forbids. A form that was told before and asks all the same is V16 instead."""
    kind = _untold(facts, how, paper)
    return ViolationType.FORM_KEPT_ASKING if kind and _form_told(facts, paper) else kind


def _untold(facts: DemandFacts, how: Asked, paper: PaperFacts) -> ViolationType | None:
    """What asking is, whoever was told what; data that the system holds are typed again (V10) from the day the law says so."""
    verdict = paper.verdict
    kind = violation_type(verdict)
    if kind is None:
        return None
    typed = how.manner is Manner.DATA and verdict.reason is Reason.HELD_VALID
    return ViolationType.TYPED_AGAIN if typed and _cited(facts, ViolationType.TYPED_AGAIN, None) else kind


def _is_main(kind: ViolationType, verdict: Verdict) -> bool:
    return kind in (violation_type(verdict), ViolationType.FORM_KEPT_ASKING)


def _form_told(facts: DemandFacts, paper: PaperFacts) -> bool:
    told = paper.told_last is not None and paper.told_last.decision is Decision.MUST_NOT_ASK
    own_form = facts.circumstances.kind is DemandKind.ONLINE_FORM
    return paper.form_told or (told and facts.circumstances.means is Means.FORM and not own_form)


def _e_result_suffices(how: Asked, verdict: Verdict) -> bool:
    """The original on paper is wanted of what is an electronic result already, or was shown as one."""
    electronic = Shown.ELECTRONIC in how.shown or any(proof.result_code for proof in verdict.proofs)
    return how.manner is Manner.ORIGINAL and verdict.reason is Reason.HELD_VALID and electronic


def _manner(paper: PaperFacts, how: Asked) -> Iterator[ViolationType]:
    row, reason = paper.own.row, paper.verdict.reason
    if how.manner in _COPIES and row is not None and row.mode is Mode.PRESENT:
        yield ViolationType.COPY_OF_SHOWN
    suffices = reason in (Reason.HELD_VALID, Reason.ORIGINAL_REQUIRED) or how.shown & {Shown.ORIGINAL, Shown.VNEID}
    if how.manner is Manner.CERTIFIED and suffices:
        yield ViolationType.CERTIFIED_ON_TOP


def _breach(facts: DemandFacts, paper: PaperFacts, kind: ViolationType) -> Breach:
    verdict = paper.verdict
    main = _is_main(kind, verdict)
    told = paper.told_held or (paper.told_last if kind is ViolationType.FORM_KEPT_ASKING else None)
    proofs = verdict.proofs
    return Breach(
        type=kind,
        ref=verdict.ref,
        evidence_type=verdict.evidence_type or "",
        severity=weight(kind, _untold(facts, facts.circumstances.how(verdict.ref), paper)),
        source=proofs[0].source if proofs else None,
        legal_basis=verdict.legal_basis if main else _cited(facts, kind, verdict.evidence_type),
        # A published dossier that still lists the paper (D01) is not the officer's fault.
        personal_liability=main and not paper.listed_though_replaceable and _liable(facts, paper),
        proof_check_id=told.check_id if told else None,
    )


def _liable(facts: DemandFacts, paper: PaperFacts) -> bool:
    """By the day of the demand; told late, by that of the check which it cannot have come before, if that is later."""
    told = paper.told_held
    known_on = vietnamese_day(told.at) if told and paper.told_late else facts.made_on
    return personal_liability(paper.verdict, max(facts.made_on, known_on), told is not None)


def _cited(facts: DemandFacts, kind: ViolationType, evidence_type: str | None) -> tuple[str, ...]:
    topic = TOPIC[kind]
    named = CERTIFIED_COPY if kind is ViolationType.CERTIFIED_ON_TOP else evidence_type
    return tuple(basis.code for basis in facts.law.cite(topic, named, facts.made_on)) if topic else ()


def _whole(facts: DemandFacts, kind: ViolationType) -> Iterator[Breach]:
    bases = _cited(facts, kind, None)
    if bases or TOPIC[kind] is None:
        yield Breach(kind, severity=SEVERITY[kind], legal_basis=bases)


def _in_writing(facts: DemandFacts) -> bool:
    """Mẫu số 02 with its number and its reason; what was said only by mouth is not written."""
    told = facts.circumstances
    written = told.mau_02 is not None and bool(told.mau_02.number) and told.means is not Means.ORAL
    return written and (told.reason_stated or (told.mau_02 is not None and told.mau_02.reason_stated))
