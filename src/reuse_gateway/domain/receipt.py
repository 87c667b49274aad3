"""What a decided check leaves behind for others: the ledger leaf and the claims of the signed receipt (biên nhận).

Neither names a person: the subject stands as a keyed pseudonym whose key can be destroyed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from reuse_gateway.domain.check import Check, RecordedCheck
from reuse_gateway.domain.errors import Fault, InvalidInput
from reuse_gateway.domain.verdict import Verdict

# Made once: `json.dumps` makes one for every call.
_SPELLER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(value: Any) -> bytes:
    """RFC 8785 for what a leaf may hold: ASCII keys, strings, integers, booleans, null; floats are refused (InvalidInput)."""
    if _holds_float(value):
        raise InvalidInput(Fault("", "wrong_type"))
    return spelled(value).encode()


def spelled(told: Mapping[str, Any]) -> str:
    """The spelling of `canonical` without its search for floats, for what is told field by field and holds none."""
    return _SPELLER.encode(told)


def _holds_float(value: Any) -> bool:
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, float):
            return True
        pending.extend(each.values() if isinstance(each, Mapping) else each if isinstance(each, list | tuple) else ())
    return False


@lru_cache(4096)
def instant(moment: datetime) -> str:
    """RFC 3339 in UTC to the millisecond: `2026-11-23T06:18:58.123Z`; raises ValueError for one without a zone."""
    if moment.tzinfo is None:
        raise ValueError("an instant must be aware")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def check_leaf(check: Check, body: bytes) -> bytes:
    """Leaf bytes of a check. `body` is the stored answer; its digest binds every word of it to the ledger.

    Leaves are public: neither pseudonym nor decision stands in one, or anybody could put the leaves of a person together
    (Law 91/2025/QH15). The body holds the random short code, so that its digest confirms no guess.
    """
    return spelled(
        {
            "v": 2,
            "kind": "check",
            "id": check.id,
            "at": instant(check.decided_at),
            "agency": check.agency,
            "procedure": check.procedure,
            "as_of": check.as_of.isoformat(),
            "policy": check.policy_version,
            "body_sha256": hashlib.sha256(body).hexdigest(),
        }
    ).encode()


def receipt_claims(recorded: RecordedCheck, issuer: str, subject: str) -> dict[str, Any]:
    """Claims of the receipt's JWS; the same check always gives the same claims, so a receipt can be issued again.

    `subject` is a pseudonym for this agency alone: two agencies must not find out from receipts that they know one person.
    """
    check = recorded.check
    return {
        "iss": issuer,
        "jti": check.id,
        "iat": int(check.decided_at.timestamp()),
        "decided_at": instant(check.decided_at),
        "agency": check.agency,
        "procedure": check.procedure,
        "as_of": check.as_of.isoformat(),
        "subject": subject,
        "policy_version": check.policy_version,
        "items": [_item(verdict) for verdict in check.verdicts],
        "ledger": {"index": recorded.position.index, "size": recorded.position.size},
    }


def _item(verdict: Verdict) -> dict[str, Any]:
    return {
        "ref": verdict.ref,
        "evidence_type": verdict.evidence_type,
        "decision": verdict.decision.value,
        "reason": verdict.reason.value,
        "sources": sorted({holding.source for holding in verdict.holdings}),
        "legal_basis": list(verdict.legal_basis),
    }
