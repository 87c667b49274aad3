"""Tables of webhooks out: revisions of subscriptions (insert-only, a leaf each), how far each has come, how deliveries went."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from reuse_gateway.storage.tables import Instant, LeafIndex, metadata

webhook_subscriptions = Table(
    "webhook_subscriptions",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
    Column("subscription_id", Text, nullable=False),
    Column("revision", Integer, nullable=False, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("subscription_id", "revision"),
    UniqueConstraint("leaf_index"),
    sqlite_with_rowid=False,
)

# Bookkeeping: changes and goes, and proves nothing.
webhook_standings = Table(
    "webhook_standings",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False),
    Column("subscription_id", Text, nullable=False),
    Column("after_leaf", LeafIndex),
    Column("after_number", LeafIndex),
    Column("tries", Integer, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("failing_since", Instant),
    Column("reminded_at", Instant),
    Column("lease", Text),
    Column("leased_until", Instant),
    PrimaryKeyConstraint("subscription_id"),
    sqlite_with_rowid=False,
)

webhook_attempts = Table(
    "webhook_attempts",
    metadata,
    Column("number", LeafIndex, nullable=False),
    Column("subscription_id", Text, nullable=False),
    Column("leaf_index", LeafIndex, nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("tried_at", Instant, nullable=False),
    Column("tried", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("status", Integer),
    Column("took_ms", Integer, nullable=False),
    PrimaryKeyConstraint("number"),
    Index(None, "subscription_id", "number"),
    Index(None, "tried_at"),
)
