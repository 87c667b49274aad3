"""Lifted pseudonyms: every step of every reveal is insert-only with a leaf; sealed identities may be deleted, never changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

APP_ROLE, TABLE, VAULT = "reuse_gateway_app", "reveals", "sealed_identities"
KEYS = ("reveal_id, step", "client_id, day_on, number", "leaf_index")
LOOKS = "code IN ('case', 'case_letter', 'demand', 'looks', 'pack', 'replay', 'violation')"
Instant = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
LeafIndex = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _reveals()
    _vault()
    op.create_index(
        "ix_audit_events_target_leaf_index",
        "audit_events",
        ["target", "leaf_index"],
        sqlite_where=sa.text(LOOKS),
        postgresql_where=sa.text(LOOKS),
    )
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def _index() -> sa.Column:
    return sa.Column("leaf_index", LeafIndex, nullable=False, autoincrement=False)


def _reveals() -> None:
    op.create_table(
        TABLE,
        _index(),
        *map(_text, ("reveal_id", "step", "whose", "violation_id", "client_id")),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("told_at", Instant, nullable=False),
        _text("body"),
        sa.PrimaryKeyConstraint("reveal_id", "step", name="pk_reveals"),
        sa.UniqueConstraint("leaf_index", name="uq_reveals_leaf_index"),
        sa.UniqueConstraint("client_id", "day_on", "number", name="uq_reveals_client_id_day_on_number"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_reveals_violation_id_leaf_index", TABLE, ["violation_id", "leaf_index"])


def _vault() -> None:
    op.create_table(
        VAULT,
        _index(),
        *map(_text, ("demand_id", "pseudonym")),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("demand_id", name="pk_sealed_identities"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sealed_identities_pseudonym", VAULT, ["pseudonym"])
    op.create_index("ix_sealed_identities_kept_at", VAULT, ["kept_at"])


def _guard_sqlite() -> None:
    for table, verbs in ((TABLE, ("UPDATE", "DELETE")), (VAULT, ("UPDATE",))):
        for verb in verbs:
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'insert-only: {verb} on {table} refused'); END"
            )
    for table, keys in ((TABLE, KEYS), (VAULT, ("demand_id",))):
        refusals = " ".join(_refusal(table, key) for key in keys)
        op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} BEGIN {refusals} END")


def _refusal(table: str, key: str) -> str:
    """The last word of the message is what SQLite names first when a unique constraint fails."""
    columns = key.split(", ")
    same = " AND ".join(f"{column} = NEW.{column}" for column in columns)
    told = f"insert-only: a row stands at {table}.{columns[0]}"
    return f"SELECT RAISE(ABORT, '{told}') WHERE EXISTS (SELECT 1 FROM {table} WHERE {same});"  # noqa: S608


def _guard_postgresql() -> None:
    for table, verbs in ((TABLE, "UPDATE OR DELETE OR TRUNCATE"), (VAULT, "UPDATE OR TRUNCATE")):
        op.execute(
            f"CREATE TRIGGER insert_only BEFORE {verbs} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION reuse_gateway_insert_only()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER insert_only")
    op.execute(f"GRANT SELECT, INSERT ON {TABLE} TO {APP_ROLE}")
    op.execute(f"GRANT SELECT, INSERT, DELETE ON {VAULT} TO {APP_ROLE}")


def downgrade() -> None:
    op.drop_index("ix_audit_events_target_leaf_index", "audit_events")
    for table in (VAULT, TABLE):
        op.drop_table(table)
