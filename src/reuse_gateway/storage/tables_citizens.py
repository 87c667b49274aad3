"""Tables of what citizens ask of checks about them, and of the one answer to each; insert-only."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from reuse_gateway.storage.tables import Instant, LeafIndex, metadata

citizen_requests = Table(
    "citizen_requests",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
    Column("request_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("check_id", Text, nullable=False),
    Column("place", Integer, nullable=False, autoincrement=False),
    Column("agency", Text, nullable=False),
    Column("subject", Text),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("request_id"),
    UniqueConstraint("leaf_index"),
    UniqueConstraint("check_id", "kind", "place"),
    Index(None, "subject"),
    Index(None, "agency", "leaf_index"),
    sqlite_with_rowid=False,
)

citizen_answers = Table(
    "citizen_answers",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
    Column("request_id", Text, nullable=False),
    Column("answered_at", Instant, nullable=False),
    Column("agency", Text, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("request_id"),
    UniqueConstraint("leaf_index"),
    sqlite_with_rowid=False,
)
