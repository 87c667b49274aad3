"""Tables of cases: which violation belongs to which, steps, reminders and letters; insert-only. `case_state` is a view."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from reuse_gateway.storage.tables import Instant, LeafIndex, metadata

case_violations = Table(
    "case_violations",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
    Column("position", Integer, nullable=False, autoincrement=False),
    Column("violation_id", Text, nullable=False),
    Column("case_id", Text, nullable=False),
    Column("form", Text),
    PrimaryKeyConstraint("leaf_index", "position"),
    UniqueConstraint("violation_id"),
    Index(None, "case_id", "leaf_index"),
    Index(None, "form"),
    sqlite_with_rowid=False,
)

case_steps = Table(
    "case_steps",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
    Column("case_id", Text, nullable=False),
    Column("seq", Integer, nullable=False, autoincrement=False),
    Column("round", Integer, nullable=False),
    Column("seen", LeafIndex, nullable=False),
    Column("state", Text, nullable=False),
    Column("due_on", Date),
    Column("told_at", Instant, nullable=False),
    Column("claim", Text),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("case_id", "seq"),
    UniqueConstraint("leaf_index"),
    UniqueConstraint("claim"),
    Index(None, "due_on"),
    sqlite_with_rowid=False,
)

case_reminders = Table(
    "case_reminders",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
    Column("case_id", Text, nullable=False),
    Column("seq", Integer, nullable=False, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("told_at", Instant, nullable=False),
    PrimaryKeyConstraint("case_id", "seq", "kind"),
    UniqueConstraint("leaf_index"),
    sqlite_with_rowid=False,
)

case_letters = Table(
    "case_letters",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
    Column("issuer", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("year", Integer, nullable=False, autoincrement=False),
    Column("number", Integer, nullable=False, autoincrement=False),
    Column("case_id", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("addressee", Text, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("file", LargeBinary, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("issuer", "kind", "year", "number"),
    UniqueConstraint("leaf_index"),
    UniqueConstraint("case_id", "round", "kind", "addressee"),
    sqlite_with_rowid=False,
)

# The view `case_state`: one row per violation with its case and the state of the round that it belongs to.
case_state = Table(
    "case_state",
    MetaData(),
    Column("leaf_index", LeafIndex),
    Column("violation_id", Text),
    Column("case_id", Text),
    Column("state", Text),
)
