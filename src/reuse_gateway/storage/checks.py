"""Checks at rest: the body that the leaf's digest binds, the columns that are searched, and the way back."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from reuse_gateway.application.ports import Claim
from reuse_gateway.domain.check import Check, Stage
from reuse_gateway.domain.receipt import check_leaf, spelled
from reuse_gateway.domain.verdict import Verdict
from reuse_gateway.storage.batch import Append
from reuse_gateway.storage.claims import claim_json, claim_row, sealed
from reuse_gateway.storage.tables import checks, idempotency_claims, verdicts
from reuse_gateway.storage.verdict_json import exact, verdict_json, verdict_of

KIND = "check"


def check_append(check: Check, claim: Claim | None) -> Append:
    """What recording a check writes."""
    kept = claim and sealed(claim)
    body = check_body(check, kept)
    rows = {checks: [check_row(check, body)], verdicts: verdict_rows(check)}
    if kept:
        rows[idempotency_claims] = [claim_row(kept, check)]
    return Append(check_leaf(check, body.encode()), KIND, check.id, rows, kept)


def check_body(check: Check, claim: Claim | None = None) -> str:
    """Every word of a check that is kept, as canonical JSON, and the sealed claim it was recorded under."""
    told = {
        "v": 1,
        "id": check.id,
        "short_code": check.short_code,
        "decided_at": exact(check.decided_at),
        "client_id": check.client_id,
        "agency": check.agency,
        "procedure": check.procedure,
        "as_of": check.as_of.isoformat(),
        "stage": check.stage,
        "policy_version": check.policy_version,
        "subject": check.subject,
        "case": check.case,
        "dossier": check.dossier,
        "officer": check.officer,
        "claim": claim_json(claim),
    }
    verdicts = ",".join([verdict_json(verdict) for verdict in check.verdicts])
    return f'{spelled(told)[:-1]},"verdicts":[{verdicts}],{spelled({"warnings": check.warnings})[1:]}'


def check_of(body: str) -> Check:
    """The check that a body tells; ValueError or KeyError where the text was never written by us."""
    told: dict[str, Any] = json.loads(body)
    return Check(
        id=told["id"],
        short_code=told["short_code"],
        decided_at=datetime.fromisoformat(told["decided_at"]),
        client_id=told["client_id"],
        agency=told["agency"],
        procedure=told["procedure"],
        as_of=date.fromisoformat(told["as_of"]),
        stage=Stage(told["stage"]),
        policy_version=told["policy_version"],
        subject=told["subject"],
        verdicts=tuple(map(verdict_of, told["verdicts"])),
        case=told["case"],
        dossier=told["dossier"],
        officer=told["officer"],
        warnings=tuple(told["warnings"]),
    )


def check_row(check: Check, body: str) -> tuple:
    """Columns of `checks` behind the leaf index."""
    return (
        check.id,
        check.short_code,
        check.decided_at,
        check.client_id,
        check.agency,
        check.procedure,
        check.as_of,
        check.stage.value,
        check.policy_version,
        check.subject,
        check.case,
        check.dossier,
        check.officer,
        check.degraded,
        body,
    )


def verdict_rows(check: Check) -> list[tuple]:
    """Columns of `verdicts` behind the leaf index, in the order of the papers."""
    return [_verdict_row(check.id, position, verdict) for position, verdict in enumerate(check.verdicts)]


def _verdict_row(check_id: str, position: int, verdict: Verdict) -> tuple:
    proof = next(iter(verdict.proofs), None)
    source, tier = (proof.source, proof.tier.value) if proof else (None, None)
    return (
        position,
        check_id,
        verdict.evidence_type,
        verdict.role,
        verdict.decision.value,
        verdict.reason.value,
        source,
        tier,
    )
