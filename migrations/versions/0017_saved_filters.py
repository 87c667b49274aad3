"""Saved filters, revision by revision; insert-only, enforced by the database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

APP_ROLE, TABLE = "reuse_gateway_app", "saved_filters"
KEYS = ("name, revision", "leaf_index")
Instant = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
LeafIndex = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("told_at", Instant, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", "revision", name=f"pk_{TABLE}"),
        sa.UniqueConstraint("leaf_index", name=f"uq_{TABLE}_leaf_index"),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _guard_sqlite() -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
            f"BEGIN SELECT RAISE(ABORT, 'insert-only: {verb} on {TABLE} refused'); END"
        )
    refusals = " ".join(map(_refusal, KEYS))
    op.execute(f"CREATE TRIGGER {TABLE}_no_replace BEFORE INSERT ON {TABLE} BEGIN {refusals} END")


def _refusal(key: str) -> str:
    """The last word of the message is what SQLite names first when a unique constraint fails."""
    columns = key.split(", ")
    same = " AND ".join(f"{column} = NEW.{column}" for column in columns)
    told = f"insert-only: a row stands at {TABLE}.{columns[0]}"
    return f"SELECT RAISE(ABORT, '{told}') WHERE EXISTS (SELECT 1 FROM {TABLE} WHERE {same});"  # noqa: S608


def _guard_postgresql() -> None:
    op.execute(
        f"CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION reuse_gateway_insert_only()"
    )
    op.execute(f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER insert_only")
    op.execute(f"GRANT SELECT, INSERT ON {TABLE} TO {APP_ROLE}")


def downgrade() -> None:
    op.drop_table(TABLE)
