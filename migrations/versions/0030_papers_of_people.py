"""Without a dossier a paper is its person's, however often it is asked about; counted days begin again.

`v_daily_agency` counts in the same way. The index that led from a proof to its demand has no reader any more.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

TOLD_BEFORE = "ix_violations_proof_check_id"
DAY = {
    "sqlite": "date({0}, '+7 hours')",
    "postgresql": "(({0} AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)",
}
TOLD = """COALESCE(v.evidence_type, '') AS kind, v.role,
  CASE WHEN v.decision IN ('ask_later', 'not_decided') THEN 1 ELSE 0 END AS open,
  CASE WHEN v.reason = 'held_valid' THEN 1 ELSE 0 END AS held"""
PERSON = {
    "of_check": "c.dossier, CASE WHEN c.dossier IS NULL THEN c.subject END AS person",
    "of_demand": "d.dossier, CASE WHEN d.dossier IS NULL THEN c.subject END AS person",
    "case": "dossier, person",
}
CHECK = {
    "of_check": "COALESCE(c.dossier, c.check_id) AS case_key",
    "of_demand": """COALESCE(d.dossier,
    (SELECT min(p.proof_check_id) FROM violations p WHERE p.leaf_index = d.leaf_index), d.check_id) AS case_key""",
    "case": "case_key",
}
DAILY = """
WITH asked AS (
  SELECT {decided} AS day, c.agency, c.procedure, {of_check}, {told}, 0 AS demanded
  FROM checks c JOIN verdicts v ON v.leaf_index = c.leaf_index
  WHERE c.client_id <> 'recheck' AND NOT EXISTS (SELECT 1 FROM demands j WHERE j.check_id = c.check_id)
  UNION ALL
  SELECT {made} AS day, d.agency, d.procedure, {of_demand}, {told}, 1
  FROM demands d JOIN checks c ON c.check_id = d.check_id JOIN verdicts v ON v.leaf_index = c.leaf_index
), papers AS (
  SELECT day, agency, sum(demanded) AS requested, max(held) * (1 - max(demanded)) AS avoided, sum(open) AS unknown
  FROM asked GROUP BY day, agency, procedure, {case}, kind, role
), told AS (
  SELECT day, agency, requested, 0 AS avoidable, 0 AS violations, avoided, unknown FROM papers
  UNION ALL
  SELECT day, agency, 0, count(*), 0, 0, 0
  FROM (SELECT DISTINCT {found} AS day, x.agency, x.demand_id, x.ref FROM violations x WHERE x.ref <> '') forbidden
  GROUP BY day, agency
  UNION ALL
  SELECT {made} AS day, d.agency, 0, count(*), 0, 0, 0
  FROM reclassifications r JOIN demands d ON d.demand_id = r.demand_id WHERE r.outcome = 'avoidable' GROUP BY 1, 2
  UNION ALL
  SELECT {found} AS day, x.agency, 0, 0, count(*), 0, 0 FROM violations x GROUP BY 1, 2
)
SELECT day, agency AS agency_code, sum(requested) AS requested, sum(avoidable) AS avoidable, sum(violations) AS violations,
  sum(avoided) AS avoided, sum(unknown) AS unknown
FROM told GROUP BY day, agency"""


def upgrade() -> None:
    _replace(PERSON)
    op.drop_index(TOLD_BEFORE, "violations")
    _emptied()


def downgrade() -> None:
    _emptied()
    some = sa.text("proof_check_id IS NOT NULL")
    op.create_index(TOLD_BEFORE, "violations", ["proof_check_id"], sqlite_where=some, postgresql_where=some)
    _replace(CHECK)


def _replace(paper_of: dict[str, str]) -> None:
    """In place on PostgreSQL, so that whoever was granted it keeps it."""
    engine = op.get_bind().dialect.name
    days = {"decided": "c.decided_at", "made": "d.made_at", "found": "x.made_at"}
    query = DAILY.format(**{key: DAY[engine].format(at) for key, at in days.items()}, told=TOLD, **paper_of)
    if engine == "postgresql":
        op.execute(f"CREATE OR REPLACE VIEW audit_v1.v_daily_agency AS {query}")
        return
    op.execute("DROP VIEW audit_v1_v_daily_agency")
    op.execute(f"CREATE VIEW audit_v1_v_daily_agency AS {query}")


def _emptied() -> None:
    op.execute("DELETE FROM reuse_days")
    op.execute("DELETE FROM dossier_days")
    op.execute("UPDATE folds SET below = 0")
