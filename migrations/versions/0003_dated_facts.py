"""Dated facts beside the shipped ones, and which imports stand after a roll-back; insert-only, enforced by the database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

APP_ROLE = "reuse_gateway_app"
TABLES = ("dated_facts", "standing_imports")
Instant = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _dated_facts()
    _standing_imports()
    if op.get_bind().dialect.name == "postgresql":
        _insert_only_in_postgresql()
    else:
        _insert_only_in_sqlite()


def _dated_facts() -> None:
    op.create_table(
        "dated_facts",
        *(sa.Column(name, RowId, nullable=False, autoincrement=False) for name in ("leaf_index", "number")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "fact_id")),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("client_id", "agency")),
        sa.Column("changed_at", Instant, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_dated_facts"),
        sa.UniqueConstraint("leaf_index", name="uq_dated_facts_leaf_index"),
    )
    op.create_index("ix_dated_facts_kind_fact_id", "dated_facts", ["kind", "fact_id"])


def _standing_imports() -> None:
    op.create_table(
        "standing_imports",
        *(sa.Column(name, RowId, nullable=False, autoincrement=False) for name in ("rollback_id", "import_id")),
        sa.PrimaryKeyConstraint("rollback_id", "import_id", name="pk_standing_imports"),
        *(
            sa.ForeignKeyConstraint([name], ["imports.import_id"], name=f"fk_standing_imports_{name}_imports")
            for name in ("rollback_id", "import_id")
        ),
        sqlite_with_rowid=False,
    )


def _insert_only_in_sqlite() -> None:
    for table in TABLES:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'insert-only: {verb} on {table} refused'); END"
            )


def _insert_only_in_postgresql() -> None:
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION reuse_gateway_insert_only()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER insert_only")
    op.execute(f"GRANT SELECT, INSERT ON {', '.join(TABLES)} TO {APP_ROLE}")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
