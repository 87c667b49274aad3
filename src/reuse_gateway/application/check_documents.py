"""The corridor of a check (kiểm tra hồ sơ): plan, fan out, decide, record. Nothing is answered before it is durable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from reuse_gateway.application.fan_out import fan_out
from reuse_gateway.application.people_ports import NOBODY, People
from reuse_gateway.application.ports import AccessNote, Claim, Clock, Ids, Procedures, Pseudonyms, Purpose, Recorder, Sources
from reuse_gateway.domain.agency import Agency, entitled, official
from reuse_gateway.domain.check import Caller, Check, CheckRequest, Position, RecordedCheck
from reuse_gateway.domain.dated_fact import Waiver
from reuse_gateway.domain.decide import decide
from reuse_gateway.domain.errors import Fault, InvalidInput, UnknownProcedure
from reuse_gateway.domain.lawful_exception import LawfulException
from reuse_gateway.domain.legal_basis import LawBook
from reuse_gateway.domain.plan import Facts, Plan, plan
from reuse_gateway.domain.procedure import ProcedureVersion
from reuse_gateway.domain.subject import warnings_about
from reuse_gateway.domain.verdict import Verdict

NOT_RECORDED = Position(-1, -1)


@dataclass(frozen=True, slots=True)
class Policy:
    """All dated facts that a decision rests on; `version` changes whenever any of them does."""

    facts: Facts
    law: LawBook
    agencies: tuple[Agency, ...]
    version: str
    deadline_s: float
    exceptions: Mapping[str, LawfulException] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()

    def on(self, day: date, agency: str = "", procedure: str = "") -> Policy:
        """Itself: what was shipped is the same for all; see `DatedPolicy` for what is kept beside it."""
        return self


class Policies(Protocol):
    """The policy of a day, for dossiers of one agency and procedure (empty = of none in particular)."""

    def on(self, day: date, agency: str = "", procedure: str = "") -> Policy: ...


@dataclass(frozen=True, slots=True)
class CheckDocuments:
    """May we ask this person for these papers? A dry run asks the sources and leaves only the note that someone asked."""

    policies: Policies
    procedures: Procedures
    sources: Sources
    recorder: Recorder
    clock: Clock
    ids: Ids
    pseudonyms: Pseudonyms
    people: People

    async def __call__(self, caller: Caller, request: CheckRequest, claim: Claim | None = None) -> RecordedCheck:
        """Raises UnknownProcedure, InvalidInput (unknown case), KeyReused, StoreError; source trouble is in the verdicts."""
        version = await self._version(request)
        check_id = self.ids.new("chk")
        policy = self.policies.on(request.as_of, caller.agency, request.procedure.base)
        planned = _plan(request, version, caller, policy)
        purpose = Purpose(check_id, caller.agency, request.procedure.base, request.officer, request.dossier)
        holdings = await fan_out(planned, self.sources, purpose, policy.deadline_s, self.clock)
        verdicts = decide(planned, holdings, policy.law, policy.facts.evidence_types)
        subject = NOBODY if request.dry_run else await self.people.of(request.subject.key)
        check = self._check(check_id, caller, request, verdicts, policy.version, subject)
        return await self._record(check, request, claim)

    async def _version(self, request: CheckRequest) -> ProcedureVersion:
        version = await self.procedures.find(request.procedure.base, request.as_of)
        if version is None:
            raise UnknownProcedure()
        return version

    def _check(
        self,
        check_id: str,
        caller: Caller,
        request: CheckRequest,
        verdicts: tuple[Verdict, ...],
        policy_version: str,
        subject: str,
    ) -> Check:
        people = (request.subject, *request.others.values())
        return Check(
            id=check_id,
            short_code=self.ids.short_code(),
            decided_at=self.clock.now(),
            client_id=caller.client_id,
            agency=caller.agency,
            procedure=request.procedure.base,
            as_of=request.as_of,
            stage=request.stage,
            policy_version=policy_version,
            subject=subject,
            verdicts=verdicts,
            case=request.case,
            dossier=request.dossier,
            officer=self.pseudonyms.of(official(caller.agency, request.officer)) if request.officer else None,
            warnings=tuple(dict.fromkeys(warning for each in people for warning in warnings_about(each))),
        )

    async def _record(self, check: Check, request: CheckRequest, claim: Claim | None) -> RecordedCheck:
        if not request.dry_run:
            return RecordedCheck(check, await self.recorder.record_check(check, claim))
        note = AccessNote(check.decided_at, check.client_id, check.agency, "dry_run", check.id)
        await self.recorder.record_access(note)
        return RecordedCheck(check, NOT_RECORDED)


def _plan(request: CheckRequest, version: ProcedureVersion, caller: Caller, policy: Policy) -> Plan:
    try:
        return plan(request, version, policy.facts, entitled(policy.agencies, caller.agency))
    except KeyError:
        raise InvalidInput(Fault("/case", "unknown_case")) from None
