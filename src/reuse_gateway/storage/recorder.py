"""Port `Recorder`: the only writer of what the use cases record."""

from __future__ import annotations

from collections.abc import Sequence

from reuse_gateway.application.holdings_ports import IndexBatch
from reuse_gateway.application.numbers_ports import ReceivedReport
from reuse_gateway.application.ports import AccessNote, Claim, Refusal
from reuse_gateway.domain.availability import Observation
from reuse_gateway.domain.check import Check, Position
from reuse_gateway.domain.citizen_request import CitizenRequest, RequestAnswer
from reuse_gateway.domain.dated_fact import FactChange
from reuse_gateway.domain.demand import Demand, PendingCase
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.reclassification import Reclassification
from reuse_gateway.domain.reveal import SealedIdentity
from reuse_gateway.storage.audit_events import access_append, refusal_append
from reuse_gateway.storage.checks import check_append
from reuse_gateway.storage.citizen_json import answer_append, request_append
from reuse_gateway.storage.demands import demand_append, reclassified_append
from reuse_gateway.storage.events import beside, event_append
from reuse_gateway.storage.facts import change_append
from reuse_gateway.storage.group_commit import GroupCommit
from reuse_gateway.storage.holdings import holdings_append
from reuse_gateway.storage.probe_log import health_append
from reuse_gateway.storage.received import received_append


class LedgerRecorder:
    """Each method is one leaf with its rows, durable when it returns; raises StoreError."""

    def __init__(self, writer: GroupCommit) -> None:
        self._writer = writer

    async def record_check(self, check: Check, claim: Claim | None) -> Position:
        """Raises KeyReused when the claim is another body's, Conflict(`already_recorded`, check_id) when it stands already."""
        return await self._writer.append(check_append(check, claim))

    async def record_demand(
        self,
        demand: Demand,
        events: Sequence[Event] = (),
        pending: PendingCase | None = None,
        identity: SealedIdentity | None = None,
    ) -> Position:
        """The demand, what it was found to be and the events that tell of it; Conflict(`already_recorded`)."""
        return await self._writer.append(beside(demand_append(demand, pending, identity), events))

    async def record_reclassification(self, found: Reclassification, events: Sequence[Event] = ()) -> Position:
        """The end of waiting for one paper; Conflict(`already_recorded`)."""
        return await self._writer.append(beside(reclassified_append(found), events))

    async def record_event(self, event: Event) -> Position:
        """An event with a leaf of its own."""
        return await self._writer.append(event_append(event))

    async def record_health(self, observations: Sequence[Observation], events: Sequence[Event]) -> Position:
        """What was seen of the sources, and the events it gives rise to."""
        return await self._writer.append(health_append(observations, events))

    async def record_refusal(self, refusal: Refusal) -> Position:
        """A call that was turned away."""
        return await self._writer.append(refusal_append(refusal))

    async def record_access(self, note: AccessNote) -> Position:
        """A read of what is kept."""
        return await self._writer.append(access_append(note))

    async def record_change(self, change: FactChange) -> Position:
        """A dated row; raises Conflict(`already_recorded`) when its number is taken."""
        return await self._writer.append(change_append(change))

    async def record_holdings(self, batch: IndexBatch) -> Position:
        """Rows of the holdings index; raises Conflict(`already_recorded`) when the batch's number or claim is taken."""
        return await self._writer.append(holdings_append(batch))

    async def record_received(self, report: ReceivedReport) -> Position:
        """What an office tells of dossiers received."""
        return await self._writer.append(received_append(report))

    async def record_citizen_request(self, request: CitizenRequest) -> Position:
        """What a citizen asks of a check; raises Conflict(`already_recorded`) when the same was asked of that paper."""
        return await self._writer.append(request_append(request))

    async def record_citizen_answer(self, answer: RequestAnswer) -> Position:
        """The one answer; raises Conflict(`already_recorded`)."""
        return await self._writer.append(answer_append(answer))
