"""Webhooks out: subscriptions are insert-only with a leaf each; how far each has come and how deliveries went may change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

APP_ROLE, TABLE = "reuse_gateway_app", "webhook_subscriptions"
KEYS = ("subscription_id, revision", "leaf_index")
Instant = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
LeafIndex = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _subscriptions()
    _standings()
    _attempts()
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False, autoincrement=False)


def _subscriptions() -> None:
    op.create_table(
        TABLE,
        sa.Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
        _text("subscription_id"),
        _number("revision"),
        _text("state"),
        sa.Column("changed_at", Instant, nullable=False),
        _text("body"),
        sa.PrimaryKeyConstraint("subscription_id", "revision", name=f"pk_{TABLE}"),
        sa.UniqueConstraint("leaf_index", name=f"uq_{TABLE}_leaf_index"),
        sqlite_with_rowid=False,
    )


def _standings() -> None:
    op.create_table(
        "webhook_standings",
        sa.Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
        _text("subscription_id"),
        sa.Column("after_leaf", LeafIndex),
        sa.Column("after_number", LeafIndex),
        _number("tries"),
        sa.Column("next_at", Instant, nullable=False),
        sa.Column("failing_since", Instant),
        sa.Column("reminded_at", Instant),
        sa.Column("lease", sa.Text()),
        sa.Column("leased_until", Instant),
        sa.PrimaryKeyConstraint("subscription_id", name="pk_webhook_standings"),
        sqlite_with_rowid=False,
    )


def _attempts() -> None:
    op.create_table(
        "webhook_attempts",
        sa.Column("number", LeafIndex, nullable=False, autoincrement=True),
        _text("subscription_id"),
        sa.Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
        _number("position"),
        _text("kind"),
        sa.Column("tried_at", Instant, nullable=False),
        _number("tried"),
        _text("outcome"),
        sa.Column("status", sa.Integer()),
        _number("took_ms"),
        sa.PrimaryKeyConstraint("number", name="pk_webhook_attempts"),
    )
    op.create_index("ix_webhook_attempts_subscription_id_number", "webhook_attempts", ["subscription_id", "number"])
    op.create_index("ix_webhook_attempts_tried_at", "webhook_attempts", ["tried_at"])


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
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON webhook_standings TO {APP_ROLE}")
    op.execute(f"GRANT SELECT, INSERT, DELETE ON webhook_attempts TO {APP_ROLE}")
    op.execute(f"GRANT USAGE ON SEQUENCE webhook_attempts_number_seq TO {APP_ROLE}")


def downgrade() -> None:
    for table in ("webhook_attempts", "webhook_standings", TABLE):
        op.drop_table(table)
