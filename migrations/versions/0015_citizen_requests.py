"""What citizens ask of checks about them, and the one answer to each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

APP_ROLE = "reuse_gateway_app"
KEYS = {
    "citizen_requests": ("check_id, kind, place", "request_id", "leaf_index"),
    "citizen_answers": ("request_id", "leaf_index"),
}
Instant = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
LeafIndex = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _tables()
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
        "citizen_requests",
        _index(),
        *map(_text, ("request_id", "kind")),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        _text("check_id"),
        sa.Column("place", sa.Integer(), nullable=False, autoincrement=False),
        _text("agency"),
        sa.Column("subject", sa.Text()),
        _text("body"),
        sa.PrimaryKeyConstraint("request_id", name="pk_citizen_requests"),
        sa.UniqueConstraint("leaf_index", name="uq_citizen_requests_leaf_index"),
        sa.UniqueConstraint("check_id", "kind", "place", name="uq_citizen_requests_check_id_kind_place"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_citizen_requests_subject", "citizen_requests", ["subject"])
    op.create_index("ix_citizen_requests_agency_leaf_index", "citizen_requests", ["agency", "leaf_index"])
    op.create_table(
        "citizen_answers",
        _index(),
        _text("request_id"),
        sa.Column("answered_at", Instant, nullable=False),
        *map(_text, ("agency", "body")),
        sa.PrimaryKeyConstraint("request_id", name="pk_citizen_answers"),
        sa.UniqueConstraint("leaf_index", name="uq_citizen_answers_leaf_index"),
        sqlite_with_rowid=False,
    )


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
    for table in reversed(KEYS):
        op.drop_table(table)
