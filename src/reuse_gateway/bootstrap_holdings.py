"""Wires the holdings index: who keeps it, who asks it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

import structlog

from reuse_gateway.api.services import HoldingsDesk
from reuse_gateway.application.announce_holdings import AnnounceHoldings
from reuse_gateway.application.ask_index import IndexedSources, IndexStates
from reuse_gateway.application.holdings_ports import INDEX_PURPOSE
from reuse_gateway.application.keep_holdings import KeepHoldings
from reuse_gateway.application.ports import Sources
from reuse_gateway.application.sync_register import Progress, RoundReport, SyncRegister
from reuse_gateway.application.watch_registers import WatchRegisters
from reuse_gateway.bootstrap_sources import secrets_of, tls_of
from reuse_gateway.connectors.line_of import folder_of, line_of
from reuse_gateway.connectors.manifest import Manifest, index_of
from reuse_gateway.connectors.register_files import DroppedRegister
from reuse_gateway.connectors.register_http import CalledRegister, limits_of
from reuse_gateway.connectors.sync_facts import SyncCall, SyncPart
from reuse_gateway.connectors.upstream import Tls, aiohttp_transport
from reuse_gateway.domain.errors import UnsafeSettings
from reuse_gateway.domain.holdings_index import IndexHead
from reuse_gateway.settings import Settings
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.signing.pseudonyms import KeyedPseudonyms
from reuse_gateway.storage.holdings import StoredHoldings
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.recorder import LedgerRecorder
from reuse_gateway.system import RandomIds, SystemClock
from reuse_gateway.telemetry import Metrics

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class IndexParts:
    """The index and those who work with it."""

    keep: KeepHoldings
    announce: AnnounceHoldings
    states: IndexStates
    names: KeyedPseudonyms
    metrics: Metrics

    def around(self, sources: Sources) -> IndexedSources:
        """These sources with the index beside them."""
        return IndexedSources(
            sources, self.states.index, self.names, self.states.facts, self.keep.clock, self.metrics.looked_up
        )

    def desk(self, result_codes: Mapping[str, str]) -> HoldingsDesk:
        """For the routers."""
        return HoldingsDesk(self.announce, self.states, result_codes)


def index_parts(
    manifests: Iterable[Manifest], reads: Reads, recorder: LedgerRecorder, ring: KeyRing, metrics: Metrics
) -> IndexParts:
    """Everything about the index of these sources."""

    def seen(head: IndexHead) -> None:
        metrics.indexed(head.source, head.papers, head.ownerless, head.fresh_at)

    index, names = StoredHoldings(reads, seen), KeyedPseudonyms(ring.pseudonym_keys()).for_purpose(INDEX_PURPOSE)
    facts = {manifest.id: told for manifest in manifests if (told := index_of(manifest))}
    keep = KeepHoldings(index, recorder, names, SystemClock(), RandomIds())
    return IndexParts(keep, AnnounceHoldings(keep, index), IndexStates(index, facts), names, metrics)


OpenedRegister = CalledRegister | DroppedRegister


@dataclass(frozen=True, slots=True)
class Registers:
    """The sources that are read by windows; each gets a line of its own, opened when it is read and closed after."""

    keep: KeepHoldings
    metrics: Metrics
    agency: str
    readable: Mapping[str, Callable[[], OpenedRegister]]
    wanted: bool

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Read them all in their rhythm beside the work of this block, where the settings want it."""
        async with AsyncExitStack() as opened:
            if self.wanted:
                registers = [await opened.enter_async_context(self._opened(source)) for source in self.readable]
                watch = WatchRegisters(SyncRegister(self.keep, self.agency), self._told)
                await opened.enter_async_context(watch.watching(registers))
            yield

    async def read(self, source: str, progress: Progress) -> RoundReport:
        """One round of one register now."""
        async with self._opened(source) as register:
            report = await SyncRegister(self.keep, self.agency)(register, progress)
        self._told(report)
        return report

    @asynccontextmanager
    async def _opened(self, source: str) -> AsyncIterator[OpenedRegister]:
        register = self.readable[source]()
        try:
            yield register
        finally:
            await register.aclose()

    def _told(self, report: RoundReport) -> None:
        self.metrics.synced(report.source, report.outcome)
        level = log.warning if report.outcome == "failed" else log.info
        level("register_read", source=report.source, outcome=report.outcome, code=report.code, pages=report.pages,
              read=report.read, new=report.new)  # fmt: skip


def registers_of(settings: Settings, manifests: Sequence[Manifest], urls: Mapping[str, str], indexed: IndexParts) -> Registers:
    """Every register that this deployment knows where to find."""
    tls, secrets = tls_of(settings, manifests), secrets_of(settings, manifests)
    readable: dict[str, Callable[[], OpenedRegister]] = {}
    for each in manifests:
        if each.sync and each.drop:
            if folder := folder_of(each, each.drop, urls, secrets):
                readable[each.id] = partial(DroppedRegister, each, each.sync, each.drop, folder)
        elif each.sync and each.sync.listing and each.id in urls:
            readable[each.id] = partial(_called, settings, each, each.sync, each.sync.listing, urls, secrets, tls[each.id])
    return Registers(indexed.keep, indexed.metrics, settings.province, readable, settings.sync_registers)


def _called(
    settings: Settings,
    manifest: Manifest,
    facts: SyncPart,
    listing: SyncCall,
    urls: Mapping[str, str],
    secrets: Callable[[str], str],
    tls: Tls,
) -> CalledRegister:
    asked = manifest.model_copy(update={"limits": limits_of(manifest, facts)})
    line = line_of(asked, urls, secrets, SystemClock(), aiohttp_transport, tls, frozenset())
    if line is None:
        raise UnsafeSettings(f"{manifest.id} is off", code="source_off")
    return CalledRegister(manifest, facts, listing, line, settings.province)
