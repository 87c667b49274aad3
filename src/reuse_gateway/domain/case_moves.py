"""The state machine of a case and who may move it (giải trình): no state is skipped, nobody judges himself. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from reuse_gateway.domain.agency import same_province, within
from reuse_gateway.domain.case import REOPENS, CaseState, Role, Step, ViolationCase
from reuse_gateway.domain.case_rules import CaseRules
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.errors import Conflict, Fault, InvalidInput, NotAllowed
from reuse_gateway.domain.violation import ViolationType

_S, _AUDITOR, _AGENCY, _RULE = CaseState, frozenset({Role.AUDITOR}), frozenset({Role.AGENCY}), frozenset({Role.RULE})
_VERDICTS = {_S.CONFIRMED: _AUDITOR | _RULE, _S.REJECTED: _AUDITOR, _S.DEFECT: _AUDITOR, _S.SOURCE: _AUDITOR}
# From here to there, and by whom. A rule confirms abolished papers (V05) after the agency was heard, and judges nothing else.
MOVES: Mapping[CaseState, Mapping[CaseState, frozenset[Role]]] = {
    _S.DETECTED: {_S.NOTIFIED: _AUDITOR},
    _S.NOTIFIED: {_S.EXPLANATION_DUE: _RULE},
    _S.EXPLANATION_DUE: {_S.EXPLAINED: _AGENCY, _S.NO_ANSWER: _RULE},
    _S.EXPLAINED: _VERDICTS,
    _S.NO_ANSWER: {_S.EXPLAINED: _AGENCY, **_VERDICTS},
    _S.CONFIRMED: {_S.REMEDY_DUE: _RULE, _S.ESCALATED: _RULE},
    _S.ESCALATED: {_S.REMEDY_DUE: _AUDITOR},
    _S.REMEDY_DUE: {_S.REMEDIED: _AGENCY},
    _S.REMEDIED: {_S.APOLOGY_DUE: _RULE | _AUDITOR, _S.REPORTED: _AUDITOR},
    _S.APOLOGY_DUE: {_S.APOLOGISED: _AGENCY},
    _S.APOLOGISED: {_S.REPORTED: _AUDITOR},
    _S.REJECTED: {_S.CLOSED: _AUDITOR},
    _S.DEFECT: {_S.REPORTED: _AUDITOR},
    _S.SOURCE: {_S.REPORTED: _AUDITOR},
    _S.REPORTED: {_S.CLOSED: _AUDITOR},
    _S.CLOSED: {},
}
# Nobody can answer what was not said: these moves must give their reason.
NEEDS_REASON = frozenset({_S.EXPLAINED, _S.CONFIRMED, _S.REJECTED, _S.DEFECT, _S.SOURCE, _S.REMEDIED, _S.REMEDY_DUE})


@dataclass(frozen=True, slots=True)
class Mover:
    """Who moves: in which role, under which pseudonym, for which body."""

    role: Role
    actor: str
    agency: str


def role_of(caller: Caller, agency: str, took_part: Iterable[str] = ()) -> Role | None:
    """What this caller is to the case of an agency; None = nothing, and the case is not even there for it.

    Whoever belongs to the body itself, or to one below it, never judges its case, whatever scopes the token carries; nor does
    whoever belongs to a body that `took_part` (recorded its demands, or answered for it). Auditors act in their province alone.
    """
    judges = bool(caller.scopes & {"audit:act", "admin"}) and same_province(caller.agency, agency)
    if within(caller.agency, agency):
        return Role.AGENCY if caller.agency == agency and caller.scopes & {"demand:write", "audit:act", "admin"} else None
    if judges and not any(_belongs(caller.agency, body) for body in took_part):
        return Role.AUDITOR
    return Role.AGENCY if "demand:write" in caller.scopes and within(agency, caller.agency) else None


def hears_citizens(caller: Caller, agency: str) -> bool:
    """Is what this caller writes down of a body a citizen's word? An auditor's who records demands of none, neither of that
    body nor of one above it but the province. Anybody else's is the office's own word, whatever he calls it.
    """
    writes = caller.scopes & {"demand:write", "admin"}
    return not writes and role_of(caller, agency) is Role.AUDITOR and not _belongs(agency, caller.agency)


def answered_for(case: ViolationCase) -> frozenset[str]:
    """The bodies that explained, mended or apologised in a case, in any round."""
    return frozenset(each.step.agency for each in case.steps if each.step.by is Role.AGENCY)


def _belongs(body: str, took_part: str) -> bool:
    """To the body or below it; everybody is below the province, so that alone who is the province's own belongs to it."""
    return within(body, took_part) if "." in took_part else body == took_part


def legal(state: CaseState, role: Role | None) -> tuple[CaseState, ...]:
    """Where a role may move a case from here, in the order of a case's life."""
    return tuple(each for each in CaseState if role in MOVES[state].get(each, ()))


def checked(case: ViolationCase, to: CaseState, role: Role) -> None:
    """Raises Conflict(`illegal_transition`, legal ones) where there is no such move, NotAllowed(`not_your_move`)."""
    if to not in MOVES[case.state]:
        raise Conflict(code="illegal_transition", state=case.state.value, legal=legal(case.state, role))
    if role not in MOVES[case.state][to]:
        raise NotAllowed(code="not_your_move", state=case.state.value, legal=legal(case.state, role))


def moved(case: ViolationCase, to: CaseState, mover: Mover, at: datetime, rules: CaseRules, **told: str | None) -> Step:
    """The step to `to` with all that follows by rule at once, so that no crash can lie between.

    One that ends a round for which violations wait runs the clock of the round that begins with them.

    `told`: `violation_id`, `reason_code`, `reason`, `letter`, `claim`, `claim_print`. Raises Conflict, NotAllowed,
    InvalidInput.
    """
    checked(case, to, mover.role)
    if to in NEEDS_REASON and mover.role is not Role.RULE and not told.get("reason"):
        raise InvalidInput(Fault("/reason", "missing"))
    if to is CaseState.APOLOGISED and not told.get("letter"):
        raise Conflict(code="letter_missing")
    passed = (to, *following(case, to, at, rules))
    last, (_, upto) = case.last, case.span
    step = Step(
        case_id=case.id,
        seq=last.seq + 1 if last else 1,
        round=case.round,
        seen=case.newest if upto is None else upto,
        came_from=case.state,
        passed=passed,
        by=mover.role,
        actor=mover.actor,
        agency=mover.agency,
        at=at,
        violation_id=str(told.pop("violation_id", None) or ""),
        repeats=case.repeats,
        **told,
    )
    begins_anew = step.state in REOPENS and step.seen < case.newest
    return replace(step, due_on=rules.due_on(CaseState.DETECTED if begins_anew else step.state, at))


def following(case: ViolationCase, state: CaseState, at: datetime, rules: CaseRules) -> tuple[CaseState, ...]:
    """What a state brings with it by rule, at once."""
    after = _after(case, state, at, rules)
    return () if after is None else (after, *following(case, after, at, rules))


def _after(case: ViolationCase, state: CaseState, at: datetime, rules: CaseRules) -> CaseState | None:
    if state is CaseState.NOTIFIED:
        return CaseState.EXPLANATION_DUE
    if state in (CaseState.EXPLAINED, CaseState.NO_ANSWER) and case.facts.types == {ViolationType.ABOLISHED.value}:
        return CaseState.CONFIRMED
    if state is CaseState.CONFIRMED:
        return CaseState.ESCALATED if case.repeats else CaseState.REMEDY_DUE
    if state is CaseState.REMEDIED and rules.apology_is_due(case.facts.types, case.facts.last_made_at or at):
        return CaseState.APOLOGY_DUE
    return None


def is_path(step: Step) -> bool:
    """Does every state of a recorded step follow from the one before it?"""
    return all(there in MOVES[here] for here, there in zip((step.came_from, *step.passed), step.passed, strict=False))
