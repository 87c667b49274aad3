"""Cases as they are shown: state, clock, legal next steps, whole history with proof. Officials are pseudonyms to everybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reuse_gateway.api.rendering import Rendering
from reuse_gateway.application.case_ports import Standing
from reuse_gateway.domain.applicant import Applicant, Owed
from reuse_gateway.domain.case import REOPENS, CaseState, RecordedStep, Role, ViolationCase
from reuse_gateway.domain.case_letter import RecordedLetter
from reuse_gateway.domain.case_moves import legal
from reuse_gateway.domain.case_rules import CaseRules
from reuse_gateway.domain.receipt import instant
from reuse_gateway.domain.vietnam import vietnamese_day


def tag_of(case: ViolationCase) -> str:
    """The strong validator of a case (RFC 9110, 8.8.3)."""
    return f'"c{case.tag}"'


def case_told(
    rendering: Rendering, rules: CaseRules, case: ViolationCase, role: Role | None, letters: Sequence[RecordedLetter] = ()
) -> dict[str, Any]:
    """One case; `legal_next` is what this caller may do with it now."""
    told = case_brief(rendering, rules, case)
    told["legal_next"] = [each.value for each in legal(case.state, role)]
    told["history"] = [step_told(rendering, each) for each in case.steps]
    told["letters"] = [letter_told(each) for each in letters]
    return told


def case_brief(rendering: Rendering, rules: CaseRules, case: ViolationCase) -> dict[str, Any]:
    """A case as it stands in a list."""
    common = case.fingerprint
    return {
        "case_id": case.id,
        "agency": common.agency,
        "procedure": common.procedure,
        "evidence_type": common.evidence_type or None,
        "form": common.form,
        "state": case.state.value,
        "state_words": words(rendering, case.state),
        "round": case.round,
        "regressed": case.repeats,
        "violations": {
            "all": case.count,
            "of_round": case.facts.count,
            "waiting": case.waiting,
            "types": sorted(case.facts.types),
        },
        "due": due_told(rules, case),
        "apology": rules.apology(case.facts.types, at).value if (at := case.facts.last_made_at) else None,
    }


def words(rendering: Rendering, state: CaseState) -> dict[str, str]:
    """A state in both languages."""
    said = rendering.sentences.say(f"case.{state.value}")
    return {"vi": said.vi, "en": said.en}


def due_told(rules: CaseRules, case: ViolationCase) -> dict[str, Any] | None:
    """The clock that runs now; `calendar_known` false = holidays of that day stand in no data yet."""
    last, opened_at = None if case.reopened else case.last, case.facts.opened_at
    began_at = last.at if last else opened_at
    if case.last and case.reopened and opened_at:
        began_at = max(opened_at, case.last.at)
    if began_at is None:
        return None
    runs = CaseState.DETECTED if case.state in REOPENS else case.state
    due_on, clock = last.due_on if last else rules.due_on(runs, began_at), rules.clock(runs, vietnamese_day(began_at))
    if due_on is None:
        return None
    days = clock.working_days if clock else None
    return {"on": due_on.isoformat(), "working_days": days, "calendar_known": rules.calendar.is_known(due_on)}


def step_told(rendering: Rendering, recorded: RecordedStep) -> dict[str, Any]:
    """One step with its proof: the ledger index of its leaf."""
    step = recorded.step
    return {
        "seq": step.seq,
        "round": step.round,
        "from": step.came_from.value,
        "to": step.passed[0].value,
        "followed_by": [_followed(rendering, each) for each in step.passed[1:]],
        "state": step.state.value,
        "state_words": words(rendering, step.state),
        "by": step.by.value,
        "actor": step.actor,
        "agency": step.agency,
        "at": instant(step.at),
        "reason_code": step.reason_code,
        "reason": step.reason,
        "due_on": step.due_on.isoformat() if step.due_on else None,
        "regressed": step.repeats,
        "letter": step.letter,
        "violation_id": step.violation_id or None,
        "ledger": {"index": recorded.index},
    }


def _followed(rendering: Rendering, state: CaseState) -> dict[str, Any]:
    """A state that followed by rule in the same step: it has no person for an actor, but always a reason."""
    said = rendering.sentences.say(f"case_rule.{state.value}")
    by_rule = {"by": Role.RULE.value, "reason": {"vi": said.vi, "en": said.en}}
    return {"state": state.value, "state_words": words(rendering, state)} | by_rule


def letter_told(recorded: RecordedLetter) -> dict[str, Any]:
    """A registered letter with its proof."""
    letter = recorded.letter
    return {
        "kind": letter.kind.value,
        "reference": letter.reference,
        "issuer": letter.issuer,
        "round": letter.round,
        "addressee": letter.addressee or None,
        "issued_at": instant(letter.issued_at),
        "file_sha256": recorded.file_sha256,
        "ledger": {"index": recorded.index},
    }


def applicant_told(applicant: Applicant) -> dict[str, Any]:
    """An applicant of a round: known by their first violation, by their dossier where one was told."""
    return {
        "violation_id": applicant.violation_id,
        "dossier": applicant.dossier,
        "violations": applicant.violations,
        "letter": applicant.letter,
        "ledger": {"index": applicant.place[0]},
    }


def owed_told(owed: Owed) -> dict[str, int]:
    """How far the apologies of a round have come."""
    return {"applicants": owed.applicants, "left": owed.left}


def standing_told(standing: Standing) -> dict[str, Any]:
    """What a violation says of its case."""
    return {"case_id": standing.case_id, "round": standing.round, "state": standing.state.value}
