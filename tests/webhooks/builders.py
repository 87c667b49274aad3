"""Deliveries over a real store and ledger, to targets that answer as they are told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from reuse_gateway.application.deliver_events import DeliverEvents
from reuse_gateway.application.manage_webhooks import ManageWebhooks
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.webhook import Answer, Subscription
from reuse_gateway.signing.keys import WEBHOOK, KeyRing
from reuse_gateway.signing.webhook_secrets import SubscriberSecrets
from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.webhooks import StoredWebhooks, WebhookLedger
from reuse_gateway.webhooks.targets import HttpTargets
from tests.storage.builders import AT, Store

ADMIN = Caller("demo-admin", "H41", frozenset({"admin"}))
WHY, URL = "for the monitor of the province", "https://siem.example/hooks"


class Numbered:
    """Ids that are never given twice, also between two processes of a test."""

    numbers = count(1)

    def new(self, prefix: str) -> str:
        return f"{prefix}_{next(self.numbers):032x}"

    def short_code(self) -> str:
        return ""


@dataclass
class Told:
    """What arrived, and how to answer: the answers in turn, then `always`. `before` runs while a call is under way."""

    answers: list[Answer] = field(default_factory=list)
    always: Answer = field(default_factory=lambda: Answer("delivered", 200))
    arrived: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)
    before: Callable[[], Any] | None = None

    async def send(self, url: str, headers: Mapping[str, str], body: bytes, within: timedelta) -> Answer:
        self.arrived.append((url, headers, body))
        if self.before:
            await self.before()
        return self.answers.pop(0) if self.answers else self.always

    def fault(self, url: str) -> str | None:
        return HttpTargets().fault(url)

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for _, headers, _ in self.arrived]


@dataclass
class Hooks:
    """One process that delivers and manages."""

    store: Store
    targets: Told
    deliver: DeliverEvents
    manage: ManageWebhooks
    rows: StoredWebhooks
    secrets: SubscriberSecrets

    async def subscribed(self, *kinds: str) -> Subscription:
        return (await self.manage.create(ADMIN, URL, kinds or ("*",), WHY))[0]

    async def happen(self, *kinds: str) -> list[str]:
        """Events of these kinds; their message ids."""
        ids = []
        for kind in kinds:
            position = await self.store.recorder.record_event(Event(kind, self.store.clock.at, {"n": len(ids)}))
            ids.append(f"evt_{position.index}_0")
        return ids


@asynccontextmanager
async def hooks(store: Store, ring: KeyRing, targets: Told | None = None) -> AsyncIterator[Hooks]:
    engine, told = build_engine(store.url, pool_size=2), targets or Told()
    rows, ledger, secrets = (
        StoredWebhooks(store.reads, engine),
        WebhookLedger(store.writer),
        SubscriberSecrets(ring.secrets(WEBHOOK)),
    )
    ids = Numbered()
    deliver = DeliverEvents(rows, ledger, store.events, store.recorder, secrets, told, store.clock, ids)
    manage = ManageWebhooks(rows, ledger, secrets, told, store.events, store.clock, ids)
    assert AT
    try:
        yield Hooks(store, told, deliver, manage, rows, secrets)
    finally:
        await engine.dispose()
