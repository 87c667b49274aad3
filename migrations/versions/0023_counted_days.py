"""Days counted beforehand: derived rows that a fold adds to, so none is insert-only; `ledger verify` counts them again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

APP_ROLE = "reuse_gateway_app"
ADDED = ("questions", "unanswered", "undecided", "requests", "avoidable", "violations")
ONCE = ("papers", "spared", "held", "demanded", "either")
FLAGS = ("dossiers", "reusing", "from_store", "population")
LeafIndex = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TOLD = "ix_violations_proof_check_id"


def upgrade() -> None:
    op.create_table(
        "folds",
        _text("name"),
        sa.Column("below", LeafIndex, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("name", name="pk_folds"),
        sqlite_with_rowid=False,
    )
    _reuse_days()
    _dossier_days()
    op.execute("INSERT INTO folds (name, below) VALUES ('reuse', 0)")
    some = sa.text("proof_check_id IS NOT NULL")
    op.create_index(TOLD, "violations", ["proof_check_id"], sqlite_where=some, postgresql_where=some)
    if op.get_bind().dialect.name == "postgresql":
        for table in ("folds", "reuse_days", "dossier_days"):
            op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO {APP_ROLE}")


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def _count(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False, autoincrement=False)


def _reuse_days() -> None:
    op.create_table(
        "reuse_days",
        _text("told_by"),
        sa.Column("counted_on", sa.Date(), nullable=False),
        _text("key"),
        sa.Column("before", sa.Date(), nullable=False),
        *map(_count, (*ADDED, *ONCE)),
        sa.PrimaryKeyConstraint("told_by", "counted_on", "key", "before", name="pk_reuse_days"),
        sqlite_with_rowid=False,
    )


def _dossier_days() -> None:
    op.create_table(
        "dossier_days",
        sa.Column("counted_on", sa.Date(), nullable=False),
        _text("agency"),
        _text("procedure"),
        *map(_count, FLAGS),
        sa.PrimaryKeyConstraint("counted_on", "agency", "procedure", name="pk_dossier_days"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_index(TOLD, "violations")
    for table in ("dossier_days", "reuse_days", "folds"):
        op.drop_table(table)
