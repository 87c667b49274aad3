"""Demands told whole: defects seen, what re-checks found, cases that wait; the second supplement request has a number."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

APP_ROLE = "reuse_gateway_app"
KEYS = {"seen_defects": ("leaf_index, position",), "reclassifications": ("demand_id, ref", "leaf_index")}
DEMANDS = ("demand_id", "leaf_index", "rowid")
Instant = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
LeafIndex = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("demands", sa.Column("supplement_no", sa.Integer()))
    op.add_column("demands", sa.Column("waiting", sa.Integer()))
    op.add_column("violations", sa.Column("proof_check_id", sa.Text()))
    op.create_index("uq_demands_dossier_supplement_no", "demands", ["dossier", "supplement_no"], unique=True)
    op.create_index("ix_demands_subject", "demands", ["subject"])
    op.create_index("ix_demands_waiting", "demands", ["waiting"])
    op.create_index("ix_checks_subject_decided_at", "checks", ["subject", "decided_at"])
    _defects_and_outcomes()
    _pending_cases()
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _index() -> sa.Column:
    return sa.Column("leaf_index", LeafIndex, nullable=False, autoincrement=False)


def _texts(*names: str) -> tuple[sa.Column, ...]:
    return tuple(sa.Column(name, sa.Text(), nullable=False) for name in names)


def _at(name: str) -> sa.Column:
    return sa.Column(name, Instant, nullable=False)


def _defects_and_outcomes() -> None:
    op.create_table(
        "seen_defects",
        _index(),
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=False),
        *_texts("demand_id", "code", "ref", "evidence_type", "place", "legal_basis"),
        sa.PrimaryKeyConstraint("leaf_index", "position", name="pk_seen_defects"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_seen_defects_code_leaf_index", "seen_defects", ["code", "leaf_index"])
    op.create_table(
        "reclassifications",
        _index(),
        *_texts("demand_id", "ref", "outcome"),
        _at("told_at"),
        *_texts("body"),
        sa.PrimaryKeyConstraint("demand_id", "ref", name="pk_reclassifications"),
        sa.UniqueConstraint("leaf_index", name="uq_reclassifications_leaf_index"),
        sqlite_with_rowid=False,
    )


def _pending_cases() -> None:
    op.create_table(
        "pending_cases",
        _index(),
        *_texts("demand_id"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        *_texts("sources"),
        _at("next_at"),
        _at("ends_at"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("demand_id", name="pk_pending_cases"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_pending_cases_next_at", "pending_cases", ["next_at"])


def _guard_sqlite() -> None:
    for table, keys in KEYS.items():
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'insert-only: {verb} on {table} refused'); END"
            )
        _no_replace(table, keys)
    op.execute("DROP TRIGGER demands_no_replace")
    _no_replace("demands", (*DEMANDS, "dossier, supplement_no"))


def _no_replace(table: str, keys: tuple[str, ...]) -> None:
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
    # Only the turn may be changed; what is sealed and whose it is may not.
    op.execute(f"GRANT SELECT, INSERT, DELETE, UPDATE (next_at, attempts) ON pending_cases TO {APP_ROLE}")


def downgrade() -> None:
    for table in ("pending_cases", *reversed(KEYS)):
        op.drop_table(table)
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        op.execute("DROP TRIGGER demands_no_replace")
    for name, table in (
        ("ix_checks_subject_decided_at", "checks"),
        ("ix_demands_waiting", "demands"),
        ("ix_demands_subject", "demands"),
        ("uq_demands_dossier_supplement_no", "demands"),
    ):
        op.drop_index(name, table)
    op.drop_column("violations", "proof_check_id")
    op.drop_column("demands", "waiting")
    op.drop_column("demands", "supplement_no")
    if sqlite:
        _no_replace("demands", DEMANDS)
