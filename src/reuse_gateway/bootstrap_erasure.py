"""People of a deployment: their pseudonyms by keys of their own, and how one of them is forgotten."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from reuse_gateway.application.erase_person import ErasePerson
from reuse_gateway.application.holdings_ports import INDEX_PURPOSE
from reuse_gateway.application.people_ports import People
from reuse_gateway.application.ports import Clock, Recorder
from reuse_gateway.application.recheck import EndWaiting
from reuse_gateway.application.waiting_cases import WaitingCases
from reuse_gateway.domain.vietnam import vietnamese_day
from reuse_gateway.settings import Settings
from reuse_gateway.signing.keys import CASE, KeyRing
from reuse_gateway.signing.people import SaltedPeople
from reuse_gateway.signing.pseudonyms import KeyedPseudonyms
from reuse_gateway.signing.sealed_cases import SealedCases
from reuse_gateway.storage.demand_history import StoredDemands
from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.group_commit import GroupCommit
from reuse_gateway.storage.pending import StoredPending
from reuse_gateway.storage.person_keys import StoredPersonKeys
from reuse_gateway.storage.person_traces import StoredTraces
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.recorder import LedgerRecorder
from reuse_gateway.system import SystemClock

_PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True)
class Peopled:
    """Pseudonyms of officers and things, those of people, and the forgetting of one."""

    pseudonyms: KeyedPseudonyms
    people: People
    erasures: ErasePerson


async def people_of(settings: Settings, ring: KeyRing, reads: Reads, writer: GroupCommit, opened: AsyncExitStack) -> Peopled:
    """For a running gateway."""
    engine = build_engine(settings.store_url, deadline_s=settings.store_deadline_s, pool_size=1)
    opened.push_async_callback(engine.dispose)
    return peopled(settings, ring, reads, engine, LedgerRecorder(writer), settings.store_deadline_s)


@asynccontextmanager
async def erasing(settings: Settings, writer: GroupCommit, reads: Reads) -> AsyncIterator[ErasePerson]:
    """For the command, with all the time it needs."""
    engine = build_engine(settings.store_url, deadline_s=_PATIENCE_S, pool_size=1)
    try:
        yield peopled(settings, KeyRing(settings.key_ring), reads, engine, LedgerRecorder(writer), _PATIENCE_S).erasures
    finally:
        await engine.dispose()


def peopled(
    settings: Settings,
    ring: KeyRing,
    reads: Reads,
    engine: AsyncEngine,
    recorder: Recorder,
    deadline_s: float,
    clock: Clock | None = None,
) -> Peopled:
    """The parts over one store; `engine` writes."""
    clock, role, keys = clock or SystemClock(), settings.database_role, ring.pseudonym_keys()
    stored = StoredPersonKeys(reads, engine, role, deadline_s)
    now = clock.now
    people, pseudonyms = SaltedPeople(keys, stored, lambda: vietnamese_day(now())), KeyedPseudonyms(keys)
    erasures = ErasePerson(
        people=people,
        traces=StoredTraces(reads),
        index_names=pseudonyms.for_purpose(INDEX_PURPOSE),
        waiting=WaitingCases(SealedCases(ring.secrets(CASE)), clock, timedelta(days=settings.recheck_days)),
        end_waiting=EndWaiting(recorder, StoredDemands(reads), clock).give_up,
        take_away=StoredPending(reads, engine, role).erase,
        recorder=recorder,
        clock=clock,
    )
    return Peopled(pseudonyms, people, erasures)
