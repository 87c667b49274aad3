"""Webhooks out of a deployment: subscriptions, and deliveries in the background."""

from __future__ import annotations

import ssl
from contextlib import AsyncExitStack
from datetime import timedelta

from reuse_gateway.application.deliver_events import DeliverEvents
from reuse_gateway.application.in_background import repeated
from reuse_gateway.application.manage_webhooks import ManageWebhooks
from reuse_gateway.settings import Settings
from reuse_gateway.signing.keys import WEBHOOK, KeyRing
from reuse_gateway.signing.webhook_secrets import SubscriberSecrets
from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.events import StoredEvents
from reuse_gateway.storage.group_commit import GroupCommit
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.recorder import LedgerRecorder
from reuse_gateway.storage.webhooks import StoredWebhooks, WebhookLedger
from reuse_gateway.system import RandomIds, SystemClock
from reuse_gateway.telemetry import warned
from reuse_gateway.webhooks.targets import HttpTargets


async def webhooks_of(
    settings: Settings, ring: KeyRing, reads: Reads, writer: GroupCommit, opened: AsyncExitStack
) -> ManageWebhooks:
    """Manages subscriptions; delivers in the background until the stack closes, unless the setting says that others do."""
    engine = build_engine(settings.store_url, deadline_s=settings.store_deadline_s, pool_size=2)
    opened.push_async_callback(engine.dispose)
    rows, ledger = StoredWebhooks(reads, engine, settings.database_role), WebhookLedger(writer)
    events, clock, ids = StoredEvents(reads), SystemClock(), RandomIds()
    secrets, targets = SubscriberSecrets(ring.secrets(WEBHOOK)), _targets(settings)
    if settings.webhooks_every_s:
        deliver = DeliverEvents(rows, ledger, events, LedgerRecorder(writer), secrets, targets, clock, ids)
        every = timedelta(seconds=settings.webhooks_every_s)
        await opened.enter_async_context(repeated("webhooks", deliver, every, warned("webhooks_not_delivered")))
    return ManageWebhooks(rows, ledger, secrets, targets, events, clock, ids)


def _targets(settings: Settings) -> HttpTargets:
    bundle = settings.webhooks_ca_bundle
    return HttpTargets(settings.webhooks_inside, ssl.create_default_context(cafile=str(bundle)) if bundle else None)
