"""Subscriptions made and changed (quản lý đăng ký nhận sự kiện): every revision is recorded with who and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from reuse_gateway.application.ports import Clock, EventLog, Ids
from reuse_gateway.application.webhook_ports import Targets, WebhookRecorder, WebhookRows, WebhookSecrets
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.errors import Conflict, Fault, InvalidInput, NotFound
from reuse_gateway.domain.event import Place
from reuse_gateway.domain.event_kinds import kind_faults
from reuse_gateway.domain.webhook import OVERLAP, State, Subscription


@dataclass(frozen=True, slots=True)
class ManageWebhooks:
    """Every method raises StoreError, Conflict(`webhook_changed`) where somebody else changed it meanwhile."""

    rows: WebhookRows
    ledger: WebhookRecorder
    secrets: WebhookSecrets
    targets: Targets
    events: EventLog
    clock: Clock
    ids: Ids

    async def create(self, caller: Caller, url: str, kinds: tuple[str, ...], reason: str) -> tuple[Subscription, str]:
        """It hears of what happens from now on. The subscription, and its secret, told this once. Raises InvalidInput."""
        self._refuse(url, kinds)
        now, kid = self.clock.now(), self.secrets.newest
        by = (now, caller.client_id, caller.agency, reason)
        made = Subscription(self.ids.new("whk"), 1, url, _each_once(kinds), State.ON, 1, kid, *by)
        await self._record(made)
        return made, self.secrets.secret(made, 1)

    async def change(
        self,
        caller: Caller,
        id: str,
        reason: str,
        url: str | None = None,
        kinds: tuple[str, ...] | None = None,
        on: bool | None = None,
    ) -> Subscription:
        """Another target, other kinds, switched on or off. Switched on, it goes on where it had stopped: nothing is lost."""
        kept, now = await self._kept(id), self.clock.now()
        self._refuse(url, kinds)
        state = kept.state if on is None else State.ON if on else State.OFF
        made = replace(
            kept, url=kept.url if url is None else url, kinds=kept.kinds if kinds is None else _each_once(kinds), state=state
        )
        await self._record(_by(made, caller, reason, now))
        if state is State.ON and (kept.state is not State.ON or url is not None):
            standing = await self.rows.standing(id)
            if standing is not None:
                await self.rows.seek(id, standing.after, now)
        return await self._kept(id)

    async def rotate(self, caller: Caller, id: str, reason: str) -> tuple[Subscription, str]:
        """A new secret, told this once; for a day both sign."""
        kept, now = await self._kept(id), self.clock.now()
        made = replace(kept, serial=kept.serial + 1, previous_until=now + OVERLAP)
        await self._record(_by(made, caller, reason, now))
        return await self._kept(id), self.secrets.secret(made, made.serial)

    async def replay(self, caller: Caller, id: str, after: Place, reason: str) -> Subscription:
        """Deliver again, or leave out, from behind a place on. Raises CallerError(`place_unknown`) beyond the ledger's end."""
        kept = await self._kept(id)
        await self.events.events(after, 1)
        now = self.clock.now()
        await self._record(_by(kept, caller, f"{reason} (replay {after})", now))
        await self.rows.seek(id, after, now)
        return await self._kept(id)

    async def _kept(self, id: str) -> Subscription:
        kept = await self.rows.subscription(id)
        if kept is None:
            raise NotFound()
        return kept

    async def _record(self, subscription: Subscription) -> None:
        try:
            await self.ledger.record_subscription(subscription)
        except Conflict:
            raise Conflict(code="webhook_changed") from None

    def _refuse(self, url: str | None, kinds: tuple[str, ...] | None) -> None:
        """What can never be delivered to, and what never happens."""
        fault = None if url is None else self.targets.fault(url)
        faults = (*((Fault("/url", fault),) if fault else ()), *kind_faults(kinds or (), "/kinds"))
        if faults:
            raise InvalidInput(*faults)


def _each_once(kinds: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(kinds)))


def _by(made: Subscription, caller: Caller, reason: str, now: datetime) -> Subscription:
    told = {"client_id": caller.client_id, "agency": caller.agency, "reason": reason, "at": now}
    return replace(made, revision=made.revision + 1, **told)
