"""Idempotency claims at rest: the key only as its digest, and the claim word for word in the check's own body."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlalchemy import Row

from reuse_gateway.application.ports import Claim
from reuse_gateway.domain.check import Check


def sealed(claim: Claim) -> Claim:
    """The claim as it is kept: a client may have put a name into its key."""
    return Claim(claim.client_id, key_digest(claim.key), claim.fingerprint)


def key_digest(key: str) -> str:
    """SHA-256, hex."""
    return hashlib.sha256(key.encode()).hexdigest()


def claim_json(claim: Claim | None) -> dict[str, str] | None:
    """How a body tells the claim it was recorded under; the body's digest in the leaf binds it. `claim` is sealed."""
    return claim and {"client_id": claim.client_id, "key": claim.key, "fingerprint": claim.fingerprint.hex()}


def claim_row(claim: Claim, check: Check) -> tuple:
    """Columns of `idempotency_claims` behind the leaf index."""
    return claim.client_id, claim.key, claim.fingerprint, check.id, check.decided_at


def claim_told(body: str) -> Claim | None:
    """The sealed claim in a check's body; ValueError or KeyError where the text was never written by us."""
    told: dict[str, Any] | None = json.loads(body)["claim"]
    return told and Claim(told["client_id"], told["key"], bytes.fromhex(told["fingerprint"]))


def claim_of(row: Row[Any]) -> Claim:
    """The sealed claim of a row."""
    return Claim(row.client_id, row.key, bytes(row.fingerprint))
