"""Tables of imported procedures, insert-only: a new import adds rows and never touches old ones; its number is its leaf's."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKeyConstraint, Index, Integer, PrimaryKeyConstraint, Table, Text

from reuse_gateway.storage.tables import Instant, LeafIndex, metadata

imports = Table(
    "imports",
    metadata,
    Column("import_id", LeafIndex, nullable=False, autoincrement=False),
    Column("author", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant, nullable=False),
    Column("read", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("troubles", Integer, nullable=False),
    Column("previous_id", LeafIndex),
    PrimaryKeyConstraint("import_id"),
    Index("uq_imports_previous_id", "previous_id", unique=True),
)

imported_procedures = Table(
    "imported_procedures",
    metadata,
    Column("import_id", LeafIndex, nullable=False),
    Column("code", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("digest", Text, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("import_id", "code"),
    ForeignKeyConstraint(["import_id"], ["imports.import_id"]),
    Index(None, "code", "import_id"),
)
