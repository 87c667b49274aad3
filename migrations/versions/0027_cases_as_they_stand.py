"""`v_case` tells the state that a case is in: a round that has begun without a step is `detected`."""

from __future__ import annotations

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

OF_CASE = """min(v.agency) AS agency_code, min(v.procedure) AS procedure_code, min(v.evidence_type) AS evidence_type,
  count(*) AS violations, min(v.made_at) AS first_at, max(v.made_at) AS last_at"""
STANDING = f"""
SELECT k.case_id, k.agency_code, k.procedure_code, k.evidence_type, k.violations, k.first_at, k.last_at,
  COALESCE((SELECT CASE
      WHEN t.state = 'closed' AND k.newest > t.seen THEN 'detected'
      WHEN t.state IN ('rejected', 'defect', 'source', 'remedied', 'apologised', 'reported') AND k.newest > t.leaf_index
      THEN 'detected' ELSE t.state END
    FROM case_steps t WHERE t.case_id = k.case_id ORDER BY t.seq DESC LIMIT 1), 'detected') AS last_state
FROM (SELECT m.case_id, {OF_CASE}, max(m.leaf_index) AS newest
  FROM case_violations m JOIN violations v ON v.violation_id = m.violation_id GROUP BY m.case_id) k"""  # noqa: S608
LAST_STEP = f"""
SELECT m.case_id, {OF_CASE},
  COALESCE((SELECT t.state FROM case_steps t WHERE t.case_id = m.case_id ORDER BY t.seq DESC LIMIT 1), 'detected') AS last_state
FROM case_violations m JOIN violations v ON v.violation_id = m.violation_id GROUP BY m.case_id"""  # noqa: S608


def upgrade() -> None:
    _replace(STANDING)


def downgrade() -> None:
    _replace(LAST_STEP)


def _replace(query: str) -> None:
    """In place on PostgreSQL, so that whoever was granted it keeps it."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE OR REPLACE VIEW audit_v1.v_case AS {query}")
        return
    op.execute("DROP VIEW audit_v1_v_case")
    op.execute(f"CREATE VIEW audit_v1_v_case AS {query}")
