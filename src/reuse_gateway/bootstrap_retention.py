"""Retention of a deployment: which kinds may go after how many days."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from reuse_gateway.application.apply_retention import ApplyRetention
from reuse_gateway.application.ports import Recorder
from reuse_gateway.settings import Settings
from reuse_gateway.signing.keys import CASE, IDENTITY, PSEUDONYM, SESSION, KeyRing
from reuse_gateway.signing.old_keys import OldKeys
from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.erasing import OldAttempts, case_rests_on, index_rests_on
from reuse_gateway.storage.group_commit import GroupCommit
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.recorder import LedgerRecorder
from reuse_gateway.storage.sealed_identities import OldIdentities, identity_rests_on
from reuse_gateway.system import SystemClock

_PATIENCE_S = 120.0


@asynccontextmanager
async def retention_of(settings: Settings, writer: GroupCommit | None, reads: Reads) -> AsyncIterator[ApplyRetention]:
    """Ready to run; without a writer it only plans."""
    engine = build_engine(settings.store_url, deadline_s=_PATIENCE_S, pool_size=1)
    ring, days = KeyRing(settings.key_ring), settings.retention_key_days
    recorder: Recorder | None = LedgerRecorder(writer) if writer else None
    rules = (
        (OldAttempts(reads, engine, settings.database_role), settings.retention_attempt_days),
        (OldKeys(ring, CASE, partial(case_rests_on, reads)), days),
        (OldIdentities(reads, engine, settings.database_role), settings.retention_identity_days),
        (OldKeys(ring, IDENTITY, partial(identity_rests_on, reads)), days),
        (OldKeys(ring, SESSION), days),
        (OldKeys(ring, PSEUDONYM, partial(index_rests_on, reads)), settings.retention_pseudonym_days),
    )
    try:
        yield ApplyRetention(rules, recorder, SystemClock())
    finally:
        await engine.dispose()


@asynccontextmanager
async def planning(settings: Settings) -> AsyncIterator[ApplyRetention]:
    """Only reads."""
    engine = build_engine(settings.store_url, reads_only=True, deadline_s=_PATIENCE_S)
    try:
        async with retention_of(settings, None, Reads(engine, _PATIENCE_S)) as run:
            yield run
    finally:
        await engine.dispose()
