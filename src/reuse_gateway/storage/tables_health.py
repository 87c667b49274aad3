"""Table of the probe log: what was seen of each source, many rows per leaf; insert-only."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from reuse_gateway.storage.tables import Instant, LeafIndex, metadata

source_health = Table(
    "source_health",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
    Column("position", Integer, nullable=False, autoincrement=False),
    Column("source", Text, nullable=False),
    Column("from_at", Instant, nullable=False),
    Column("to_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("observer", Text, nullable=False),
    Column("probes", Integer, nullable=False),
    Column("probes_failed", Integer, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("calls_failed", Integer, nullable=False),
    Column("p50_ms", Integer),
    Column("p95_ms", Integer),
    Column("trouble", Text),
    Column("salt", Text, nullable=False),
    PrimaryKeyConstraint("leaf_index", "position"),
    Index(None, "source", "to_at"),
    sqlite_with_rowid=False,
)
