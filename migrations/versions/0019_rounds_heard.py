"""The view `case_state`: a violation that no step has seen is detected, whatever has become of those before it."""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# Made by 0016 over `case_state`; PostgreSQL keeps them when the view beneath is replaced, SQLite looks it up by name.
HEARD = """
SELECT m.leaf_index, m.violation_id, m.case_id, COALESCE(
  (SELECT s.state FROM case_steps s WHERE s.case_id = m.case_id AND s.round =
     (SELECT MIN(f.round) FROM case_steps f WHERE f.case_id = m.case_id AND f.seen >= m.leaf_index)
   ORDER BY s.seq DESC LIMIT 1),
  'detected') AS state
FROM case_violations m
"""
INHERITED = HEARD.replace(
    "'detected')",
    """(SELECT CASE WHEN s.state IN ('rejected', 'defect', 'source', 'remedied', 'apologised', 'reported', 'closed')
     THEN 'detected' ELSE s.state END FROM case_steps s WHERE s.case_id = m.case_id ORDER BY s.seq DESC LIMIT 1),
  'detected')""",
)


def upgrade() -> None:
    _replaced(HEARD)
    op.create_index("ix_demands_recorded_at", "demands", ["recorded_at"])


def downgrade() -> None:
    op.drop_index("ix_demands_recorded_at", "demands")
    _replaced(INHERITED)


def _replaced(query: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE OR REPLACE VIEW case_state AS {query}")
        return
    op.execute("DROP VIEW case_state")
    op.execute(f"CREATE VIEW case_state AS {query}")
