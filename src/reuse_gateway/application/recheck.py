"""Demands that waited for a source are asked again (tra cứu lại) and told what they were; nothing is kept longer than that."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from reuse_gateway.application.check_documents import CheckDocuments
from reuse_gateway.application.demand_ports import DemandHistory, PendingCases
from reuse_gateway.application.ports import Clock, EventLog, Recorder
from reuse_gateway.application.waiting_cases import WaitingCases
from reuse_gateway.domain.check import Caller, Check, CheckRequest
from reuse_gateway.domain.demand import Demand, PendingCase
from reuse_gateway.domain.errors import CallerError, Conflict
from reuse_gateway.domain.event import BEFORE_ALL, Event, Place
from reuse_gateway.domain.reclassification import Outcome, Reclassification, outcome_of
from reuse_gateway.domain.verdict import Verdict

CLIENT, RECOVERED = "recheck", "source.recovered"
_AT_ONCE, _PAGE = 20, 500


@dataclass(frozen=True, slots=True)
class Recheck:
    """Asks again about whatever is due. Several processes may run it: an attempt belongs to whoever takes it first."""

    check: CheckDocuments
    recorder: Recorder
    history: DemandHistory
    pending: PendingCases
    waiting: WaitingCases

    async def __call__(self) -> int:
        """One round; how many cases were taken. Raises StoreError, and what was not finished is taken up again later."""
        now = self.check.clock.now()
        taken = 0
        for case in await self.pending.due(now, _AT_ONCE):
            if await self.pending.take(case, self.waiting.next_at(case, now)):
                await self._again(case, now)
                taken += 1
        return taken

    async def _again(self, case: PendingCase, now: datetime) -> None:
        kept = await self.history.demand(case.demand_id)
        if kept is None:
            return
        end = EndWaiting(self.recorder, self.history, self.check.clock)
        open_refs = await end.open_refs(kept.demand)
        request = self.waiting.open(case) if open_refs else None
        if request is not None:
            request = replace(request, wanted=tuple(each for each in request.wanted if each.ref in open_refs))
        check = await self._asked(kept.demand, request) if request is not None and request.wanted else None
        left = await end(kept.demand, open_refs, check, over=request is None or now >= case.ends_at)
        if not left:
            await self.pending.erase(case.demand_id)

    async def _asked(self, demand: Demand, request: CheckRequest) -> Check | None:
        """A check like any other, of a client of its own; None where the case cannot be checked (any more)."""
        try:
            return (await self.check(Caller(CLIENT, demand.agency, frozenset()), request)).check
        except CallerError:
            return None


@dataclass(frozen=True, slots=True)
class EndWaiting:
    """Tells of papers that waited what has come out. Raises StoreError."""

    recorder: Recorder
    history: DemandHistory
    clock: Clock

    async def open_refs(self, demand: Demand) -> set[str]:
        """Papers that were pending and of which nothing has been told yet (a crash may lie between telling and erasing)."""
        told = {each.reclassification.ref for each in await self.history.reclassifications(demand.id)}
        return {paper.ref for paper in demand.papers if paper.waits} - told

    async def __call__(self, demand: Demand, refs: set[str], check: Check | None, *, over: bool) -> set[str]:
        """Tell what has come out; the papers that are still open. At the end of the time they are told as such."""
        verdicts = {verdict.ref: verdict for verdict in check.verdicts} if check else {}
        left = set()
        for ref in sorted(refs):
            verdict = verdicts.get(ref)
            outcome = outcome_of(verdict) if verdict else None
            if outcome is None and not over:
                left.add(ref)
                continue
            found = _found(demand, ref, outcome or Outcome.STILL_OPEN, verdict, check, self.clock.now())
            with suppress(Conflict):
                await self.recorder.record_reclassification(found, (_event(found),))
        return left

    async def give_up(self, demand_id: str) -> None:
        """Every paper that still waits is told as still open: nobody will ask again."""
        kept = await self.history.demand(demand_id)
        if kept is not None:
            await self(kept.demand, await self.open_refs(kept.demand), None, over=True)


def _found(
    demand: Demand, ref: str, outcome: Outcome, verdict: Verdict | None, check: Check | None, at: datetime
) -> Reclassification:
    paper = next(each for each in demand.papers if each.ref == ref)
    proofs = verdict.proofs if verdict else ()
    return Reclassification(
        demand_id=demand.id,
        ref=ref,
        evidence_type=paper.evidence_type,
        outcome=outcome,
        at=at,
        agency=demand.agency,
        procedure=demand.procedure,
        check_id=check.id if check else None,
        reason=verdict.reason if verdict else None,
        source=proofs[0].source if proofs else None,
    )


def _event(found: Reclassification) -> Event:
    about = {"demand_id": found.demand_id, "agency": found.agency, "procedure": found.procedure}
    told = {"evidence_type": found.evidence_type, "outcome": found.outcome.value, "source": found.source}
    return Event("demand.reclassified", found.at, {**about, **told, "check_id": found.check_id})


class WatchRecoveries:
    """Follows `source.recovered` and runs re-checks: due ones after their pause, those of a recovered source at once."""

    def __init__(self, recheck: Recheck, events: EventLog) -> None:
        self._recheck, self._events = recheck, events
        self._place: Place | None = None

    async def round(self) -> int:
        """Hear what has recovered, then ask again; how many cases were taken. Raises StoreError."""
        for source in await self._recovered():
            await self._recheck.pending.wake(source, self._recheck.check.clock.now())
        return await self._recheck()

    async def _recovered(self) -> set[str]:
        """Sources that have recovered since the last round. What recovered before the first is found by its pause anyway."""
        after, heard = self._place or BEFORE_ALL, set()
        while True:
            try:
                found = await self._events.events(after, _PAGE, RECOVERED)
            except CallerError:
                self._place = None
                return set()
            if not found:
                break
            after = found[-1].place
            if self._place is not None:
                heard |= {str(each.event.body.get("source")) for each in found}
        self._place = after
        return heard
