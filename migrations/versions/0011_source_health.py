"""The probe log: what was seen of each source, by interval; insert-only, enforced by the database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

APP_ROLE, TABLE = "reuse_gateway_app", "source_health"
Instant = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
LeafIndex = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("source", sa.Text(), nullable=False),
        *(sa.Column(name, Instant, nullable=False) for name in ("from_at", "to_at")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("state", "observer")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("probes", "probes_failed", "calls", "calls_failed")),
        *(sa.Column(name, sa.Integer()) for name in ("p50_ms", "p95_ms")),
        sa.Column("trouble", sa.Text()),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("leaf_index", "position", name="pk_source_health"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_source_health_source_to_at", TABLE, ["source", "to_at"])
    if op.get_bind().dialect.name == "postgresql":
        _insert_only_in_postgresql()
    else:
        _insert_only_in_sqlite()


def _insert_only_in_sqlite() -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
            f"BEGIN SELECT RAISE(ABORT, 'insert-only: {verb} on {TABLE} refused'); END"
        )
    standing = f"EXISTS (SELECT 1 FROM {TABLE} WHERE leaf_index = NEW.leaf_index AND position = NEW.position)"  # noqa: S608
    told = f"insert-only: a row stands at {TABLE}.leaf_index"
    op.execute(
        f"CREATE TRIGGER {TABLE}_no_replace BEFORE INSERT ON {TABLE} BEGIN SELECT RAISE(ABORT, '{told}') WHERE {standing}; END"
    )


def _insert_only_in_postgresql() -> None:
    op.execute(
        f"CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION reuse_gateway_insert_only()"
    )
    op.execute(f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER insert_only")
    op.execute(f"GRANT SELECT, INSERT ON {TABLE} TO {APP_ROLE}")


def downgrade() -> None:
    op.drop_table(TABLE)
