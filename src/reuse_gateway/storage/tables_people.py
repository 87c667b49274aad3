"""The keys of people: no leaf binds them, so that one can go. Without the period's key tag and salt tell nothing."""

from __future__ import annotations

from sqlalchemy import Column, Date, LargeBinary, PrimaryKeyConstraint, Table, Text

from reuse_gateway.storage.tables import metadata

# Without row ids: their order would tell which check made a key.
person_keys = Table(
    "person_keys",
    metadata,
    Column("tag", Text, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("created_on", Date, nullable=False),
    PrimaryKeyConstraint("tag"),
    sqlite_with_rowid=False,
)
