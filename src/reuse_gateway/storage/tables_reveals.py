"""Tables of lifted pseudonyms: every step of every reveal (insert-only), and the sealed identities, which can go."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from reuse_gateway.storage.tables import Instant, LeafIndex, metadata

reveals = Table(
    "reveals",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
    Column("reveal_id", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("whose", Text, nullable=False),
    Column("violation_id", Text, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("day_on", Date, nullable=False),
    Column("number", Integer, nullable=False, autoincrement=False),
    Column("told_at", Instant, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("reveal_id", "step"),
    UniqueConstraint("leaf_index"),
    UniqueConstraint("client_id", "day_on", "number"),
    Index(None, "violation_id", "leaf_index"),
    sqlite_with_rowid=False,
)

# Bound by no leaf, so that it can be erased: its seal tells whether it belongs to its demand.
sealed_identities = Table(
    "sealed_identities",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
    Column("demand_id", Text, nullable=False),
    Column("pseudonym", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("kept_at", Instant, nullable=False),
    PrimaryKeyConstraint("demand_id"),
    Index(None, "pseudonym"),
    Index(None, "kept_at"),
    sqlite_with_rowid=False,
)
