"""The holdings index: batches that are leaves, and their rows; insert-only, enforced by the database itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

APP_ROLE = "reuse_gateway_app"
KEYS = {
    "holding_batches": ("leaf_index", "source, number", "client_id, claim_key"),
    "held_papers": ("leaf_index, position",),
}
Instant = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
LeafIndex = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _batches()
    _papers()
    if op.get_bind().dialect.name == "postgresql":
        _insert_only_in_postgresql()
    else:
        _insert_only_in_sqlite()


def _text(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _batches() -> None:
    op.create_table(
        "holding_batches",
        sa.Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
        _text("batch_id"),
        _text("source"),
        sa.Column("number", LeafIndex, nullable=False),
        sa.Column("kept_at", Instant, nullable=False),
        _text("client_id"),
        _text("claim_key", nullable=True),
        sa.Column("fingerprint", sa.LargeBinary()),
        _text("body"),
        sa.PrimaryKeyConstraint("leaf_index", name="pk_holding_batches"),
        sa.UniqueConstraint("source", "number", name="uq_holding_batches_source_number"),
        sa.UniqueConstraint("client_id", "claim_key", name="uq_holding_batches_client_id_claim_key"),
    )


def _papers() -> None:
    op.create_table(
        "held_papers",
        sa.Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=False),
        _text("source"),
        _text("ref"),
        _text("owner", nullable=True),
        _text("evidence_type"),
        _text("standing"),
        _text("result_code", nullable=True),
        sa.Column("issued_on", sa.Date()),
        sa.Column("expires_on", sa.Date()),
        sa.Column("changed_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("leaf_index", "position", name="pk_held_papers"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_held_papers_source_ref", "held_papers", ["source", "ref"])
    op.create_index("ix_held_papers_owner_source", "held_papers", ["owner", "source"])


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
