"""What the routers of proof need, beside `services`."""

from __future__ import annotations

from dataclasses import dataclass

from reuse_gateway.application.kept_stamps import KeptStamps
from reuse_gateway.application.pack_proof import PackProof
from reuse_gateway.application.prove_leaves import ProveLeaves
from reuse_gateway.application.witness_heads import WitnessHeads


@dataclass(frozen=True, slots=True)
class ProofDesk:
    """What outsiders are given to prove by."""

    pack: PackProof
    heads: WitnessHeads
    leaves: ProveLeaves
    stamps: KeptStamps
