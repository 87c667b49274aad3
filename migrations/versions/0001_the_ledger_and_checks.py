"""The ledger, checks, claims, demands, violations and audit events; all insert-only, enforced by the database itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APP_ROLE = "reuse_gateway_app"
TABLES = (
    "checks",
    "verdicts",
    "idempotency_claims",
    "demands",
    "violations",
    "audit_events",
    "ledger_leaves",
    "ledger_subtrees",
    "ledger_checkpoints",
)
Instant = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
LeafIndex = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _texts(*names: str) -> tuple[sa.Column, ...]:
    return tuple(_text(name) for name in names)


def _at(name: str) -> sa.Column:
    return sa.Column(name, Instant, nullable=False)


def _index(name: str = "leaf_index") -> sa.Column:
    return sa.Column(name, LeafIndex, nullable=False, autoincrement=False)


def _bytes(name: str) -> sa.Column:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _flag(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _pk(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _unique(table: str, column: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(column, name=f"uq_{table}_{column}")


def upgrade() -> None:
    _checks()
    _verdicts_and_claims()
    _demands()
    _violations()
    _audit_events()
    _ledger()
    if op.get_bind().dialect.name == "postgresql":
        _insert_only_in_postgresql()
        _app_role()
    else:
        _insert_only_in_sqlite()


def _checks() -> None:
    op.create_table(
        "checks",
        _index(),
        *_texts("check_id", "short_code"),
        _at("decided_at"),
        *_texts("client_id", "agency", "procedure"),
        sa.Column("as_of", sa.Date(), nullable=False),
        *_texts("stage", "policy_version", "subject"),
        *(_text(name, nullable=True) for name in ("case_ref", "dossier", "officer")),
        _flag("degraded"),
        _text("body"),
        _pk("checks", "check_id"),
        _unique("checks", "leaf_index"),
        _unique("checks", "short_code"),
    )
    op.create_index("ix_checks_agency_decided_at", "checks", ["agency", "decided_at"])


def _verdicts_and_claims() -> None:
    op.create_table(
        "verdicts",
        _index(),
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=False),
        _text("check_id"),
        _text("evidence_type", nullable=True),
        *_texts("role", "decision", "reason"),
        _text("source", nullable=True),
        _text("tier", nullable=True),
        _pk("verdicts", "leaf_index", "position"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "idempotency_claims",
        _index(),
        *_texts("client_id", "key"),
        _bytes("fingerprint"),
        _text("check_id"),
        _at("claimed_at"),
        _pk("idempotency_claims", "client_id", "key"),
        sqlite_with_rowid=False,
    )


def _demands() -> None:
    op.create_table(
        "demands",
        _index(),
        *_texts("demand_id", "kind"),
        _at("made_at"),
        _at("recorded_at"),
        *_texts("agency", "client_id", "procedure", "check_id", "subject"),
        _text("dossier", nullable=True),
        _text("officer", nullable=True),
        _text("body"),
        _pk("demands", "demand_id"),
        _unique("demands", "leaf_index"),
    )


def _violations() -> None:
    op.create_table(
        "violations",
        _index(),
        *_texts("violation_id", "type", "demand_id", "check_id", "ref", "evidence_type", "agency", "procedure"),
        _text("source", nullable=True),
        _text("severity"),
        _flag("personal_liability"),
        _text("legal_basis"),
        _at("made_at"),
        _pk("violations", "violation_id"),
    )
    op.create_index("ix_violations_leaf_index", "violations", ["leaf_index"])
    op.create_index("ix_violations_agency_leaf_index", "violations", ["agency", "leaf_index"])


def _audit_events() -> None:
    op.create_table(
        "audit_events",
        _index(),
        _text("kind"),
        _at("happened_at"),
        *_texts("client_id", "agency", "code", "target"),
        _pk("audit_events", "leaf_index"),
    )


def _ledger() -> None:
    op.create_table(
        "ledger_leaves",
        _index(),
        _bytes("entry"),
        _bytes("hash"),
        *_texts("kind", "ref"),
        _pk("ledger_leaves", "leaf_index"),
    )
    op.create_table(
        "ledger_subtrees",
        sa.Column("level", sa.Integer(), nullable=False, autoincrement=False),
        _index("position"),
        _bytes("hash"),
        _pk("ledger_subtrees", "level", "position"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger_checkpoints",
        _index("size"),
        _index("previous_size"),
        *(_bytes(name) for name in ("root", "frontier", "note")),
        _at("signed_at"),
        _pk("ledger_checkpoints", "size"),
        _unique("ledger_checkpoints", "previous_size"),
    )


def _insert_only_in_sqlite() -> None:
    for table in TABLES:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'insert-only: {verb} on {table} refused'); END"
            )


def _insert_only_in_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION reuse_gateway_insert_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'insert-only, refused on %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION reuse_gateway_insert_only()"
        )
        # An ordinary trigger sleeps under session_replication_role = replica; ALWAYS does not.
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER insert_only")


def _app_role() -> None:
    """Roles belong to the whole server: another database of it may have made this one already."""
    op.execute(
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP_ROLE}') THEN "
        f"CREATE ROLE {APP_ROLE} NOLOGIN; END IF; "
        "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    )
    op.execute(f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}")
    op.execute(f"GRANT SELECT, INSERT ON {', '.join(TABLES)} TO {APP_ROLE}")
    op.execute(f"GRANT SELECT ON alembic_version TO {APP_ROLE}")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION reuse_gateway_insert_only()")
