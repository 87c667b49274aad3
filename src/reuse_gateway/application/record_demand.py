"""An office really asked (ghi nhận yêu cầu): judged by the law of its day; what was forbidden is a violation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from reuse_gateway.application.check_documents import Decider
from reuse_gateway.application.ports import Clock, Ids, Recorder
from reuse_gateway.domain.check import Caller, Check, CheckRequest
from reuse_gateway.domain.verdict import Verdict
from reuse_gateway.domain.violation import (
    SEVERITY,
    Demand,
    DemandKind,
    Violation,
    finding,
    personal_liability,
    violation_type,
)

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Judged:
    """A recorded demand with the check that judged it and the violations found, in the order of the papers."""

    demand: Demand
    check: Check
    violations: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class RecordDemand:
    """Walks the corridor of a check first; demand, findings and violations are then recorded together."""

    decide: Decider
    recorder: Recorder
    clock: Clock
    ids: Ids

    async def __call__(self, caller: Caller, kind: DemandKind, made_at: datetime, request: CheckRequest) -> Judged:
        """`request.as_of` MUST be the day of `made_at` in Vietnam. Raises what a check raises."""
        recorded = await self.decide(caller, request)
        demand = self._demand(caller, kind, made_at, recorded.check)
        found = (self._violation(demand, verdict) for verdict in recorded.check.verdicts)
        violations = tuple(violation for violation in found if violation)
        await self.recorder.record_violations(demand, violations)
        return Judged(demand, recorded.check, violations)

    def _demand(self, caller: Caller, kind: DemandKind, made_at: datetime, check: Check) -> Demand:
        return Demand(
            id=self.ids.new("dem"),
            kind=kind,
            made_at=made_at,
            recorded_at=self.clock.now(),
            agency=caller.agency,
            client_id=caller.client_id,
            procedure=check.procedure,
            check_id=check.id,
            subject=check.subject,
            findings=tuple((verdict.ref, finding(verdict)) for verdict in check.verdicts),
            dossier=check.dossier,
            officer=check.officer,
        )

    def _violation(self, demand: Demand, verdict: Verdict) -> Violation | None:
        kind = violation_type(verdict)
        if kind is None:
            return None
        proofs = verdict.proofs
        known_before = any(holding.answered_at <= demand.made_at for holding in proofs)
        made_on = demand.made_at.astimezone(VIETNAM).date()
        return Violation(
            id=self.ids.new("vio"),
            type=kind,
            demand_id=demand.id,
            check_id=demand.check_id,
            ref=verdict.ref,
            evidence_type=verdict.evidence_type or "",
            agency=demand.agency,
            procedure=demand.procedure,
            source=proofs[0].source if proofs else None,
            severity=SEVERITY[kind],
            personal_liability=personal_liability(verdict, made_on, known_before),
            legal_basis=verdict.legal_basis,
            made_at=demand.made_at,
        )
