"""Tables of what offices tell they received: the wholes that shares of reused dossiers are taken of."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from reuse_gateway.storage.tables import Instant, LeafIndex, checks, demands, metadata

received_reports = Table(
    "received_reports",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
    Column("report_id", Text, nullable=False),
    Column("told_at", Instant, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("agency", Text, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("report_id"),
    UniqueConstraint("leaf_index"),
)

received_dossiers = Table(
    "received_dossiers",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
    Column("position", Integer, nullable=False, autoincrement=False),
    Column("agency", Text, nullable=False),
    Column("procedure", Text, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("dossiers", Integer, nullable=False),
    PrimaryKeyConstraint("leaf_index", "position"),
    Index(None, "agency", "procedure", "received_on", "leaf_index"),
    Index(None, "received_on"),
    sqlite_with_rowid=False,
)

# Reports walk the checks of a period, and find all checks of a dossier and the demand that a check was made for.
Index("ix_checks_decided_at", checks.c.decided_at)
Index("ix_checks_dossier_decided_at", checks.c.dossier, checks.c.decided_at)
Index("ix_demands_check_id", demands.c.check_id)
