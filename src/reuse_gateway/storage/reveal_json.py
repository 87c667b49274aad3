"""Steps of reveals at rest: the bodies that the leaves bind, their columns, and the way back."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from reuse_gateway.domain.receipt import canonical
from reuse_gateway.domain.reveal import Reveal, RevealOutcome, RevealPurpose, RevealStep, SealedIdentity, Whose
from reuse_gateway.storage.batch import Append
from reuse_gateway.storage.events import beside
from reuse_gateway.storage.tables_reveals import reveals
from reuse_gateway.storage.verdict_json import exact

KIND = "reveal"


def reveal_append(reveal: Reveal) -> Append:
    """What recording a step writes, the event beside it."""
    body = reveal_body(reveal)
    return beside(Append(reveal_leaf(body), KIND, reveal.id, {reveals: [reveal_row(reveal, body)]}), (reveal.told,))


def reveal_leaf(body: str) -> bytes:
    """Leaf bytes: which reveal and when. Who looked at whom and why stands under the salted digest alone."""
    told = json.loads(body)
    digest = hashlib.sha256(body.encode()).hexdigest()
    return canonical({"v": 1, "kind": KIND, "id": told["id"], "at": told["at"][:23] + "Z", "body_sha256": digest})


def reveal_body(reveal: Reveal) -> str:
    """Every word of a step as canonical JSON; never what was shown."""
    told = {name: getattr(reveal, name) for name in Reveal.__slots__}
    told |= {"at": exact(reveal.at), "day_on": reveal.day_on.isoformat()}
    return canonical({"v": 1, "salt": secrets.token_hex(16), **told}).decode()


def reveal_of(body: str) -> Reveal:
    """The step that a body tells; ValueError, KeyError or TypeError where the text was never written by us."""
    told: dict[str, Any] = json.loads(body)
    return Reveal(
        id=told["id"],
        step=RevealStep(told["step"]),
        whose=Whose(told["whose"]),
        violation_id=told["violation_id"],
        client_id=told["client_id"],
        agency=told["agency"],
        at=datetime.fromisoformat(told["at"]),
        day_on=date.fromisoformat(told["day_on"]),
        purpose=RevealPurpose(told["purpose"]),
        reason=told["reason"],
        outcome=told["outcome"] and RevealOutcome(told["outcome"]),
        about=told["about"],
        number=told["number"],
    )


def reveal_row(reveal: Reveal, body: str) -> tuple:
    """Columns of `reveals` behind the leaf index."""
    kept = (reveal.id, reveal.step.value, reveal.whose.value, reveal.violation_id, reveal.client_id, reveal.day_on)
    return (*kept, reveal.number, reveal.at, body)


def identity_row(kept: SealedIdentity) -> tuple:
    """Columns of `sealed_identities` behind the leaf index."""
    return kept.demand_id, kept.pseudonym, kept.sealed, kept.kept_at


def identity_of(row: Row[Any]) -> SealedIdentity:
    """A sealed identity from its row."""
    return SealedIdentity(row.demand_id, row.pseudonym, bytes(row.sealed), row.kept_at)
