"""Letters of apology have an addressee: one per applicant of a round. Those issued before were for everybody of theirs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLE = "case_letters"
ONE_EACH, ONE_FOR_ALL = ("case_id", "round", "kind", "addressee"), ("case_id", "round", "kind")
Instant = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
LeafIndex = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.add_column(TABLE, sa.Column("addressee", sa.Text(), nullable=False, server_default=""))
        op.alter_column(TABLE, "addressee", server_default=None)
        _unique_on_postgresql(ONE_FOR_ALL, ONE_EACH)
    else:
        _rebuild_on_sqlite(ONE_EACH)


def downgrade() -> None:
    told = op.get_bind().execute(sa.text(f"SELECT count(*) FROM {TABLE} WHERE addressee <> ''")).scalar()  # noqa: S608
    if told:
        raise RuntimeError(f"{told} letters have an addressee, and the schema before this one has no place for it")
    if op.get_bind().dialect.name == "postgresql":
        _unique_on_postgresql(ONE_EACH, ONE_FOR_ALL)
        op.drop_column(TABLE, "addressee")
    else:
        _rebuild_on_sqlite(ONE_FOR_ALL)


def _unique_on_postgresql(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    op.drop_constraint(f"uq_{TABLE}_{'_'.join(old)}", TABLE, type_="unique")
    op.create_unique_constraint(f"uq_{TABLE}_{'_'.join(new)}", TABLE, list(new))


def _rebuild_on_sqlite(unique: tuple[str, ...]) -> None:
    """SQLite alters neither a constraint nor a table WITHOUT ROWID: the rows move to a table of the new shape, as they are."""
    for trigger in ("no_update", "no_delete", "no_replace"):
        op.execute(f"DROP TRIGGER {TABLE}_{trigger}")
    op.rename_table(TABLE, f"{TABLE}_before")
    _create(unique)
    before = "leaf_index, issuer, kind, year, number, case_id, round"
    put, taken = (", addressee", ", ''") if "addressee" in unique else ("", "")
    op.execute(
        f"INSERT INTO {TABLE} ({before}{put}, issued_at, file, body) "  # noqa: S608
        f"SELECT {before}{taken}, issued_at, file, body FROM {TABLE}_before"
    )
    op.drop_table(f"{TABLE}_before")
    _guard_sqlite(unique)


def _create(unique: tuple[str, ...]) -> None:
    addressee = [sa.Column("addressee", sa.Text(), nullable=False)] if "addressee" in unique else []
    op.create_table(
        TABLE,
        sa.Column("leaf_index", LeafIndex, nullable=False, autoincrement=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False, autoincrement=False),
        *addressee,
        sa.Column("issued_at", Instant, nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "kind", "year", "number", name=f"pk_{TABLE}"),
        sa.UniqueConstraint("leaf_index", name=f"uq_{TABLE}_leaf_index"),
        sa.UniqueConstraint(*unique, name=f"uq_{TABLE}_{'_'.join(unique)}"),
        sqlite_with_rowid=False,
    )


def _guard_sqlite(unique: tuple[str, ...]) -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
            f"BEGIN SELECT RAISE(ABORT, 'insert-only: {verb} on {TABLE} refused'); END"
        )
    keys = (("issuer", "kind", "year", "number"), ("leaf_index",), unique)
    op.execute(f"CREATE TRIGGER {TABLE}_no_replace BEFORE INSERT ON {TABLE} BEGIN {' '.join(map(_refusal, keys))} END")


def _refusal(columns: tuple[str, ...]) -> str:
    """The last word of the message is what SQLite names first when a unique constraint fails."""
    same = " AND ".join(f"{column} = NEW.{column}" for column in columns)
    told = f"insert-only: a row stands at {TABLE}.{columns[0]}"
    return f"SELECT RAISE(ABORT, '{told}') WHERE EXISTS (SELECT 1 FROM {TABLE} WHERE {same});"  # noqa: S608
