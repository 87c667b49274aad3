"""Tables of the store as SQLAlchemy Core metadata; `migrations/` builds the same schema and a test compares the two.

Every table here is insert-only and its first column is the ledger index its row belongs to, put there by the writer.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant to the microsecond: TIMESTAMPTZ on PostgreSQL, sortable RFC 3339 text on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(TIMESTAMP(timezone=True) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return value.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None or isinstance(value, datetime):
            return value and value.astimezone(UTC)
        return datetime.fromisoformat(value)


SOUGHT_BY = ("agency", "procedure", "evidence_type", "source", "type", "severity", "channel")
# Readings that name one violation, demand or case; in these words, or neither engine uses the index that is made for them.
LOOKS = "code IN ('case', 'case_letter', 'demand', 'looks', 'pack', 'replay', 'violation')"
# SQLite makes only the type name INTEGER an alias of the row id.
LeafIndex = BigInteger().with_variant(Integer(), "sqlite")

checks = Table(
    "checks",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False),
    Column("check_id", Text, nullable=False),
    Column("short_code", Text, nullable=False),
    Column("decided_at", Instant, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("agency", Text, nullable=False),
    Column("procedure", Text, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("stage", Text, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("case_ref", Text),
    Column("dossier", Text),
    Column("officer", Text),
    Column("degraded", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("check_id"),
    UniqueConstraint("leaf_index"),
    UniqueConstraint("short_code"),
    Index(None, "agency", "decided_at"),
    Index(None, "subject", "decided_at"),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False),
    Column("position", Integer, nullable=False),
    Column("check_id", Text, nullable=False),
    Column("evidence_type", Text),
    Column("role", Text, nullable=False),
    Column("decision", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("source", Text),
    Column("tier", Text),
    PrimaryKeyConstraint("leaf_index", "position"),
    sqlite_with_rowid=False,
)

idempotency_claims = Table(
    "idempotency_claims",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("check_id", Text, nullable=False),
    Column("claimed_at", Instant, nullable=False),
    PrimaryKeyConstraint("client_id", "key"),
    Index(None, "leaf_index"),
    sqlite_with_rowid=False,
)

demands = Table(
    "demands",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False),
    Column("demand_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("agency", Text, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("procedure", Text, nullable=False),
    Column("check_id", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("dossier", Text),
    Column("officer", Text),
    Column("body", Text, nullable=False),
    Column("supplement_no", Integer),
    Column("waiting", Integer),
    PrimaryKeyConstraint("demand_id"),
    UniqueConstraint("leaf_index"),
    Index("uq_demands_dossier_agency_supplement_no", "dossier", "agency", "supplement_no", unique=True),
    Index(None, "subject"),
    Index(None, "waiting"),
    Index(None, "recorded_at"),
)

violations = Table(
    "violations",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False),
    Column("violation_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("demand_id", Text, nullable=False),
    Column("check_id", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("evidence_type", Text, nullable=False),
    Column("agency", Text, nullable=False),
    Column("procedure", Text, nullable=False),
    Column("source", Text),
    Column("severity", Text, nullable=False),
    Column("personal_liability", Boolean, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("proof_check_id", Text),
    Column("channel", Text),
    PrimaryKeyConstraint("violation_id"),
    Index(None, "leaf_index"),
    Index(None, "made_at", "violation_id"),
    *(Index(None, each, "made_at", "violation_id") for each in SOUGHT_BY),
)

audit_events = Table(
    "audit_events",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("happened_at", Instant, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("agency", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("salt", Text),
    PrimaryKeyConstraint("leaf_index"),
    Index(None, "target", "leaf_index", sqlite_where=text(LOOKS), postgresql_where=text(LOOKS)),
)

ledger_leaves = Table(
    "ledger_leaves",
    metadata,
    Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
    Column("entry", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("kind", Text, nullable=False),
    Column("ref", Text, nullable=False),
    PrimaryKeyConstraint("leaf_index"),
)

ledger_subtrees = Table(
    "ledger_subtrees",
    metadata,
    Column("level", Integer, nullable=False),
    Column("position", LeafIndex, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("level", "position"),
    sqlite_with_rowid=False,
)

ledger_checkpoints = Table(
    "ledger_checkpoints",
    metadata,
    Column("size", LeafIndex, nullable=False, autoincrement=False),
    Column("previous_size", LeafIndex, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("note", LargeBinary, nullable=False),
    Column("signed_at", Instant, nullable=False),
    PrimaryKeyConstraint("size"),
    UniqueConstraint("previous_size"),
)
