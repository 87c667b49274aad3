"""Read-only views `audit_v1` for reporting tools (Metabase, Superset): no person, officer, dossier or client in any of them.

PostgreSQL: schema `audit_v1` and the role `reuse_gateway_auditor`, which may read it and nothing else. SQLite: `audit_v1_*`.
Days are Vietnamese. A later version gets a schema of its own; columns of this one keep their names and meanings.
"""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

AUDITOR = "reuse_gateway_auditor"
DAY = {
    "sqlite": "date({0}, '+7 hours')",
    "postgresql": "(({0} AT TIME ZONE 'Asia/Ho_Chi_Minh')::date)",
}
NAME = {"sqlite": "json_extract({0}, '$.name')", "postgresql": "({0}::json ->> 'name')"}

VIOLATION = """
SELECT v.violation_id, v.made_at AS occurred_at, {day} AS occurred_on, v.type, v.severity, v.agency AS agency_code,
  replace(v.agency, '.', '/') AS agency_path, v.procedure AS procedure_code, v.evidence_type, v.source AS source_id, v.channel,
  v.personal_liability, s.case_id, s.state, c.policy_version, v.leaf_index AS chain_seq
FROM violations v LEFT JOIN checks c ON c.check_id = v.check_id LEFT JOIN case_state s ON s.violation_id = v.violation_id"""
CASE = """
SELECT m.case_id, min(v.agency) AS agency_code, min(v.procedure) AS procedure_code, min(v.evidence_type) AS evidence_type,
  count(*) AS violations, min(v.made_at) AS first_at, max(v.made_at) AS last_at,
  COALESCE((SELECT t.state FROM case_steps t WHERE t.case_id = m.case_id ORDER BY t.seq DESC LIMIT 1), 'detected') AS last_state
FROM case_violations m JOIN violations v ON v.violation_id = m.violation_id GROUP BY m.case_id"""
DAILY = """
SELECT day, agency_code, sum(requested) AS requested, sum(avoidable) AS avoidable, sum(unknown) AS unknown,
  sum(violations) AS violations
FROM (
  SELECT {decided} AS day, c.agency AS agency_code, count(*) AS requested,
    sum(CASE WHEN d.decision = 'must_not_ask' THEN 1 ELSE 0 END) AS avoidable,
    sum(CASE WHEN d.decision IN ('ask_later', 'not_decided') THEN 1 ELSE 0 END) AS unknown, 0 AS violations
  FROM verdicts d JOIN checks c ON c.leaf_index = d.leaf_index GROUP BY 1, 2
  UNION ALL
  SELECT {day} AS day, v.agency AS agency_code, 0, 0, 0, count(*) FROM violations v GROUP BY 1, 2
) told GROUP BY day, agency_code"""
HEALTH = """
SELECT h.source AS source_id, h.from_at, h.to_at, h.state, h.probes, h.probes_failed, h.calls, h.calls_failed,
  h.p50_ms, h.p95_ms
FROM source_health h"""
FORM = """
SELECT f.form_id, f.revision, f.version, f.state, f.dialect, f.procedure AS procedure_code, f.agency AS agency_code,
  f.recorded_at, CASE WHEN f.waiver IS NULL THEN 0 ELSE 1 END AS waived
FROM form_versions f"""
AGENCY = """
SELECT DISTINCT agency AS agency_code, replace(agency, '.', '/') AS agency_path
FROM (SELECT agency FROM checks UNION SELECT agency FROM violations) told"""
PROCEDURE = """
SELECT p.code AS procedure_code, {name} AS name, p.valid_from
FROM imported_procedures p WHERE p.import_id = (SELECT max(n.import_id) FROM imported_procedures n WHERE n.code = p.code)"""
VIEWS = {
    "v_violation": VIOLATION,
    "v_case": CASE,
    "v_daily_agency": DAILY,
    "v_connector_health": HEALTH,
    "v_form": FORM,
    "d_agency": AGENCY,
    "d_procedure": PROCEDURE,
}


def upgrade() -> None:
    engine = op.get_bind().dialect.name
    if engine == "postgresql":
        op.execute("CREATE SCHEMA audit_v1")
    told = {
        "day": DAY[engine].format("v.made_at"),
        "decided": DAY[engine].format("c.decided_at"),
        "name": NAME[engine].format("p.body"),
    }
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW {_full(name)} AS {query.format(**told)}")
    if engine == "postgresql":
        _auditor()


def _full(name: str) -> str:
    return f"audit_v1.{name}" if op.get_bind().dialect.name == "postgresql" else f"audit_v1_{name}"


def _auditor() -> None:
    """Roles belong to the whole server: another database of it may have made this one already."""
    op.execute(
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{AUDITOR}') THEN "
        f"CREATE ROLE {AUDITOR} NOLOGIN; END IF; "
        "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    )
    op.execute(f"GRANT USAGE ON SCHEMA audit_v1 TO {AUDITOR}")
    op.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA audit_v1 TO {AUDITOR}")


def downgrade() -> None:
    for name in reversed(VIEWS):
        op.execute(f"DROP VIEW {_full(name)}")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP SCHEMA audit_v1")
