"""The `proof` beside what is read: the leaf of each recorded thing, the hashes to one head, and the head's signed note."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any

from reuse_gateway.api.services import Services
from reuse_gateway.application.prove_leaves import ProvedLeaf


async def proof_of(services: Services, history: Iterable[Mapping[str, Any]], index: int | None = None) -> dict[str, Any]:
    """`proof` of the leaf at `index`, if there is one, and of those that a history names, all to one head; docs/proof.md tells
    how it is checked. Raises StoreError.
    """
    if services.proof is None:
        return {}
    first = [] if index is None else [index]
    steps = sorted({int(each["ledger"]["index"]) for each in history})
    proofs = await services.proof.leaves([*first, *steps])
    own = _leaf(proofs.leaves[0]) if first else {}
    shown = [_leaf(each) for each in proofs.leaves[len(first) :]]
    return {"proof": {**own, "size": proofs.size, "checkpoint": proofs.checkpoint.decode(), "history": shown}}


def _leaf(proved: ProvedLeaf) -> dict[str, Any]:
    hashes = [b64encode(each).decode() for each in proved.path]
    return {"index": proved.index, "leaf": b64encode(proved.entry).decode(), "hashes": hashes}
