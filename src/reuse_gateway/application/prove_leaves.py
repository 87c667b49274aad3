"""Leaves with what leads from them to the newest signed head, for whoever reads a row and wants to check it elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reuse_gateway.application.proof_ports import ProofLedger, Seal
from reuse_gateway.domain.errors import NotFound, ProofError, StoreError
from reuse_gateway.domain.merkle import leaf_hash, verify_inclusion


@dataclass(frozen=True, slots=True)
class ProvedLeaf:
    """The bytes of a leaf and the hashes that lead to the root (RFC 6962 2.1.1, leaf first)."""

    index: int
    entry: bytes
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class LeafProofs:
    """Leaves of one tree, in the order asked for; `checkpoint` is its signed note (C2SP), `size` how many leaves it has."""

    size: int
    checkpoint: bytes
    leaves: tuple[ProvedLeaf, ...]


@dataclass(frozen=True, slots=True)
class ProveLeaves:
    """Proves several leaves against one head."""

    ledger: ProofLedger
    seal: Seal

    async def __call__(self, indices: Sequence[int]) -> LeafProofs:
        """Every one of them against the newest head. Raises StoreError, also where one does not lead there: what is not as it
        was signed is given out under no proof.
        """
        note = await self.ledger.checkpoint()
        try:
            size, root = self.seal.open(note)
            entries, paths = await self.ledger.leaves(indices), await self.ledger.inclusions(indices, size)
            found = tuple(ProvedLeaf(each, entries[each], tuple(paths[each])) for each in indices)
            for leaf in found:
                verify_inclusion(leaf_hash(leaf.entry), leaf.index, size, leaf.path, root)
        except (KeyError, NotFound, ProofError):
            raise StoreError("a leaf does not lead to the signed head: verify the ledger") from None
        return LeafProofs(size, note, found)
