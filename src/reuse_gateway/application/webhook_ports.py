"""What webhooks out need from the world, beside `ports.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from reuse_gateway.domain.check import Position
from reuse_gateway.domain.event import Place
from reuse_gateway.domain.webhook import Answer, Attempt, Standing, Subscription


class WebhookRows(Protocol):
    """Subscriptions as recorded, how far each has come and how deliveries went. Every method raises StoreError."""

    async def subscriptions(self) -> Sequence[Subscription]:
        """The newest revision of each, in order of id."""
        ...

    async def subscription(self, id: str) -> Subscription | None: ...

    async def standing(self, id: str) -> Standing | None: ...

    async def take(self, id: str, now: datetime, until: datetime, lease: str) -> Standing | None:
        """The turn, if it is due and nobody has it. MUST be given to one of several processes alone."""
        ...

    async def keep(self, standing: Standing, lease: str, until: datetime | None, attempt: Attempt | None = None) -> bool:
        """How far it has come, with the attempt that led there. `until` None = the turn is given back.

        False = the turn was lost, and nothing was written.
        """
        ...

    async def seek(self, id: str, after: Place, now: datetime) -> None:
        """Go on behind another place, from now on, whoever has the turn."""
        ...

    async def attempts(self, id: str, before: int, limit: int) -> Sequence[tuple[int, Attempt]]:
        """The newest first, below number `before`, each with its number."""
        ...


class WebhookRecorder(Protocol):
    """Revisions are recorded: who may be told of what is a matter for auditors."""

    async def record_subscription(self, subscription: Subscription) -> Position:
        """Durable, with a leaf. Raises Conflict(`already_recorded`) where this revision stands."""
        ...


class WebhookSecrets(Protocol):
    """Secrets of subscriptions, derived from the key ring and kept nowhere."""

    @property
    def newest(self) -> str:
        """The id of the key that new secrets derive from."""
        ...

    def secret(self, subscription: Subscription, serial: int) -> str:
        """`whsec_...`; raises UnsafeSettings where its key was destroyed."""
        ...

    def headers(self, subscription: Subscription, message_id: str, now: datetime, body: bytes) -> Mapping[str, str]:
        """The headers of Standard Webhooks; two signatures while the secret before is still used."""
        ...


class Targets(Protocol):
    """The way out."""

    async def send(self, url: str, headers: Mapping[str, str], body: bytes, within: timedelta) -> Answer:
        """MUST NOT raise, MUST return in time, MUST refuse addresses inside, MUST NOT follow or read without end."""
        ...

    def fault(self, url: str) -> str | None:
        """A stable code for a URL that can never be a target."""
        ...
