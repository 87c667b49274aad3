"""Events delivered to subscribers (gửi sự kiện): one after the other in the order of the ledger, each at least once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from reuse_gateway.application.ports import Clock, EventLog, Ids, Recorder
from reuse_gateway.application.tell_events import within_reach
from reuse_gateway.application.webhook_ports import Targets, WebhookRecorder, WebhookRows, WebhookSecrets
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.errors import CallerError, Conflict, UnsafeSettings
from reuse_gateway.domain.event import Event, RecordedEvent
from reuse_gateway.domain.receipt import canonical, instant
from reuse_gateway.domain.webhook import Answer, Attempt, Standing, State, Subscription, message_id, pause

FAILING, DISABLED, CLIENT = "webhook.failing", "webhook.disabled", "webhooks"
_WITHIN, _LEASE, _REMINDED = timedelta(seconds=15), timedelta(seconds=60), timedelta(hours=24)
_PAGE, _AT_ONCE, _TURN = 100, 8, timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class DeliverEvents:
    """Several processes may run it: a subscription is served by whoever has its turn, for a minute at most at a time."""

    rows: WebhookRows
    ledger: WebhookRecorder
    events: EventLog
    recorder: Recorder
    secrets: WebhookSecrets
    targets: Targets
    clock: Clock
    ids: Ids

    async def __call__(self) -> int:
        """One round over all subscriptions; how many events were delivered. Raises StoreError."""
        wanted = [each for each in await self.rows.subscriptions() if each.state is State.ON]
        delivered = 0
        for at in range(0, len(wanted), _AT_ONCE):
            delivered += sum(await asyncio.gather(*map(self._served, wanted[at : at + _AT_ONCE])))
        return delivered

    async def _served(self, subscription: Subscription) -> int:
        """Page after page for as long as a turn lasts: what nobody wants is passed over quickly, what is left is for the next
        round, and a target that is slow to say yes holds up no other subscription.
        """
        now, lease = self.clock.now(), self.ids.new("lease")
        standing, count = await self.rows.take(subscription.id, now, now + _LEASE, lease), 0
        while standing is not None:
            page = await self._page(standing, lease)
            standing, delivered = await self._delivered(subscription, standing, lease, page)
            count += delivered
            if standing is not None and (len(page) < _PAGE or count >= _PAGE or self._over(now)):
                await self.rows.keep(standing, lease, None)
                break
        return count

    async def _page(self, standing: Standing, lease: str) -> Sequence[RecordedEvent]:
        try:
            return await self.events.events(standing.after, _PAGE)
        except CallerError:
            # The log is shorter than what was delivered: an old backup. Nothing is told until a person has looked.
            await self.rows.keep(replace(standing, next_at=self.clock.now() + _REMINDED), lease, None)
            raise

    def _over(self, begun: datetime) -> bool:
        return self.clock.now() - begun >= _TURN

    async def _delivered(
        self, subscription: Subscription, standing: Standing, lease: str, page: Sequence[RecordedEvent]
    ) -> tuple[Standing | None, int]:
        """How far it has come, None where the turn is given back or was lost; and how many were delivered."""
        count, begun = 0, self.clock.now()
        for each in page:
            if subscription.wants(each.event.kind):
                if self._over(begun):
                    break
                subscription = await self._as_it_stands(subscription)
                if subscription.state is not State.ON:
                    await self.rows.keep(standing, lease, None)
                    return None, count
            if not subscription.wants(each.event.kind):
                standing = replace(standing, after=each.place)
                continue
            attempt, answer = await self._tried(subscription, standing, each)
            now = self.clock.now()
            if not answer.delivered:
                await self._failed(subscription, standing, lease, attempt, answer)
                return None, count
            standing = replace(standing, after=each.place, tries=0, next_at=now, failing_since=None, reminded_at=None)
            if not await self.rows.keep(standing, lease, now + _LEASE, attempt):
                return None, count
            count += 1
        return standing, count

    async def _as_it_stands(self, subscription: Subscription) -> Subscription:
        """The newest revision, read before each delivery: whoever was told that it is off is sent nothing that begins later."""
        return await self.rows.subscription(subscription.id) or subscription

    async def _tried(self, subscription: Subscription, standing: Standing, each: RecordedEvent) -> tuple[Attempt, Answer]:
        reader = Caller(subscription.client_id, subscription.agency, frozenset())
        (told,) = await within_reach(self.events, reader, (each,))
        begun, body = self.clock.now(), body_of(told)
        try:
            headers = self.secrets.headers(subscription, message_id(each.place), begun, body)
        except UnsafeSettings:
            answer = Answer("secret_gone")
        else:
            answer = await self.targets.send(subscription.url, headers, body, _WITHIN)
        took = int((self.clock.now() - begun).total_seconds() * 1_000)
        about = (subscription.id, each.place, each.event.kind, begun, standing.tries + 1)
        return Attempt(*about, answer.outcome, answer.status, max(took, 0)), answer

    async def _failed(
        self, subscription: Subscription, standing: Standing, lease: str, attempt: Attempt, answer: Answer
    ) -> None:
        """Try again later; switch off what has failed for three days or is gone; before that, remind once a day."""
        now = self.clock.now()
        waits = pause(subscription.id, attempt.tried, answer.wish)
        over, since = answer.gone or waits is None, standing.failing_since or attempt.at
        reminds = not over and attempt.tried > 1 and _reminds(standing, now)
        failed = replace(standing, tries=attempt.tried, next_at=now + (waits or _REMINDED), failing_since=since)
        failed = replace(failed, reminded_at=now if reminds else standing.reminded_at)
        if not await self.rows.keep(failed, lease, None, attempt):
            return
        about = {"subscription": subscription.id, "outcome": answer.outcome, "tries": attempt.tried}
        told = {**about, "place": str(attempt.place), "failing_since": instant(since)}
        if over:
            await self._switched_off(subscription, now, told)
        elif reminds:
            await self.recorder.record_event(Event(FAILING, now, told))

    async def _switched_off(self, subscription: Subscription, now: datetime, told: dict[str, str | int]) -> None:
        about = {"client_id": CLIENT, "reason": str(told["outcome"]), "at": now}
        made = replace(subscription, revision=subscription.revision + 1, state=State.FAILED, **about)
        try:
            await self.ledger.record_subscription(made)
        except Conflict:
            return
        await self.recorder.record_event(Event(DISABLED, now, told))


def body_of(recorded: RecordedEvent) -> bytes:
    """What is sent: ids, codes and counts; who may know more reads the row by its id."""
    event = recorded.event
    told = {name: list(value) if isinstance(value, tuple) else value for name, value in event.body.items()}
    withheld = {"withheld": True} if recorded.withheld else {}
    data = {"place": str(recorded.place), "ledger": {"index": recorded.place.leaf_index}, **withheld, **told}
    return canonical({"type": event.kind, "timestamp": instant(event.at), "data": data})


def _reminds(standing: Standing, now: datetime) -> bool:
    return standing.reminded_at is None or now - standing.reminded_at >= _REMINDED
