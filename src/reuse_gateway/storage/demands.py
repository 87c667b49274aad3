"""Demands at rest with all that was found, what re-checks found later, and the leaves that bind them."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from reuse_gateway.domain.demand import Demand, PendingCase
from reuse_gateway.domain.receipt import canonical
from reuse_gateway.domain.reclassification import Outcome, Reclassification
from reuse_gateway.domain.reveal import SealedIdentity
from reuse_gateway.domain.verdict import Reason
from reuse_gateway.domain.violation import SeenDefect
from reuse_gateway.storage.batch import Append
from reuse_gateway.storage.case_json import membership_rows
from reuse_gateway.storage.demand_json import KIND, demand_body, demand_leaf, waiting
from reuse_gateway.storage.reveal_json import identity_row
from reuse_gateway.storage.tables import demands, violations
from reuse_gateway.storage.tables_cases import case_violations
from reuse_gateway.storage.tables_demands import pending_cases, reclassifications, seen_defects
from reuse_gateway.storage.tables_reveals import sealed_identities
from reuse_gateway.storage.verdict_json import exact
from reuse_gateway.storage.violations import violation_row

RECLASSIFIED = "reclassification"
_APART = "|"


def demand_append(demand: Demand, pending: PendingCase | None = None, identity: SealedIdentity | None = None) -> Append:
    """What recording a demand writes."""
    body = demand_body(demand, pending)
    rows = {
        demands: [demand_row(demand, body)],
        violations: [violation_row(violation, demand.kind.value) for violation in demand.violations],
        case_violations: membership_rows(demand),
        seen_defects: [(place, demand.id, *defect_row(each)) for place, each in enumerate(demand.defects)],
    }
    if pending:
        rows[pending_cases] = [pending_row(pending)]
    if identity:
        rows[sealed_identities] = [identity_row(identity)]
    return Append(demand_leaf(json.loads(body), body), KIND, demand.id, rows)


def demand_row(demand: Demand, body: str) -> tuple:
    """Columns of `demands` behind the leaf index."""
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
        demand.supplement_no,
        waiting(demand),
    )


def defect_row(defect: SeenDefect) -> tuple:
    """Columns of `seen_defects` behind the demand."""
    bases = canonical(defect.legal_basis).decode()
    return defect.code.value, defect.ref, defect.evidence_type, defect.place, bases


def pending_row(case: PendingCase) -> tuple:
    """Columns of `pending_cases` behind the leaf index."""
    sources = f"{_APART}{_APART.join(case.sources)}{_APART}"
    return case.demand_id, case.sealed, sources, case.next_at, case.ends_at, case.attempts


def pending_of(row: Row[Any]) -> PendingCase:
    """A case that waits, from its row."""
    sources = tuple(filter(None, row.sources.split(_APART)))
    return PendingCase(row.demand_id, bytes(row.sealed), sources, row.next_at, row.ends_at, row.attempts)


def waits_for(source: str) -> str:
    """How a source stands among those that a case waits for."""
    return f"{_APART}{source}{_APART}"


def reclassified_append(found: Reclassification) -> Append:
    """What the end of waiting for one paper writes."""
    body = reclassified_body(found)
    return Append(reclassified_leaf(body), RECLASSIFIED, found.demand_id, {reclassifications: [reclassified_row(found, body)]})


def reclassified_body(found: Reclassification) -> str:
    """Every word of it as canonical JSON, salted."""
    told = {
        "v": 1,
        "salt": secrets.token_hex(16),
        "demand_id": found.demand_id,
        "ref": found.ref,
        "evidence_type": found.evidence_type,
        "outcome": found.outcome,
        "at": exact(found.at),
        "agency": found.agency,
        "procedure": found.procedure,
        "check_id": found.check_id,
        "reason": found.reason,
        "source": found.source,
    }
    return canonical(told).decode()


def reclassified_leaf(body: str) -> bytes:
    """Leaf bytes; which paper it was and what came out stand under the digest."""
    told = json.loads(body)
    digest = hashlib.sha256(body.encode()).hexdigest()
    at = told["at"][:23] + "Z"
    return canonical({"v": 1, "kind": RECLASSIFIED, "id": told["demand_id"], "at": at, "body_sha256": digest})


def reclassified_row(found: Reclassification, body: str) -> tuple:
    """Columns of `reclassifications` behind the leaf index."""
    return found.demand_id, found.ref, found.outcome.value, found.at, body


def reclassified_of(body: str) -> Reclassification:
    """What a body tells; ValueError or KeyError where the text was never written by us."""
    told: dict[str, Any] = json.loads(body)
    return Reclassification(
        demand_id=told["demand_id"],
        ref=told["ref"],
        evidence_type=told["evidence_type"],
        outcome=Outcome(told["outcome"]),
        at=datetime.fromisoformat(told["at"]),
        agency=told["agency"],
        procedure=told["procedure"],
        check_id=told["check_id"],
        reason=told["reason"] and Reason(told["reason"]),
        source=told["source"],
    )
