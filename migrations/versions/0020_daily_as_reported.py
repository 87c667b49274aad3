"""`v_daily_agency` counts what `GET /v1/reports/reuse` of that day counts; an index leads from forms to their violations.

The view of 0016 counted verdicts of all checks as requests. What follows is `storage/reuse_counts.py` and
`storage/request_counts.py` with the day as one more key: a test holds the two against each other.
"""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

AUDITOR = "reuse_gateway_auditor"
DAY = {
    "sqlite": "date({0}, '+7 hours')",
    "postgresql": "(({0} AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)",
}
TOLD = """COALESCE(v.evidence_type, '') AS kind, v.role,
  CASE WHEN v.decision IN ('ask_later', 'not_decided') THEN 1 ELSE 0 END AS open,
  CASE WHEN v.reason = 'held_valid' THEN 1 ELSE 0 END AS held"""
DAILY = """
WITH asked AS (
  SELECT {decided} AS day, c.agency, c.procedure, COALESCE(c.dossier, c.check_id) AS case_key, {told}, 0 AS demanded
  FROM checks c JOIN verdicts v ON v.leaf_index = c.leaf_index
  WHERE c.client_id <> 'recheck' AND NOT EXISTS (SELECT 1 FROM demands j WHERE j.check_id = c.check_id)
  UNION ALL
  SELECT {made} AS day, d.agency, d.procedure, COALESCE(d.dossier,
    (SELECT min(p.proof_check_id) FROM violations p WHERE p.leaf_index = d.leaf_index), d.check_id) AS case_key, {told}, 1
  FROM demands d JOIN checks c ON c.check_id = d.check_id JOIN verdicts v ON v.leaf_index = c.leaf_index
), papers AS (
  SELECT day, agency, sum(demanded) AS requested, max(held) * (1 - max(demanded)) AS avoided, sum(open) AS unknown
  FROM asked GROUP BY day, agency, procedure, case_key, kind, role
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
BEFORE = """
SELECT day, agency_code, sum(requested) AS requested, sum(avoidable) AS avoidable, sum(unknown) AS unknown,
  sum(violations) AS violations
FROM (
  SELECT {decided} AS day, c.agency AS agency_code, count(*) AS requested,
    sum(CASE WHEN v.decision = 'must_not_ask' THEN 1 ELSE 0 END) AS avoidable,
    sum(CASE WHEN v.decision IN ('ask_later', 'not_decided') THEN 1 ELSE 0 END) AS unknown, 0 AS violations
  FROM verdicts v JOIN checks c ON c.leaf_index = v.leaf_index GROUP BY 1, 2
  UNION ALL
  SELECT {found} AS day, x.agency AS agency_code, 0, 0, 0, count(*) FROM violations x GROUP BY 1, 2
) told GROUP BY day, agency_code"""


def upgrade() -> None:
    _replace(DAILY)
    op.create_index("ix_case_violations_form", "case_violations", ["form"])


def downgrade() -> None:
    op.drop_index("ix_case_violations_form", "case_violations")
    _replace(BEFORE)


def _replace(query: str) -> None:
    engine = op.get_bind().dialect.name
    name = "audit_v1.v_daily_agency" if engine == "postgresql" else "audit_v1_v_daily_agency"
    days = {"decided": "c.decided_at", "made": "d.made_at", "found": "x.made_at"}
    spelled = {key: DAY[engine].format(at) for key, at in days.items()}
    op.execute(f"DROP VIEW {name}")
    op.execute(f"CREATE VIEW {name} AS {query.format(**spelled, told=TOLD)}")
    if engine == "postgresql":
        op.execute(f"GRANT SELECT ON {name} TO {AUDITOR}")
