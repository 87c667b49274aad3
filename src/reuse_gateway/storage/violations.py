"""Demands and their violations at rest, and the leaf that binds them without telling about whom they are."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from reuse_gateway.domain.receipt import canonical
from reuse_gateway.domain.violation import Demand, Violation, ViolationType
from reuse_gateway.storage.batch import Append
from reuse_gateway.storage.tables import demands, violations
from reuse_gateway.storage.verdict_json import exact

KIND = "demand"


def demand_append(demand: Demand, found: Sequence[Violation]) -> Append:
    """What recording a demand writes."""
    body = demand_body(demand, found)
    rows = {demands: [_demand_row(demand, body)], violations: [_violation_row(violation) for violation in found]}
    return Append(demand_leaf(json.loads(body), body), KIND, demand.id, rows)


def demand_body(demand: Demand, found: Sequence[Violation]) -> str:
    """Every word of a demand and its violations that is kept, as canonical JSON, salted: its digest confirms no guess."""
    told = {
        "v": 2,
        "salt": secrets.token_hex(16),
        "id": demand.id,
        "kind": demand.kind,
        "made_at": exact(demand.made_at),
        "recorded_at": exact(demand.recorded_at),
        "agency": demand.agency,
        "client_id": demand.client_id,
        "procedure": demand.procedure,
        "check_id": demand.check_id,
        "subject": demand.subject,
        "findings": [[ref, finding] for ref, finding in demand.findings],
        "dossier": demand.dossier,
        "officer": demand.officer,
        "violations": [_violation_json(violation) for violation in found],
    }
    return canonical(told).decode()


def demand_leaf(told: dict[str, Any], body: str) -> bytes:
    """Leaf bytes of a demand; `told` is the parsed body, whose digest binds every word of it.

    Leaves are public: nothing here leads to the person, to the check, or to another leaf about either.
    """
    return canonical(
        {
            "v": 2,
            "kind": KIND,
            "id": told["id"],
            "at": told["recorded_at"][:23] + "Z",
            "agency": told["agency"],
            "procedure": told["procedure"],
            "body_sha256": hashlib.sha256(body.encode()).hexdigest(),
        }
    )


def _violation_json(violation: Violation) -> dict[str, Any]:
    return {
        "id": violation.id,
        "type": violation.type,
        "ref": violation.ref,
        "evidence_type": violation.evidence_type,
        "source": violation.source,
        "severity": violation.severity,
        "personal_liability": violation.personal_liability,
        "legal_basis": violation.legal_basis,
        "made_at": exact(violation.made_at),
        "agency": violation.agency,
        "procedure": violation.procedure,
        "check_id": violation.check_id,
        "demand_id": violation.demand_id,
    }


def _demand_row(demand: Demand, body: str) -> tuple:
    return (
        demand.id,
        demand.kind.value,
        demand.made_at,
        demand.recorded_at,
        demand.agency,
        demand.client_id,
        demand.procedure,
        demand.check_id,
        demand.subject,
        demand.dossier,
        demand.officer,
        body,
    )


def _violation_row(violation: Violation) -> tuple:
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
    )


def violation_of(row: Row[Any]) -> Violation:
    """A violation from its row."""
    return Violation(
        id=row.violation_id,
        type=ViolationType(row.type),
        demand_id=row.demand_id,
        check_id=row.check_id,
        ref=row.ref,
        evidence_type=row.evidence_type,
        agency=row.agency,
        procedure=row.procedure,
        source=row.source,
        severity=row.severity,
        personal_liability=row.personal_liability,
        legal_basis=tuple(json.loads(row.legal_basis)),
        made_at=row.made_at,
    )


def demand_columns(row: Row[Any]) -> dict[str, Any]:
    """The columns of a demand's row in the words of its body, for comparison."""
    return {
        "id": row.demand_id,
        "kind": row.kind,
        "made_at": exact(row.made_at),
        "recorded_at": exact(row.recorded_at),
        "agency": row.agency,
        "client_id": row.client_id,
        "procedure": row.procedure,
        "check_id": row.check_id,
        "subject": row.subject,
        "dossier": row.dossier,
        "officer": row.officer,
    }


def violation_columns(row: Row[Any]) -> dict[str, Any]:
    """The same for a violation's row."""
    return {**_violation_json(violation_of(row)), "legal_basis": json.loads(row.legal_basis)}
