"""Verdicts and holdings as canonical JSON and back. The owner a source names is compared in memory and never written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from reuse_gateway.domain.holding import Doubt, Holding, Outcome, State
from reuse_gateway.domain.source import Tier
from reuse_gateway.domain.verdict import FormAction, Reason, Verdict


@lru_cache(4096)
def exact(moment: datetime) -> str:
    """RFC 3339 to the microsecond, UTC."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """`score` goes as text: canonical JSON knows no floats."""
    return {
        "ref": verdict.ref,
        "evidence_type": verdict.evidence_type,
        "reason": verdict.reason,
        "form_action": verdict.form_action,
        "score": repr(verdict.score),
        "matched_by": verdict.matched_by,
        "role": verdict.role,
        "holdings": [_holding_json(holding) for holding in verdict.holdings],
        "legal_basis": verdict.legal_basis,
        "satisfied_by": verdict.satisfied_by,
        "suggestions": verdict.suggestions,
    }


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


def _holding_json(holding: Holding) -> dict[str, Any]:
    return {
        "source": holding.source,
        "tier": holding.tier,
        "evidence_type": holding.evidence_type,
        "outcome": holding.outcome,
        "answered_at": exact(holding.answered_at),
        "doubt": holding.doubt,
        "state": holding.state,
        "cached": holding.cached,
        "result_code": holding.result_code,
        "issued_on": holding.issued_on and holding.issued_on.isoformat(),
        "expires_on": holding.expires_on and holding.expires_on.isoformat(),
    }


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
