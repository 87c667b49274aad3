"""An office really asked (ghi nhận yêu cầu): judged by the law of its day; what was forbidden is a violation."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from reuse_gateway.application.ports import Recorder
from reuse_gateway.domain.check import Caller, Check
from reuse_gateway.domain.errors import Conflict
from reuse_gateway.domain.verdict import Verdict
from reuse_gateway.domain.violation import (
    SEVERITY,
    Demand,
    DemandKind,
    Violation,
    ViolationType,
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
    """Judges a demand by the check made for it; demand, findings and violations are recorded together.

    Ids follow from the check's: a demand that is sent again after a lost answer is the same demand.
    """

    recorder: Recorder

    async def __call__(
        self, caller: Caller, kind: DemandKind, made_at: datetime, check: Check, told: Collection[str] = ()
    ) -> Judged:
        """`check.as_of` MUST be the day of `made_at` in Vietnam. `told`: refs of papers that the form had been told not to
        ask for, before; their violations are V16. Raises StoreError.
        """
        demand = self._demand(caller, kind, made_at, check)
        found = (self._violation(demand, verdict, place, told) for place, verdict in enumerate(check.verdicts))
        violations = tuple(violation for violation in found if violation)
        with suppress(Conflict):
            await self.recorder.record_violations(demand, violations)
        return Judged(demand, check, violations)

    def _demand(self, caller: Caller, kind: DemandKind, made_at: datetime, check: Check) -> Demand:
        return Demand(
            id=f"dem_{check.id[4:]}",
            kind=kind,
            made_at=made_at,
            recorded_at=check.decided_at,
            agency=caller.agency,
            client_id=caller.client_id,
            procedure=check.procedure,
            check_id=check.id,
            subject=check.subject,
            findings=tuple((verdict.ref, finding(verdict)) for verdict in check.verdicts),
            dossier=check.dossier,
            officer=check.officer,
        )

    def _violation(self, demand: Demand, verdict: Verdict, place: int, told: Collection[str]) -> Violation | None:
        kind = violation_type(verdict)
        if kind is None:
            return None
        proofs = verdict.proofs
        known_before = any(holding.answered_at <= demand.made_at for holding in proofs)
        made_on = demand.made_at.astimezone(VIETNAM).date()
        return Violation(
            id=f"vio_{demand.check_id[4:-3]}{place:03x}",
            type=ViolationType.FORM_KEPT_ASKING if verdict.ref in told else kind,
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
