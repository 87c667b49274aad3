"""In-memory ports: what the routers and use cases are tested against. They keep the MUSTs of `application/ports.py`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from reuse_gateway.application.holdings_ports import IndexBatch
from reuse_gateway.application.ports import AccessNote, Claim, Purpose, Refusal
from reuse_gateway.domain.announcement import IndexedPaper, newest
from reuse_gateway.domain.availability import Evidence
from reuse_gateway.domain.check import Check, Position, RecordedCheck
from reuse_gateway.domain.dated_fact import FactChange
from reuse_gateway.domain.demand import Demand, PendingCase
from reuse_gateway.domain.errors import CallerError, Conflict, KeyReused, StoreError
from reuse_gateway.domain.event import Event, Place, RecordedEvent
from reuse_gateway.domain.holding import Doubt, Holding, Outcome, State
from reuse_gateway.domain.holdings_index import IndexHead
from reuse_gateway.domain.plan import Lookup
from reuse_gateway.domain.procedure import ProcedureVersion
from reuse_gateway.domain.reclassification import Reclassification, RecordedReclassification
from reuse_gateway.domain.source import Tier
from reuse_gateway.domain.violation import RecordedViolation

NOW = datetime(2026, 11, 23, 3, 0, 0, 123000, UTC)


@dataclass
class FixedClock:
    """Stands still until told."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


@dataclass
class CountedIds:
    """Ids one after the other."""

    count: int = 0

    def new(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}_{self.count:032x}"

    def short_code(self) -> str:
        self.count += 1
        return f"{self.count:012d}".translate(str.maketrans("01", "AB"))


@dataclass
class MemoryStore:
    """Recorder and archive in one; `broken` makes every write fail, as a store that is gone."""

    checks: dict[str, RecordedCheck] = field(default_factory=dict)
    claims: dict[tuple[str, str], tuple[Claim, str]] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    notes: list[AccessNote] = field(default_factory=list)
    demands: list[Demand] = field(default_factory=list)
    pending: dict[str, PendingCase] = field(default_factory=dict)
    reclassified: list[RecordedReclassification] = field(default_factory=list)
    kept_violations: list[RecordedViolation] = field(default_factory=list)
    kept_changes: list[FactChange] = field(default_factory=list)
    kept_events: list[RecordedEvent] = field(default_factory=list)
    kept_evidence: list[Evidence] = field(default_factory=list)
    size: int = 0
    broken: StoreError | None = None

    async def record_check(self, check: Check, claim: Claim | None) -> Position:
        if claim and (kept := self.claims.get((claim.client_id, claim.key))):
            raise KeyReused() if kept[0].fingerprint != claim.fingerprint else Conflict(code="already_recorded")
        position = self._next()
        self.checks[check.id] = RecordedCheck(check, position)
        if claim:
            self.claims[claim.client_id, claim.key] = (claim, check.id)
        return position

    async def record_demand(
        self, demand: Demand, events: Sequence[Event] = (), pending: PendingCase | None = None, identity: Any = None
    ) -> Position:
        numbered = (demand.dossier, demand.agency, demand.supplement_no)
        told = ((kept.dossier, kept.agency, kept.supplement_no) for kept in self.demands)
        taken = None not in numbered and numbered in told
        if taken or any(kept.id == demand.id for kept in self.demands):
            raise Conflict(code="already_recorded")
        position = self._next()
        self._tell(position, *events)
        self.demands.append(demand)
        if pending:
            self.pending[demand.id] = pending
        told = (RecordedViolation(each, position.index, demand.kind, state="detected") for each in demand.violations)
        self.kept_violations += told
        return position

    async def record_reclassification(self, found: Reclassification, events: Sequence[Event] = ()) -> Position:
        told = (each.reclassification for each in self.reclassified)
        if any((each.demand_id, each.ref) == (found.demand_id, found.ref) for each in told):
            raise Conflict(code="already_recorded")
        position = self._next()
        self._tell(position, *events)
        self.reclassified.append(RecordedReclassification(found, position.index))
        return position

    async def record_event(self, event: Event) -> Position:
        position = self._next()
        self._tell(position, event)
        return position

    async def evidence(self, source: str, from_at: datetime, to_at: datetime) -> Sequence[Evidence]:
        told = ((each, each.observation) for each in self.kept_evidence)
        return [each for each, seen in told if seen.source == source and seen.from_at < to_at and seen.to_at > from_at]

    async def events(self, after: Place, limit: int, kind: str | None = None) -> Sequence[RecordedEvent]:
        if after.leaf_index >= self.size:
            raise CallerError(code="place_unknown")
        beyond = (kept for kept in self.kept_events if kept.place > after and kind in (None, kept.event.kind))
        return list(beyond)[:limit]

    async def bodies_asked(self, violation_ids: Sequence[str]) -> dict[str, str]:
        told = (kept.violation for kept in self.kept_violations)
        return {each.id: each.agency for each in told if each.id in violation_ids}

    async def record_refusal(self, refusal: Refusal) -> Position:
        position = self._next()
        self.refusals.append(refusal)
        return position

    async def record_access(self, note: AccessNote) -> Position:
        position = self._next()
        self.notes.append(note)
        return position

    async def record_change(self, change: FactChange) -> Position:
        if change.number <= len(self.kept_changes):
            raise Conflict(code="already_recorded")
        position = self._next()
        self.kept_changes.append(change)
        return position

    async def changes(self, after: int) -> Sequence[FactChange]:
        return self.kept_changes[after:]

    async def check(self, check_id: str) -> RecordedCheck | None:
        return self.checks.get(check_id)

    async def check_by_short_code(self, short_code: str) -> RecordedCheck | None:
        return next((kept for kept in self.checks.values() if kept.check.short_code == short_code), None)

    async def claimed(self, client_id: str, key: str) -> tuple[Claim, str] | None:
        return self.claims.get((client_id, key))

    async def violation(self, violation_id: str) -> RecordedViolation | None:
        return next((kept for kept in self.kept_violations if kept.violation.id == violation_id), None)

    def _tell(self, position: Position, *events: Event) -> None:
        self.kept_events += [RecordedEvent(event, Place(position.index, at)) for at, event in enumerate(events)]

    def _next(self) -> Position:
        if self.broken:
            raise self.broken
        self.size += 1
        return Position(self.size - 1, self.size)


@dataclass
class ScriptedSources:
    """Says what it was told, by (source, evidence type); nothing told = absent. `doubt` overrides everything."""

    told: dict[tuple[str, str], State] = field(default_factory=dict)
    doubt: Doubt | None = None
    foreign_owner: bool = False
    asked: list[tuple[Lookup, Purpose]] = field(default_factory=list)

    def known(self, question: Lookup, purpose: Purpose) -> None:
        return None

    async def lookup(self, question: Lookup, purpose: Purpose, deadline: float) -> tuple[Holding, ...]:
        self.asked.append((question, purpose))
        return tuple(self._holding(question, kind) for kind in question.evidence_types)

    def _holding(self, question: Lookup, kind: str) -> Holding:
        tier = Tier.PROVINCIAL if question.source == "procedure_settlement" else Tier.NATIONAL
        if self.doubt:
            return Holding(question.source, tier, kind, Outcome.UNKNOWN, NOW, doubt=self.doubt)
        state = self.told.get((question.source, kind))
        if state is None:
            return Holding(question.source, tier, kind, Outcome.ABSENT, NOW)
        owner = "citizen:999000000000" if self.foreign_owner else question.subject.key
        return Holding(question.source, tier, kind, Outcome.HELD, NOW, state=state, owner=owner, issued_on=date(2026, 1, 5))

    def observe(self) -> dict[str, Any]:
        return {}


@dataclass
class MemoryProcedures:
    """The shipped procedures alone."""

    versions: tuple[ProcedureVersion, ...]

    async def find(self, code: str, day: date) -> ProcedureVersion | None:
        fitting = (v for v in self.versions if v.code == code and v.valid_from <= day and (not v.valid_to or day <= v.valid_to))
        return next(fitting, None)

    async def listing(self, after: str, limit: int) -> Sequence[ProcedureVersion]:
        return sorted((v for v in self.versions if v.code > after), key=lambda v: v.code)[:limit]


class EmptyLedger:
    """A ledger of nothing, for routes that do not need one."""

    async def checkpoint(self) -> bytes:
        return b"test/ledger\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n\xe2\x80\x94 test AAAA\n"

    async def tile(self, level: int, index: int, width: int) -> bytes | None:
        return None

    async def entries(self, index: int, width: int) -> bytes | None:
        return None

    async def inclusion(self, index: int, size: int) -> list[bytes]:
        return []

    async def consistency(self, first: int, second: int) -> list[bytes]:
        return []


@dataclass
class MemoryHoldings:
    """Recorder and index of holdings in one. `before_write` runs when a batch arrives, as somebody faster would."""

    batches: list[IndexBatch] = field(default_factory=list)
    rows: list[IndexedPaper] = field(default_factory=list)
    broken: StoreError | None = None
    before_write: list[Any] = field(default_factory=list)

    async def record_holdings(self, batch: IndexBatch) -> Position:
        if self.broken:
            raise self.broken
        if self.before_write:
            await self.before_write.pop()()
        taken = any(b.head.source == batch.head.source and b.head.number == batch.head.number for b in self.batches)
        if taken or (batch.claim and any(b.claim and b.claim.key == batch.claim.key for b in self.batches)):
            raise Conflict(code="already_recorded")
        self.rows += [replace(row, version=len(self.batches)) for row in batch.rows]
        self.batches.append(batch)
        return Position(len(self.batches) - 1, len(self.batches))

    async def head(self, source: str) -> IndexHead:
        heads = [batch.head for batch in self.batches if batch.head.source == source]
        return max(heads, key=lambda head: head.number, default=IndexHead(source))

    async def versions(self, source: str, refs: Collection[str]) -> Sequence[IndexedPaper]:
        return [row for row in self.rows if row.source == source and row.ref in refs]

    async def standing(self, source: str, owners: Collection[str]) -> Sequence[IndexedPaper]:
        refs = {row.ref for row in self.rows if row.source == source}
        last = [row for ref in refs for row in newest(r for r in self.rows if r.ref == ref and r.source == source)]
        return [row for row in last if row.owner in owners]

    async def claimed(self, client_id: str, key: str) -> tuple[bytes, Mapping[str, Any]] | None:
        claims = ((b.claim, b.report) for b in self.batches if b.claim and b.report is not None)
        found = ((c.fingerprint, report) for c, report in claims if (c.client_id, c.key) == (client_id, key))
        return next(found, None)
