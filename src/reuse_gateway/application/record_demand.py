"""An office really asked (ghi nhận yêu cầu): judged by the law of its day; what was forbidden is a violation."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from reuse_gateway.application.demand_evidence import DemandEvidence, same_form
from reuse_gateway.application.keep_identities import KeepIdentities
from reuse_gateway.application.ports import Clock, Recorder
from reuse_gateway.application.waiting_cases import WaitingCases
from reuse_gateway.domain.asking import DemandKind
from reuse_gateway.domain.check import Caller, Check
from reuse_gateway.domain.demand import Breach, Demand, DemandCase, Finding, Judgment
from reuse_gateway.domain.demand_facts import DemandFacts
from reuse_gateway.domain.errors import Conflict
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.judgment import judge
from reuse_gateway.domain.reveal import SealedIdentity
from reuse_gateway.domain.violation import Violation

_TRIES = 8


@dataclass(frozen=True, slots=True)
class Judged:
    """A recorded demand with the check that judged it."""

    demand: Demand
    check: Check

    @property
    def violations(self) -> tuple[Violation, ...]:
        """All that were found, in the order of the papers, then those of the demand as a whole."""
        return self.demand.violations


@dataclass(frozen=True, slots=True)
class RecordDemand:
    """Judges a demand by the check made for it; demand, findings, violations and events are recorded together.

    Ids follow from the check's: a demand that is sent again after a lost answer is the same demand.
    `identities` None = nobody can ever learn whose the officials' pseudonyms are.
    """

    recorder: Recorder
    evidence: DemandEvidence
    waiting: WaitingCases
    clock: Clock
    identities: KeepIdentities | None = None

    async def same(self, agency: str, case: DemandCase) -> Demand | None:
        """The recorded demand that this one is again: the same Mẫu 02 of a dossier, asking for the same papers.

        Raises StoreError.
        """
        told, request = case.circumstances, case.request
        if told.kind is not DemandKind.SUPPLEMENT_REQUEST or told.mau_02 is None or request.dossier is None:
            return None
        vocabulary = self.evidence.policies.on(request.as_of, agency, request.procedure.base).facts.vocabulary
        kinds = [vocabulary.match(each.evidence_type, each.result_code, each.label).evidence_type for each in request.wanted]
        asked = sorted(kind for kind in kinds if kind)
        for kept in await self.evidence.history.supplements(request.dossier, agency):
            papers = sorted(each.evidence_type or "" for each in kept.demand.papers)
            if same_form(agency, told, kept.demand) and len(asked) == len(kinds) and asked == papers:
                return kept.demand
        return None

    async def __call__(
        self, caller: Caller, case: DemandCase, check: Check, agency: str | None = None, form_told: Collection[str] = ()
    ) -> Judged:
        """`check` MUST be the one made of `case.request`, whose day is that of `made_at` in Vietnam. `agency`: who asked,
        where that is not the caller. `form_told`: refs of papers that this form had been told not to ask for.

        Raises StoreError, Conflict(`demand_contended`).
        """
        asked_by = agency or caller.agency
        for _ in range(_TRIES):
            kept = await self.evidence.history.demand(_demand_id(check))
            if kept is not None:
                return Judged(kept.demand, check)
            facts = await self.evidence(asked_by, case, check, form_told)
            demand = self._demand(caller, asked_by, check, facts, judge(facts))
            try:
                waits, officer = self.waiting.of(demand, case, check), self._identity(demand, case)
                await self.recorder.record_demand(demand, tuple(_events(demand)), waits, officer)
            except Conflict:
                # The same demand was sent twice, or another supplement request of the dossier has taken the number.
                continue
            return Judged(demand, check)
        raise Conflict(code="demand_contended")

    def _identity(self, demand: Demand, case: DemandCase) -> SealedIdentity | None:
        return self.identities.of(demand, case.request.officer) if self.identities else None

    def _demand(self, caller: Caller, agency: str, check: Check, facts: DemandFacts, judgment: Judgment) -> Demand:
        told = facts.circumstances
        base = Demand(
            id=_demand_id(check),
            kind=told.kind,
            made_at=told.made_at,
            recorded_at=self.clock.now(),
            agency=agency,
            client_id=caller.client_id,
            procedure=check.procedure,
            check_id=check.id,
            subject=check.subject,
            papers=judgment.papers,
            dossier=check.dossier,
            officer=check.officer,
            received_by=told.received_by,
            means=told.means,
            mau_02=told.mau_02,
            reason_stated=told.reason_stated,
            supplement_no=facts.supplement_no,
            override=told.override,
            form=told.form,
            told_late=any(paper.told_late for paper in facts.papers),
            by_inspector=told.by_inspector,
            violations=(),
            defects=judgment.defects,
        )
        return _with_violations(base, judgment.breaches)


def _demand_id(check: Check) -> str:
    return f"dem_{check.id[4:]}"


def _with_violations(demand: Demand, breaches: tuple[Breach, ...]) -> Demand:
    return replace(demand, violations=tuple(_violation(demand, breach, place) for place, breach in enumerate(breaches)))


def _violation(demand: Demand, breach: Breach, place: int) -> Violation:
    return Violation(
        id=f"vio_{demand.check_id[4:-3]}{place:03x}",
        type=breach.type,
        demand_id=demand.id,
        check_id=demand.check_id,
        ref=breach.ref,
        evidence_type=breach.evidence_type,
        agency=demand.agency,
        procedure=demand.procedure,
        source=breach.source,
        severity=breach.severity,
        personal_liability=breach.personal_liability,
        legal_basis=breach.legal_basis,
        made_at=demand.made_at,
        proof_check_id=breach.proof_check_id,
    )


def _events(demand: Demand) -> Iterator[Event]:
    """What is told of a demand: itself, each violation, each defect. No person, officer or dossier."""
    at, about = demand.recorded_at, {"demand_id": demand.id, "agency": demand.agency, "procedure": demand.procedure}
    counts = {each.value: sum(paper.finding is each for paper in demand.papers) for each in Finding}
    yield Event("demand.recorded", at, {**about, "kind": demand.kind.value, **counts})
    for violation in demand.violations:
        told = {"violation_id": violation.id, "type": violation.type.value, "severity": violation.severity}
        paper = {"evidence_type": violation.evidence_type or None, "source": violation.source}
        yield Event("violation.detected", at, {**about, **told, **paper, "personal_liability": violation.personal_liability})
    for defect in demand.defects:
        told = {"code": defect.code.value, "evidence_type": defect.evidence_type or None, "place": defect.place}
        yield Event("defect.seen", at, {**about, **told})
