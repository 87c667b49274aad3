"""Violations are sought by all that an auditor filters by, in the order of the day of the demand; the channel is a column."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SOUGHT_BY = ("agency", "procedure", "evidence_type", "source", "type", "severity", "channel")
OF_THE_DEMAND = "UPDATE violations SET channel = (SELECT kind FROM demands WHERE demands.leaf_index = violations.leaf_index)"
NO_UPDATE = (
    "CREATE TRIGGER violations_no_update BEFORE UPDATE ON violations "
    "BEGIN SELECT RAISE(ABORT, 'insert-only: UPDATE on violations refused'); END"
)


def upgrade() -> None:
    op.add_column("violations", sa.Column("channel", sa.Text()))
    _past_the_guard(OF_THE_DEMAND)
    op.create_index("ix_violations_made_at_violation_id", "violations", ["made_at", "violation_id"])
    for column in SOUGHT_BY:
        op.create_index(f"ix_violations_{column}_made_at_violation_id", "violations", [column, "made_at", "violation_id"])
    op.drop_index("ix_violations_agency_leaf_index", "violations")


def _past_the_guard(statement: str) -> None:
    """What the bodies of the demands tell is written beside old rows; within the migration's own transaction."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER violations_no_update")
        op.execute(statement)
        op.execute(NO_UPDATE)
        return
    op.execute("ALTER TABLE violations DISABLE TRIGGER insert_only")
    op.execute(statement)
    op.execute("ALTER TABLE violations ENABLE ALWAYS TRIGGER insert_only")


def downgrade() -> None:
    op.create_index("ix_violations_agency_leaf_index", "violations", ["agency", "leaf_index"])
    for column in reversed(SOUGHT_BY):
        op.drop_index(f"ix_violations_{column}_made_at_violation_id", "violations")
    op.drop_index("ix_violations_made_at_violation_id", "violations")
    op.drop_column("violations", "channel")
