"""Registered forms, version by version, and what happens to them; insert-only, enforced by the database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

APP_ROLE = "reuse_gateway_app"
KEYS = {"form_versions": ("form_id, revision", "leaf_index"), "form_events": ("event_id", "leaf_index")}
Instant = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
LeafIndex = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _form_versions()
    _form_events()
    if op.get_bind().dialect.name == "postgresql":
        _insert_only_in_postgresql()
    else:
        _insert_only_in_sqlite()


def _form_versions() -> None:
    op.create_table(
        "form_versions",
        sa.Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
        sa.Column("form_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("version", "state", "dialect", "procedure", "agency", "client_id")
        ),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("waiver", sa.Text()),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("origins", "body")),
        sa.PrimaryKeyConstraint("form_id", "revision", name="pk_form_versions"),
        sa.UniqueConstraint("leaf_index", name="uq_form_versions_leaf_index"),
        sqlite_with_rowid=False,
    )


def _form_events() -> None:
    op.create_table(
        "form_events",
        sa.Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("event_id", "kind", "form_id")),
        sa.Column("happened_at", Instant, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_form_events"),
        sa.UniqueConstraint("leaf_index", name="uq_form_events_leaf_index"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_form_events_form_id_kind", "form_events", ["form_id", "kind"])


def _insert_only_in_sqlite() -> None:
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


def _insert_only_in_postgresql() -> None:
    for table in KEYS:
        op.execute(
            f"CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION reuse_gateway_insert_only()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER insert_only")
    op.execute(f"GRANT SELECT, INSERT ON {', '.join(KEYS)} TO {APP_ROLE}")


def downgrade() -> None:
    for table in reversed(KEYS):
        op.drop_table(table)
