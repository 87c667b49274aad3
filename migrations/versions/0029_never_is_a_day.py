"""What was never seen earlier stood behind a day that PostgreSQL keeps as -infinity; counted days begin again."""

from __future__ import annotations

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _emptied()


def downgrade() -> None:
    _emptied()


def _emptied() -> None:
    op.execute("DELETE FROM reuse_days")
    op.execute("DELETE FROM dossier_days")
    op.execute("UPDATE folds SET below = 0")
