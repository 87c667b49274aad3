"""Ports `WebhookRows`, `WebhookRecorder`: revisions over the one writer, turns and attempts over a connection of their own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Executable, Row, and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from reuse_gateway.domain.check import Position
from reuse_gateway.domain.event import Place
from reuse_gateway.domain.webhook import Attempt, Standing, Subscription
from reuse_gateway.storage.archive import altered
from reuse_gateway.storage.free_rows import FreeRows
from reuse_gateway.storage.group_commit import GroupCommit
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables import ledger_leaves
from reuse_gateway.storage.tables_webhooks import webhook_attempts, webhook_standings, webhook_subscriptions
from reuse_gateway.storage.webhook_json import subscription_append, subscription_leaf, subscription_of

_LAST_NUMBER, _MOST = 999_999_999, 1_000
_kept, _stands, _tried = webhook_subscriptions.c, webhook_standings.c, webhook_attempts.c


class WebhookLedger:
    """Each revision is a leaf."""

    def __init__(self, writer: GroupCommit) -> None:
        self._writer = writer

    async def record_subscription(self, subscription: Subscription) -> Position:
        """Durable when it returns; raises Conflict(`already_recorded`) where the revision stands, StoreError."""
        return await self._writer.append(subscription_append(subscription))


class StoredWebhooks:
    """Every method raises StoreError. A revision that is not what was signed is never delivered by."""

    def __init__(self, reads: Reads, engine: AsyncEngine, role: str | None = None) -> None:
        """`engine` writes; `role` is the one to step down to on PostgreSQL."""
        self._reads, self._writing = reads, FreeRows(engine, role).writing

    async def subscriptions(self) -> Sequence[Subscription]:
        """The newest revision of each, in order of id."""
        return await self._newest()

    async def subscription(self, id: str) -> Subscription | None:
        """The newest revision."""
        found = await self._newest(_kept.subscription_id == id)
        return found[0] if found else None

    async def standing(self, id: str) -> Standing | None:
        """How far it has come."""
        row = await self._reads.first(select(webhook_standings).where(_stands.subscription_id == id))
        return row and _standing(row)

    async def take(self, id: str, now: datetime, until: datetime, lease: str) -> Standing | None:
        """The turn: one statement, so that of several processes one gets it."""
        free = or_(_stands.leased_until.is_(None), _stands.leased_until <= now)
        due = and_(_stands.subscription_id == id, _stands.next_at <= now, free)
        async with self._writing() as connection:
            taken = await _changed(connection, update(webhook_standings).where(due).values(lease=lease, leased_until=until))
            if not taken:
                return None
            row = (await connection.execute(select(webhook_standings).where(_stands.subscription_id == id))).one()
        return _standing(row)

    async def keep(self, standing: Standing, lease: str, until: datetime | None, attempt: Attempt | None = None) -> bool:
        """Written together, if the turn is still ours; `until` None gives it back."""
        told = {
            "after_leaf": standing.after.leaf_index,
            "after_number": standing.after.number,
            "tries": standing.tries,
            "next_at": standing.next_at,
            "failing_since": standing.failing_since,
            "reminded_at": standing.reminded_at,
            "lease": lease if until else None,
            "leased_until": until,
        }
        ours = and_(_stands.subscription_id == standing.subscription_id, _stands.lease == lease)
        async with self._writing() as connection:
            if not await _changed(connection, update(webhook_standings).where(ours).values(**told)):
                return False
            if attempt is not None:
                await connection.execute(insert(webhook_attempts).values(**_columns(attempt)))
        return True

    async def seek(self, id: str, after: Place, now: datetime) -> None:
        """From now on behind that place; whoever has the turn loses it."""
        told = {"after_leaf": after.leaf_index, "after_number": after.number, "tries": 0, "next_at": now}
        free = {"failing_since": None, "reminded_at": None, "lease": None, "leased_until": None}
        async with self._writing() as connection:
            await connection.execute(update(webhook_standings).where(_stands.subscription_id == id).values(**told, **free))

    async def attempts(self, id: str, before: int, limit: int) -> Sequence[tuple[int, Attempt]]:
        """The newest first, below number `before`."""
        wanted = select(webhook_attempts).where(_tried.subscription_id == id, _tried.number < before)
        rows = await self._reads.rows(wanted.order_by(_tried.number.desc()).limit(limit))
        return [(row.number, _attempt(row)) for row in rows]

    async def _newest(self, *key: ColumnElement[bool]) -> list[Subscription]:
        last = select(_kept.subscription_id, func.max(_kept.revision).label("revision")).where(*key)
        newest = last.group_by(_kept.subscription_id).subquery()
        same = and_(_kept.subscription_id == newest.c.subscription_id, _kept.revision == newest.c.revision)
        joined = webhook_subscriptions.join(newest, same)
        joined = joined.outerjoin(ledger_leaves, ledger_leaves.c.leaf_index == _kept.leaf_index)
        wanted = select(_kept.leaf_index, _kept.body, ledger_leaves.c.entry).select_from(joined)
        return [_unaltered(row) for row in await self._reads.rows(wanted.order_by(_kept.subscription_id).limit(_MOST))]


async def _changed(connection: AsyncConnection, statement: Executable) -> int:
    changed: Any = await connection.execute(statement)
    return int(changed.rowcount)


def _unaltered(row: Row[Any]) -> Subscription:
    try:
        made = subscription_of(row.body)
        leaf = subscription_leaf(json.loads(row.body), row.body)
    except (ValueError, KeyError, TypeError):
        raise altered(row.leaf_index) from None
    if row.entry is None or bytes(row.entry) != leaf:
        raise altered(row.leaf_index)
    return made


def _standing(row: Row[Any]) -> Standing:
    """One that has not been anywhere stands behind its own leaf."""
    after = Place(row.leaf_index, _LAST_NUMBER) if row.after_leaf is None else Place(row.after_leaf, row.after_number)
    return Standing(row.subscription_id, after, row.tries, row.next_at, row.failing_since, row.reminded_at)


def _columns(attempt: Attempt) -> dict[str, Any]:
    return {
        "subscription_id": attempt.subscription_id,
        "leaf_index": attempt.place.leaf_index,
        "position": attempt.place.number,
        "kind": attempt.kind,
        "tried_at": attempt.at,
        "tried": attempt.tried,
        "outcome": attempt.outcome,
        "status": attempt.status,
        "took_ms": attempt.took_ms,
    }


def _attempt(row: Row[Any]) -> Attempt:
    place = Place(row.leaf_index, row.position)
    told = (row.subscription_id, place, row.kind, row.tried_at, row.tried)
    return Attempt(*told, row.outcome, row.status, row.took_ms)
