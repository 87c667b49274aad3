"""Wires the holdings index: who keeps it, who asks it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reuse_gateway.api.services import HoldingsDesk
from reuse_gateway.application.announce_holdings import AnnounceHoldings
from reuse_gateway.application.ask_index import IndexedSources, IndexStates, OnAnswer
from reuse_gateway.application.keep_holdings import KeepHoldings
from reuse_gateway.application.ports import Sources
from reuse_gateway.connectors.manifest import Manifest, index_of
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.signing.pseudonyms import KeyedPseudonyms
from reuse_gateway.storage.holdings import StoredHoldings
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.recorder import LedgerRecorder
from reuse_gateway.system import RandomIds, SystemClock

PURPOSE = "holdings"


@dataclass(frozen=True, slots=True)
class IndexParts:
    """The index and those who work with it."""

    keep: KeepHoldings
    announce: AnnounceHoldings
    states: IndexStates
    names: KeyedPseudonyms
    on_answer: OnAnswer

    def around(self, sources: Sources) -> IndexedSources:
        """These sources with the index beside them."""
        return IndexedSources(sources, self.states.index, self.names, self.states.facts, self.keep.clock, self.on_answer)

    def desk(self, result_codes: Mapping[str, str]) -> HoldingsDesk:
        """For the routers."""
        return HoldingsDesk(self.announce, self.states, result_codes)


def index_parts(
    manifests: Iterable[Manifest], reads: Reads, recorder: LedgerRecorder, ring: KeyRing, on_answer: OnAnswer
) -> IndexParts:
    """Everything about the index of these sources."""
    index, names = StoredHoldings(reads), KeyedPseudonyms(ring.pseudonym_keys()).for_purpose(PURPOSE)
    facts = {manifest.id: told for manifest in manifests if (told := index_of(manifest))}
    keep = KeepHoldings(index, recorder, names, SystemClock(), RandomIds())
    return IndexParts(keep, AnnounceHoldings(keep, index), IndexStates(index, facts), names, on_answer)
