"""Table of events: many per leaf, bound to it by their digests; insert-only."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from reuse_gateway.storage.tables import Instant, LeafIndex, metadata

events = Table(
    "events",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
    Column("position", Integer, nullable=False, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("happened_at", Instant, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("leaf_index", "position"),
    Index(None, "kind", "leaf_index"),
    sqlite_with_rowid=False,
)
