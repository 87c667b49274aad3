"""Claims are verified leaf by leaf; what was read stands in its public leaf under a digest whose salt is a column here."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit_events", sa.Column("salt", sa.Text()))
    op.create_index("ix_idempotency_claims_leaf_index", "idempotency_claims", ["leaf_index"])


def downgrade() -> None:
    op.drop_index("ix_idempotency_claims_leaf_index", "idempotency_claims")
    op.drop_column("audit_events", "salt")
