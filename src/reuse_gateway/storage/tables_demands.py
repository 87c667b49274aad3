"""Tables beside demands: defects seen, what re-checks found, and the cases that wait; only the last lose rows."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from reuse_gateway.storage.tables import Instant, LeafIndex, metadata

seen_defects = Table(
    "seen_defects",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
    Column("position", Integer, nullable=False, autoincrement=False),
    Column("demand_id", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("evidence_type", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("legal_basis", Text, nullable=False),
    PrimaryKeyConstraint("leaf_index", "position"),
    Index(None, "code", "leaf_index"),
    sqlite_with_rowid=False,
)

reclassifications = Table(
    "reclassifications",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
    Column("demand_id", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("told_at", Instant, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("demand_id", "ref"),
    UniqueConstraint("leaf_index"),
    sqlite_with_rowid=False,
)

# The one table whose rows go: it holds what a person must not be kept by for longer than the waiting lasts.
pending_cases = Table(
    "pending_cases",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
    Column("demand_id", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("sources", Text, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    PrimaryKeyConstraint("demand_id"),
    Index(None, "next_at"),
    sqlite_with_rowid=False,
)
