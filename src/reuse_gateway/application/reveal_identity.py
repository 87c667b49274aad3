"""Lifting a pseudonym (mở danh tính): every step is durable in the ledger before anything is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reuse_gateway.application.case_ports import CaseRows
from reuse_gateway.application.demand_ports import DemandHistory
from reuse_gateway.application.keep_identities import KeepIdentities
from reuse_gateway.application.people_ports import People
from reuse_gateway.application.ports import Archive, Clock, Ids
from reuse_gateway.application.reveal_ports import IdentityVault, RevealLog
from reuse_gateway.domain.check import Caller, Position
from reuse_gateway.domain.demand import Demand
from reuse_gateway.domain.errors import CallerError, Conflict, NotAllowed, NotFound
from reuse_gateway.domain.reveal import (
    APPROVED_LASTS,
    ASKED_LASTS,
    Look,
    Reveal,
    RevealOutcome,
    RevealPurpose,
    RevealStep,
    Whose,
    may_reveal,
    may_see_looks,
    refuse_spent,
)
from reuse_gateway.domain.subject import Subject
from reuse_gateway.domain.vietnam import vietnamese_day

_TRIES = 8


@dataclass(frozen=True, slots=True)
class Answered:
    """A recorded step; `officer` only where it was shown."""

    reveal: Reveal
    position: Position
    officer: str | None = None


@dataclass(frozen=True, slots=True)
class RevealIdentity:
    """`most_a_day`: steps of one client in a day of Vietnam. `needs_second`: another client must approve first.

    What cannot be recorded is not told (StoreError). Whoever stands beside the branch of the demand gets NotFound.
    """

    archive: Archive
    history: DemandHistory
    cases: CaseRows
    vault: IdentityVault
    identities: KeepIdentities
    log: RevealLog
    people: People
    clock: Clock
    ids: Ids
    most_a_day: int
    needs_second: bool = False

    async def officer(self, caller: Caller, violation_id: str, purpose: RevealPurpose, reason: str) -> Answered:
        """Who made the demand; without `officer` where a second person must approve first.

        Raises NotFound (also `officer_not_named`), CallerError(`identity_gone`), TooMany, StoreError.
        """
        demand = await self._reached(caller, violation_id)
        if demand.officer is None:
            raise NotFound(code="officer_not_named")
        draft = self._draft(caller, Whose.OFFICER, violation_id, purpose, reason)
        return await self._recorded(draft) if self.needs_second else await self._shown(draft, demand)

    async def approve(self, caller: Caller, reveal_id: str, reason: str) -> Answered:
        """A second person agrees. Raises NotFound, NotAllowed(`own_reveal`), Conflict(`reveal_over`), TooMany, StoreError."""
        asked = (await self.log.steps(reveal_id)).get(RevealStep.ASKED)
        if asked is None:
            raise NotFound()
        await self._reached(caller, asked.violation_id)
        if asked.client_id == caller.client_id:
            raise NotAllowed(code="own_reveal")
        draft = self._draft(caller, Whose.OFFICER, asked.violation_id, asked.purpose, reason)
        if draft.at > asked.at + ASKED_LASTS:
            raise Conflict(code="reveal_over")
        return await self._recorded(replace(draft, id=reveal_id, step=RevealStep.APPROVED))

    async def open(self, caller: Caller, reveal_id: str) -> Answered:
        """Who it was, once, to the client that asked and after another approved.

        Raises NotFound, Conflict(`reveal_not_approved`, `reveal_over`), CallerError(`identity_gone`), TooMany, StoreError.
        """
        steps = await self.log.steps(reveal_id)
        asked, approved = steps.get(RevealStep.ASKED), steps.get(RevealStep.APPROVED)
        if asked is None or asked.client_id != caller.client_id:
            raise NotFound()
        demand = await self._reached(caller, asked.violation_id)
        if approved is None or approved.client_id == asked.client_id:
            raise Conflict(code="reveal_not_approved")
        draft = self._draft(caller, Whose.OFFICER, asked.violation_id, asked.purpose, asked.reason)
        if RevealStep.TOLD in steps or draft.at > approved.at + APPROVED_LASTS:
            raise Conflict(code="reveal_over")
        return await self._shown(replace(draft, id=reveal_id), demand)

    async def subject(
        self, caller: Caller, violation_id: str, subject: Subject, purpose: RevealPurpose, reason: str
    ) -> Answered:
        """Is this the person (outcome `same`), or not, or nobody can tell any more (`different`)?

        Raises NotFound, CallerError(`identity_gone`), TooMany, StoreError. Gone is the demand's own period, whoever is named:
        whether a person has a key tells whether the gateway ever dealt with them, so nothing outside may depend on it.
        """
        demand = await self._reached(caller, violation_id)
        every = await self.people.every(subject.key)
        outcome = RevealOutcome.SAME if demand.subject in every else RevealOutcome.DIFFERENT
        if demand.subject.partition(".")[0] not in {each.partition(".")[0] for each in self.people.before_keys(subject.key)}:
            outcome = RevealOutcome.GONE
        draft = self._draft(caller, Whose.SUBJECT, violation_id, purpose, reason)
        about = (await self.people.sealed((), f"reveal {demand.subject} {draft.day_on}")).hex()
        return _unless_gone(await self._recorded(replace(draft, step=RevealStep.TOLD, outcome=outcome, about=about)))

    async def looks(self, caller: Caller, violation_id: str, before: int, limit: int) -> Sequence[Look]:
        """Who looked at a violation, its demand, its case and its proof, the newest first.

        Raises NotFound, also for the body that made the demand and whoever is not above it; StoreError.
        """
        found = await self.archive.violation(violation_id)
        if found is None or not may_see_looks(caller, found.violation.agency):
            raise NotFound()
        case_id = await self.cases.case_of(violation_id)
        names = filter(None, (violation_id, found.violation.demand_id, case_id))
        return await self.log.looks(tuple(names), violation_id, before, limit)

    async def _reached(self, caller: Caller, violation_id: str) -> Demand:
        found = await self.archive.violation(violation_id)
        recorded = await self.history.demand(found.violation.demand_id) if found else None
        demand = recorded and recorded.demand
        if demand is None or all(each.id != violation_id for each in demand.violations):
            raise NotFound()
        if not may_reveal(caller, demand.agency):
            raise NotFound()
        return demand

    def _draft(self, caller: Caller, whose: Whose, violation_id: str, purpose: RevealPurpose, reason: str) -> Reveal:
        now = self.clock.now()
        return Reveal(
            id=self.ids.new("rvl"),
            step=RevealStep.ASKED,
            whose=whose,
            violation_id=violation_id,
            client_id=caller.client_id,
            agency=caller.agency,
            at=now,
            day_on=vietnamese_day(now),
            purpose=purpose,
            reason=reason,
        )

    async def _shown(self, draft: Reveal, demand: Demand) -> Answered:
        kept = await self.vault.identity(demand.id)
        officer = self.identities.open(kept, demand.officer or "") if kept else None
        outcome = RevealOutcome.GONE if officer is None else RevealOutcome.SHOWN
        answered = await self._recorded(replace(draft, step=RevealStep.TOLD, outcome=outcome))
        return replace(_unless_gone(answered), officer=officer)

    async def _recorded(self, draft: Reveal) -> Answered:
        """The step under the next number of the client's day, so that no two at once both take the last one."""
        for _ in range(_TRIES):
            today = await self.log.today(draft.client_id, draft.day_on)
            refuse_spent(draft, today, self.most_a_day)
            reveal = replace(draft, number=len(today) + 1)
            try:
                return Answered(reveal, await self.log.record(reveal))
            except Conflict:
                if draft.step in await self.log.steps(draft.id):
                    raise Conflict(code="reveal_over") from None
        raise Conflict(code="reveal_contended")


def _unless_gone(answered: Answered) -> Answered:
    if answered.reveal.outcome is RevealOutcome.GONE:
        raise CallerError(code="identity_gone")
    return answered
