"""Counted days are derived rows: where what they count has changed they begin again, the fold counts from the first leaf."""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"
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
