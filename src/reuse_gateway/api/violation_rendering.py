"""A violation on the wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reuse_gateway.domain.receipt import instant
from reuse_gateway.domain.violation import RecordedViolation


def violation_told(recorded: RecordedViolation, cite: Callable[[str], Any]) -> dict[str, Any]:
    """All that is known of it; no person, officer or dossier. `cite`: an instrument of this code as it is cited."""
    violation = recorded.violation
    return {
        "violation_id": violation.id,
        "type": violation.type,
        "agency": violation.agency,
        "procedure": violation.procedure,
        "evidence_type": violation.evidence_type or None,
        "source": violation.source,
        "channel": recorded.channel or None,
        "state": recorded.state or None,
        "case_id": recorded.case_id or None,
        "severity": violation.severity,
        "personal_liability": violation.personal_liability,
        "legal_basis": [cite(code) for code in violation.legal_basis],
        "made_at": instant(violation.made_at),
        "proof_check_id": violation.proof_check_id,
        "demand_id": violation.demand_id,
        "check_id": violation.check_id,
        "ref": violation.ref,
        "ledger": {"index": recorded.index},
    }
