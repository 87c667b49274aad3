"""In-memory ports of demands: their history, the cases that wait, outages that a test tells of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from reuse_gateway.application.check_documents import CheckDocuments
from reuse_gateway.application.demand_evidence import DemandEvidence
from reuse_gateway.application.recheck import CLIENT, Recheck
from reuse_gateway.application.record_demand import RecordDemand
from reuse_gateway.application.waiting_cases import WaitingCases
from reuse_gateway.domain.agency import within
from reuse_gateway.domain.check import Check
from reuse_gateway.domain.demand import PendingCase, RecordedDemand
from reuse_gateway.domain.dossier_code import branch_asking
from reuse_gateway.domain.reclassification import RecordedReclassification
from reuse_gateway.domain.told_before import PaperAsked
from reuse_gateway.signing.keys import CASE, KeyRing
from reuse_gateway.signing.sealed_cases import SealedCases
from tests.api.fakes import MemoryStore


@dataclass
class ToldOutages:
    """Port `Outages`: what the test says."""

    told: dict[str, str] = field(default_factory=dict)

    async def evidence(self, source: str, at: datetime) -> str | None:
        return self.told.get(source)


@dataclass
class ToldBodies:
    """Port `Bodies`: those that a test names."""

    codes: set[str] = field(default_factory=lambda: {"H41", "H41.12", "H41.12.3", "H41.20"})

    async def known(self, code: str) -> bool:
        return code in self.codes


def recording(store: MemoryStore, check: CheckDocuments, ring: KeyRing, outages: Any) -> RecordDemand:
    """`RecordDemand` as bootstrap wires it, over memory."""
    waiting = WaitingCases(SealedCases(ring.secrets(CASE)), check.clock, timedelta(days=5))
    history, rechecks = MemoryHistory(store), frozenset({CLIENT})
    evidence = DemandEvidence(check.policies, check.procedures, history, store, outages, check.people, rechecks)
    return RecordDemand(store, evidence, waiting, check.clock)


def rechecking(store: MemoryStore, check: CheckDocuments, demand: RecordDemand) -> Recheck:
    """`Recheck` over the same memory."""
    return Recheck(check, store, demand.evidence.history, MemoryPending(store), demand.waiting)


@dataclass
class MemoryHistory:
    """Port `DemandHistory` over a `MemoryStore`."""

    store: MemoryStore

    async def demand(self, demand_id: str) -> RecordedDemand | None:
        return next((RecordedDemand(kept, 0) for kept in self.store.demands if kept.id == demand_id), None)

    async def reclassifications(self, demand_id: str) -> Sequence[RecordedReclassification]:
        return [each for each in self.store.reclassified if each.reclassification.demand_id == demand_id]

    async def checks_before(self, agency: str, subjects: Sequence[str], procedure: str, before: datetime) -> Sequence[Check]:
        kept = (each.check for each in reversed(self.store.checks.values()))
        same = (each for each in kept if each.subject in subjects and (each.agency, each.procedure) == (agency, procedure))
        return [each for each in same if each.decided_at <= before]

    async def newest_held(self, paper: PaperAsked, until: datetime, after: datetime | None = None) -> Check | None:
        judged = {each.check_id for each in self.store.demands} if after else set()
        kept = (each.check for each in self.store.checks.values() if after is None or each.check.decided_at > after)
        own = (each for each in kept if each.agency in paper.agencies and each.client_id not in paper.but_clients)
        fit = [each for each in own if each.decided_at <= until and each.id not in judged | {paper.but_check}]
        return max((each for each in fit if paper.held_in(each)), key=lambda each: each.decided_at, default=None)

    async def demands_of(self, agency: str, subjects: Sequence[str], procedure: str) -> Sequence[RecordedDemand]:
        kept = (each for each in self.store.demands if each.subject in subjects)
        return [RecordedDemand(each, 0) for each in kept if (each.agency, each.procedure) == (agency, procedure)]

    async def supplements(self, dossier: str, agency: str) -> Sequence[RecordedDemand]:
        kept = (each for each in self.store.demands if (each.dossier, each.kind) == (dossier, "supplement_request"))
        branch = branch_asking(agency, dossier)
        return [RecordedDemand(each, 0) for each in kept if each.agency == agency or (branch and within(each.agency, branch))]

    async def answered_between(self, agency: str, first: datetime, last: datetime, but: str) -> bool:
        kept = (each.check for each in self.store.checks.values())
        return any(each.agency == agency and each.id != but and first <= each.decided_at <= last for each in kept)


@dataclass
class MemoryPending:
    """Port `PendingCases` over a `MemoryStore`."""

    store: MemoryStore

    async def due(self, now: datetime, limit: int) -> Sequence[PendingCase]:
        waiting = sorted(self.store.pending.values(), key=lambda each: each.next_at)
        return [each for each in waiting if each.next_at <= now][:limit]

    async def take(self, case: PendingCase, next_at: datetime) -> bool:
        kept = self.store.pending.get(case.demand_id)
        if kept is None or kept.attempts != case.attempts:
            return False
        self.store.pending[case.demand_id] = replace(kept, next_at=next_at, attempts=kept.attempts + 1)
        return True

    async def wake(self, source: str, now: datetime) -> int:
        woken = [each for each in self.store.pending.values() if source in each.sources and each.next_at > now]
        self.store.pending |= {each.demand_id: replace(each, next_at=now) for each in woken}
        return len(woken)

    async def erase(self, demand_id: str) -> None:
        self.store.pending.pop(demand_id, None)
