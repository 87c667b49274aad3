"""Tables of registered forms and of what happens to them; insert-only."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from reuse_gateway.storage.tables import Instant, LeafIndex, metadata

form_versions = Table(
    "form_versions",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
    Column("form_id", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("version", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("dialect", Text, nullable=False),
    Column("procedure", Text, nullable=False),
    Column("agency", Text, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("waiver", Text),
    Column("origins", Text, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("form_id", "revision"),
    UniqueConstraint("leaf_index"),
    sqlite_with_rowid=False,
)

form_events = Table(
    "form_events",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
    Column("event_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("form_id", Text, nullable=False),
    Column("happened_at", Instant, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("event_id"),
    UniqueConstraint("leaf_index"),
    Index(None, "form_id", "kind"),
    sqlite_with_rowid=False,
)
