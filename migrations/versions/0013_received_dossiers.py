"""Dossiers that the offices say they received, and the indexes that reports walk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

APP_ROLE = "reuse_gateway_app"
KEYS = {"received_reports": ("report_id", "leaf_index", "rowid"), "received_dossiers": ("leaf_index, position",)}
INDEXES = (
    ("ix_checks_decided_at", "checks", ["decided_at"]),
    ("ix_checks_dossier_decided_at", "checks", ["dossier", "decided_at"]),
    ("ix_demands_check_id", "demands", ["check_id"]),
)
Instant = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
LeafIndex = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _tables()
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _index() -> sa.Column:
    return sa.Column("leaf_index", LeafIndex, nullable=False, autoincrement=False)


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def _tables() -> None:
    op.create_table(
        "received_reports",
        _index(),
        _text("report_id"),
        sa.Column("told_at", Instant, nullable=False),
        *map(_text, ("client_id", "agency", "body")),
        sa.PrimaryKeyConstraint("report_id", name="pk_received_reports"),
        sa.UniqueConstraint("leaf_index", name="uq_received_reports_leaf_index"),
    )
    op.create_table(
        "received_dossiers",
        _index(),
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=False),
        *map(_text, ("agency", "procedure")),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("dossiers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("leaf_index", "position", name="pk_received_dossiers"),
        sqlite_with_rowid=False,
    )
    told = ["agency", "procedure", "received_on", "leaf_index"]
    op.create_index("ix_received_dossiers_agency_procedure_received_on_leaf_index", "received_dossiers", told)
    op.create_index("ix_received_dossiers_received_on", "received_dossiers", ["received_on"])


def _guard_sqlite() -> None:
    for table, keys in KEYS.items():
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'insert-only: {verb} on {table} refused'); END"
            )
        refusals = " ".join(_refusal(table, key) for key in keys)
        op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} BEGIN {refusals} END")


def _refusal(table: str, key: str) -> str:
    """The last word of the message is what SQLite names first when a unique constraint fails."""
    columns = key.split(", ")
    same = " AND ".join(f"{column} = NEW.{column}" for column in columns)
    told = f"insert-only: a row stands at {table}.{columns[0]}"
    return f"SELECT RAISE(ABORT, '{told}') WHERE EXISTS (SELECT 1 FROM {table} WHERE {same});"  # noqa: S608


def _guard_postgresql() -> None:
    for table in KEYS:
        op.execute(
            f"CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION reuse_gateway_insert_only()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER insert_only")
    op.execute(f"GRANT SELECT, INSERT ON {', '.join(KEYS)} TO {APP_ROLE}")


def downgrade() -> None:
    for name, table, _ in reversed(INDEXES):
        op.drop_index(name, table)
    for table in reversed(KEYS):
        op.drop_table(table)
