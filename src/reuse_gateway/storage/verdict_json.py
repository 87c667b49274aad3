"""Verdicts and holdings as canonical JSON and back. The owner a source names is compared in memory and never written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from reuse_gateway.domain.holding import Doubt, Holding, Outcome, State
from reuse_gateway.domain.receipt import spelled
from reuse_gateway.domain.source import Tier
from reuse_gateway.domain.verdict import FormAction, Reason, Verdict

_KEPT = 4096


@lru_cache(_KEPT)
def exact(moment: datetime) -> str:
    """RFC 3339 to the microsecond, UTC."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def verdict_json(verdict: Verdict) -> str:
    """Canonical JSON (`receipt.spelled`), its keys written in their order; `score` goes as text: it knows no floats."""
    holdings = ",".join([_holding_json(holding) for holding in verdict.holdings])
    cited = _cited(verdict.legal_basis, verdict.matched_by, verdict.reason)
    whose = _whose(verdict.role, verdict.satisfied_by, repr(verdict.score), verdict.suggestions)
    what = _what(verdict.evidence_type, verdict.form_action)
    return f'{what},"holdings":[{holdings}],{cited},"ref":{spelled(verdict.ref)},{whose}'


@lru_cache(_KEPT)
def _what(evidence_type: str | None, form_action: FormAction) -> str:
    return spelled({"evidence_type": evidence_type, "form_action": form_action})[:-1]


@lru_cache(_KEPT)
def _cited(legal_basis: tuple[str, ...], matched_by: str | None, reason: Reason) -> str:
    return spelled({"legal_basis": legal_basis, "matched_by": matched_by, "reason": reason})[1:-1]


@lru_cache(_KEPT)
def _whose(role: str, satisfied_by: tuple[str, ...], score: str, suggestions: tuple[str, ...]) -> str:
    return spelled({"role": role, "satisfied_by": satisfied_by, "score": score, "suggestions": suggestions})[1:]


def verdict_of(told: Mapping[str, Any]) -> Verdict:
    """The verdict as it was recorded; ValueError or KeyError where the text was never written by us."""
    return Verdict(
        ref=told["ref"],
        evidence_type=told["evidence_type"],
        reason=Reason(told["reason"]),
        form_action=FormAction(told["form_action"]),
        score=float(told["score"]),
        matched_by=told["matched_by"],
        role=told["role"],
        holdings=tuple(map(_holding_of, told["holdings"])),
        legal_basis=tuple(told["legal_basis"]),
        satisfied_by=tuple(told["satisfied_by"]),
        suggestions=tuple(told["suggestions"]),
    )


def _holding_json(holding: Holding) -> str:
    code = "null" if holding.result_code is None else spelled(holding.result_code)
    days = f'"expires_on":{_day(holding.expires_on)},"issued_on":{_day(holding.issued_on)}'
    doubted, found = _doubted(holding.cached, holding.doubt, holding.evidence_type), _found(holding.outcome)
    told_by = _told_by(holding.source, holding.state, holding.tier)
    return f'{{"answered_at":"{exact(holding.answered_at)}",{doubted},{days},{found},"result_code":{code},{told_by}'


def _day(day: date | None) -> str:
    return f'"{day.isoformat()}"' if day else "null"


@lru_cache(_KEPT)
def _doubted(cached: bool, doubt: Doubt | None, evidence_type: str) -> str:
    return spelled({"cached": cached, "doubt": doubt, "evidence_type": evidence_type})[1:-1]


@lru_cache
def _found(outcome: Outcome) -> str:
    return spelled({"outcome": outcome})[1:-1]


@lru_cache(_KEPT)
def _told_by(source: str, state: State | None, tier: Tier) -> str:
    return spelled({"source": source, "state": state, "tier": tier})[1:]


def _holding_of(told: Mapping[str, Any]) -> Holding:
    return Holding(
        source=told["source"],
        tier=Tier(told["tier"]),
        evidence_type=told["evidence_type"],
        outcome=Outcome(told["outcome"]),
        answered_at=datetime.fromisoformat(told["answered_at"]),
        doubt=told["doubt"] and Doubt(told["doubt"]),
        state=told["state"] and State(told["state"]),
        cached=told["cached"],
        result_code=told["result_code"],
        issued_on=told["issued_on"] and date.fromisoformat(told["issued_on"]),
        expires_on=told["expires_on"] and date.fromisoformat(told["expires_on"]),
    )
