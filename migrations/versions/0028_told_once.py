"""What is told once has one leaf: heads of a day, cosignatures of a head, forks. The database sees to it, whoever writes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

INDEX, TABLE, GUARD = "uq_ledger_leaves_told_once", "ledger_leaves", "ledger_leaves_no_replace_once"
ONCE = "kind = 'event_once'"


def upgrade() -> None:
    op.create_index(INDEX, TABLE, ["ref"], unique=True, sqlite_where=sa.text(ONCE), postgresql_where=sa.text(ONCE))
    if op.get_bind().dialect.name == "sqlite":
        # A row that is replaced is deleted without its trigger, unless the connection has switched recursive_triggers on.
        stands = f"SELECT 1 FROM {TABLE} WHERE {ONCE} AND ref = NEW.ref"  # noqa: S608
        op.execute(
            f"CREATE TRIGGER {GUARD} BEFORE INSERT ON {TABLE} WHEN NEW.{ONCE} BEGIN "
            f"SELECT RAISE(ABORT, 'insert-only: a row stands at {TABLE}.ref') WHERE EXISTS ({stands}); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {GUARD}")
    op.drop_index(INDEX, TABLE)
