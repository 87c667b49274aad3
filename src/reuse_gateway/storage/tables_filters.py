"""Table of saved filters, revision by revision; insert-only."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from reuse_gateway.storage.tables import Instant, LeafIndex, metadata

saved_filters = Table(
    "saved_filters",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("revision", Integer, nullable=False, autoincrement=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("told_at", Instant, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("name", "revision"),
    UniqueConstraint("leaf_index"),
    sqlite_with_rowid=False,
)
