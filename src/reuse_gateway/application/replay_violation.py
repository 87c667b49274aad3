"""Why was this flagged: reads what was recorded and pins the dated rows that were known when it was decided."""

from __future__ import annotations

from dataclasses import dataclass

from reuse_gateway.application.check_documents import Policy
from reuse_gateway.application.dated_policy import DatedPolicy, policy_on
from reuse_gateway.application.demand_ports import DemandHistory
from reuse_gateway.application.ports import Archive, Procedures
from reuse_gateway.domain.check import Check
from reuse_gateway.domain.dated_fact import FactBook
from reuse_gateway.domain.replay import LawOfTheDay, Replay, ReplayOutcome, replay
from reuse_gateway.domain.violation import RecordedViolation, Violation


@dataclass(frozen=True, slots=True)
class Replayed:
    """The second judgment of a violation. `pinned` is the policy it was made by, `recorded_policy` that of the first."""

    violation: Violation
    replay: Replay
    recorded_policy: str
    pinned: str
    as_of: str


@dataclass(frozen=True, slots=True)
class ReplayViolation:
    """Judges again; writes nothing."""

    archive: Archive
    history: DemandHistory
    procedures: Procedures
    policies: DatedPolicy

    async def __call__(self, recorded: RecordedViolation) -> Replayed | None:
        """None where the demand or its check is no longer kept. Raises StoreError, also where a row is not what was signed."""
        kept = await self.history.demand(recorded.violation.demand_id)
        checked = await self.archive.check(recorded.violation.check_id)
        if kept is None or checked is None:
            return None
        check, demand = checked.check, kept.demand
        violation = next((each for each in demand.violations if each.id == recorded.violation.id), None)
        if violation is None:
            return None
        policy = self._pinned(check)
        version = await self.procedures.find(check.procedure, check.as_of)
        proof = await self.archive.check(violation.proof_check_id) if violation.proof_check_id else None
        if version is None:
            found = Replay(ReplayOutcome.UNDECIDABLE, None, not_kept=("published_dossier",))
        else:
            law = LawOfTheDay(policy.facts, policy.law, version)
            found = replay(violation, demand, check, proof.check if proof else None, law)
        return Replayed(violation, found, check.policy_version, policy.version, check.as_of.isoformat())

    def _pinned(self, check: Check) -> Policy:
        """The facts shipped now under the dated rows known then: what was told later changes no old judgment."""
        _, _, number = check.policy_version.partition("+")
        known = int(number) if number.isdigit() else 0
        rows = tuple(change for change in self.policies.book.changes if change.number <= known)
        if not rows:
            return self.policies.shipped
        return policy_on(self.policies.shipped, FactBook(rows), check.as_of, check.agency, check.procedure)
