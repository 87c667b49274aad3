"""Demands of a deployment: what they are judged by, what is kept to ask again, and the re-checks in the background."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from reuse_gateway.application.check_documents import CheckDocuments
from reuse_gateway.application.demand_evidence import DemandEvidence
from reuse_gateway.application.demand_ports import NoOutages, Outages
from reuse_gateway.application.in_background import repeated
from reuse_gateway.application.keep_identities import KeepIdentities
from reuse_gateway.application.ports import Archive
from reuse_gateway.application.recheck import CLIENT, Recheck, WatchRecoveries
from reuse_gateway.application.record_demand import RecordDemand
from reuse_gateway.application.waiting_cases import WaitingCases
from reuse_gateway.settings import Settings
from reuse_gateway.signing.keys import CASE, IDENTITY, KeyRing
from reuse_gateway.signing.sealed_cases import SealedCases, SealedIdentities
from reuse_gateway.storage.demand_history import StoredDemands
from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.events import StoredEvents
from reuse_gateway.storage.pending import StoredPending
from reuse_gateway.storage.reads import Reads
from reuse_gateway.telemetry import warned


def _record_demand(
    settings: Settings, ring: KeyRing, reads: Reads, archive: Archive, check: CheckDocuments, outages: Outages
) -> RecordDemand:
    waiting = WaitingCases(SealedCases(ring.secrets(CASE)), check.clock, timedelta(days=settings.recheck_days))
    evidence = DemandEvidence(
        policies=check.policies,
        procedures=check.procedures,
        history=StoredDemands(reads),
        archive=archive,
        outages=outages,
        people=check.people,
        rechecks=frozenset({CLIENT}),
    )
    identities = KeepIdentities(SealedIdentities(ring.secrets(IDENTITY)))
    return RecordDemand(check.recorder, evidence, waiting, check.clock, identities)


async def demands_of(
    settings: Settings,
    ring: KeyRing,
    reads: Reads,
    archive: Archive,
    check: CheckDocuments,
    opened: AsyncExitStack,
    outages: Outages | None = None,
) -> RecordDemand:
    """Judges and records; re-checks in the background until the stack closes, unless the setting says that others make them.

    Raises UnsafeSettings where the key ring has no key for cases that wait.
    """
    demand = _record_demand(settings, ring, reads, archive, check, outages or NoOutages())
    if settings.recheck_every_s:
        await _watch(settings, reads, check, demand, opened)
    return demand


async def _watch(settings: Settings, reads: Reads, check: CheckDocuments, demand: RecordDemand, opened: AsyncExitStack) -> None:
    engine = _writing(settings)
    opened.push_async_callback(engine.dispose)
    pending = StoredPending(reads, engine, settings.database_role)
    recheck = Recheck(check, check.recorder, demand.evidence.history, pending, demand.waiting)
    watch, every = WatchRecoveries(recheck, StoredEvents(reads)), timedelta(seconds=settings.recheck_every_s)
    await opened.enter_async_context(repeated("rechecks", watch.round, every, warned("recheck_failed")))


def _writing(settings: Settings) -> AsyncEngine:
    return build_engine(settings.store_url, deadline_s=settings.store_deadline_s, pool_size=1)
