"""Imports of published procedures and the procedures they brought; insert-only, enforced by the database itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APP_ROLE = "reuse_gateway_app"
TABLES = ("imports", "imported_procedures")
Instant = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _imports()
    _imported_procedures()
    if op.get_bind().dialect.name == "postgresql":
        _insert_only_in_postgresql()
    else:
        _insert_only_in_sqlite()


def _imports() -> None:
    op.create_table(
        "imports",
        sa.Column("import_id", RowId, nullable=False, autoincrement=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("author", "source", "digest")),
        *(sa.Column(name, Instant, nullable=False) for name in ("started_at", "finished_at")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("read", "new", "changed", "unchanged", "troubles")),
        sa.PrimaryKeyConstraint("import_id", name="pk_imports"),
    )


def _imported_procedures() -> None:
    op.create_table(
        "imported_procedures",
        sa.Column("import_id", RowId, nullable=False, autoincrement=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "code", name="pk_imported_procedures"),
        sa.ForeignKeyConstraint(["import_id"], ["imports.import_id"], name="fk_imported_procedures_import_id_imports"),
    )
    op.create_index("ix_imported_procedures_code_import_id", "imported_procedures", ["code", "import_id"])


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
    op.execute(f"GRANT USAGE ON SEQUENCE imports_import_id_seq TO {APP_ROLE}")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
