"""Keys of people: added and deleted, never changed; no leaf binds them, so that one person can be forgotten."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

APP_ROLE, TABLE = "reuse_gateway_app", "person_keys"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("tag", name=f"pk_{TABLE}"),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _guard_sqlite() -> None:
    """A changed salt would forget a person without a word; who comes second with one is not heard."""
    op.execute(
        f"CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE ON {TABLE} "
        f"BEGIN SELECT RAISE(ABORT, 'never changed: UPDATE on {TABLE} refused'); END"
    )
    stands = f"SELECT 1 FROM {TABLE} WHERE tag = NEW.tag"  # noqa: S608
    op.execute(f"CREATE TRIGGER {TABLE}_no_replace BEFORE INSERT ON {TABLE} {_ignoring(stands)}")


def _ignoring(stands: str) -> str:
    return f"BEGIN SELECT RAISE(IGNORE) WHERE EXISTS ({stands}); END"


def _guard_postgresql() -> None:
    op.execute(
        f"CREATE TRIGGER never_changed BEFORE UPDATE OR TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION reuse_gateway_insert_only()"
    )
    op.execute(f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER never_changed")
    op.execute(f"GRANT SELECT, INSERT, DELETE ON {TABLE} TO {APP_ROLE}")


def downgrade() -> None:
    """Refused while keys are there: without them nobody's receipts, dossiers and violations are found again."""
    kept = op.get_bind().execute(sa.text(f"SELECT count(*) FROM {TABLE}")).scalar()  # noqa: S608
    if kept:
        raise RuntimeError(f"{kept} keys of people would be destroyed, and nothing brings them back")
    op.drop_table(TABLE)
