"""Tables of the holdings index; insert-only. A batch is one leaf, its papers are its rows."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from reuse_gateway.storage.tables import Instant, LeafIndex, metadata

holding_batches = Table(
    "holding_batches",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
    Column("batch_id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("number", LeafIndex, nullable=False),
    Column("kept_at", Instant, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("claim_key", Text),
    Column("fingerprint", LargeBinary),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("leaf_index"),
    UniqueConstraint("source", "number"),
    UniqueConstraint("client_id", "claim_key"),
)

held_papers = Table(
    "held_papers",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
    Column("position", Integer, nullable=False, autoincrement=False),
    Column("source", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("owner", Text),
    Column("evidence_type", Text, nullable=False),
    Column("standing", Text, nullable=False),
    Column("result_code", Text),
    Column("issued_on", Date),
    Column("expires_on", Date),
    Column("changed_at", Instant, nullable=False),
    PrimaryKeyConstraint("leaf_index", "position"),
    Index(None, "source", "ref"),
    Index(None, "owner", "source"),
    sqlite_with_rowid=False,
)
