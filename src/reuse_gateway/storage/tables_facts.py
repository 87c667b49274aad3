"""Tables of dated facts and of imports that stand after a roll-back; insert-only."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKeyConstraint, Index, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from reuse_gateway.storage.tables import Instant, LeafIndex, metadata

dated_facts = Table(
    "dated_facts",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
    Column("number", LeafIndex, nullable=False, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("fact_id", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("client_id", Text, nullable=False),
    Column("agency", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("number"),
    UniqueConstraint("leaf_index"),
    Index(None, "kind", "fact_id"),
)

standing_imports = Table(
    "standing_imports",
    metadata,
    Column("rollback_id", LeafIndex, nullable=False),
    Column("import_id", LeafIndex, nullable=False),
    PrimaryKeyConstraint("rollback_id", "import_id"),
    ForeignKeyConstraint(["rollback_id"], ["imports.import_id"]),
    ForeignKeyConstraint(["import_id"], ["imports.import_id"]),
    sqlite_with_rowid=False,
)
