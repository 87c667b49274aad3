"""Lifting pseudonyms in a deployment: what is kept sealed, who may see it, how often."""

from __future__ import annotations

from reuse_gateway.application.keep_identities import KeepIdentities
from reuse_gateway.application.record_demand import RecordDemand
from reuse_gateway.application.reveal_identity import RevealIdentity
from reuse_gateway.settings import Settings
from reuse_gateway.signing.keys import IDENTITY, KeyRing
from reuse_gateway.signing.sealed_cases import SealedIdentities
from reuse_gateway.storage.cases import StoredCases
from reuse_gateway.storage.group_commit import GroupCommit
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.reveals import StoredReveals
from reuse_gateway.storage.sealed_identities import StoredIdentities
from reuse_gateway.system import RandomIds


def reveals_of(settings: Settings, ring: KeyRing, reads: Reads, writer: GroupCommit, demand: RecordDemand) -> RevealIdentity:
    """Over a store that is open. Raises UnsafeSettings where the key ring has no key for identities."""
    evidence = demand.evidence
    return RevealIdentity(
        archive=evidence.archive,
        history=evidence.history,
        cases=StoredCases(reads),
        vault=StoredIdentities(reads),
        identities=KeepIdentities(SealedIdentities(ring.secrets(IDENTITY))),
        log=StoredReveals(reads, writer),
        people=evidence.people,
        clock=demand.clock,
        ids=RandomIds(),
        most_a_day=settings.reveals_per_day,
        needs_second=settings.reveal_needs_second,
    )
