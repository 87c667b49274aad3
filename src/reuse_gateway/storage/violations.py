"""Violations at rest: rows beside the demand that they were found in, bound by its leaf word for word."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Row

from reuse_gateway.domain.receipt import canonical
from reuse_gateway.domain.violation import RecordedViolation, Violation, ViolationType
from reuse_gateway.storage.verdict_json import exact

_TYPES = {kind.value: kind for kind in ViolationType}


def violation_json(violation: Violation) -> dict[str, Any]:
    """Every word of a violation, as the demand's body tells it."""
    told = {
        "id": violation.id,
        "type": violation.type,
        "ref": violation.ref,
        "evidence_type": violation.evidence_type,
        "source": violation.source,
        "severity": violation.severity,
        "personal_liability": violation.personal_liability,
        "legal_basis": list(violation.legal_basis),
        "made_at": exact(violation.made_at),
        "agency": violation.agency,
        "procedure": violation.procedure,
        "check_id": violation.check_id,
        "demand_id": violation.demand_id,
    }
    return told | ({"proof_check_id": violation.proof_check_id} if violation.proof_check_id else {})


def violation_row(violation: Violation, channel: str) -> tuple:
    """Columns of `violations` behind the leaf index; `channel`: the kind of the demand."""
    return (
        violation.id,
        violation.type.value,
        violation.demand_id,
        violation.check_id,
        violation.ref,
        violation.evidence_type,
        violation.agency,
        violation.procedure,
        violation.source,
        violation.severity,
        violation.personal_liability,
        canonical(violation.legal_basis).decode(),
        violation.made_at,
        violation.proof_check_id,
        channel,
    )


def violation_of(row: Row[Any]) -> Violation:
    """A violation from its row."""
    return Violation(
        id=row.violation_id,
        type=_TYPES.get(row.type) or ViolationType(row.type),
        demand_id=row.demand_id,
        check_id=row.check_id,
        ref=row.ref,
        evidence_type=row.evidence_type,
        agency=row.agency,
        procedure=row.procedure,
        source=row.source,
        severity=row.severity,
        personal_liability=row.personal_liability,
        legal_basis=_bases(row.legal_basis),
        made_at=row.made_at,
        proof_check_id=row.proof_check_id,
    )


def recorded_of(row: Row[Any], case_id: str = "", state: str = "") -> RecordedViolation:
    """The same with its place in the ledger and how the demand came."""
    return RecordedViolation(violation_of(row), row.leaf_index, row.channel or "", case_id, state)


@lru_cache(maxsize=1024)
def _bases(told: str) -> tuple[str, ...]:
    return tuple(json.loads(told))


def violation_columns(row: Row[Any]) -> Mapping[str, Any]:
    """The columns of a row in the words of the demand's body, for comparison."""
    return violation_json(violation_of(row))
