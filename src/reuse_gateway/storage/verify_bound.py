"""Which tables leaves bind, row by row, and of which kinds their leaves are."""

from __future__ import annotations

from sqlalchemy import Table

from reuse_gateway.storage import audit_events as audited
from reuse_gateway.storage import case_json as cases_at_rest
from reuse_gateway.storage import case_letters as letters_at_rest
from reuse_gateway.storage import checks as checks_at_rest
from reuse_gateway.storage import citizen_json as citizens_at_rest
from reuse_gateway.storage import demands as demands_at_rest
from reuse_gateway.storage import facts as facts_at_rest
from reuse_gateway.storage import form_json as forms_at_rest
from reuse_gateway.storage import probe_log
from reuse_gateway.storage import received as received_at_rest
from reuse_gateway.storage import saved_filters as filters_at_rest
from reuse_gateway.storage import webhook_json as webhooks_at_rest
from reuse_gateway.storage.demand_json import KIND as DEMAND
from reuse_gateway.storage.holdings_json import KIND as HOLDINGS
from reuse_gateway.storage.tables import audit_events, checks, demands, idempotency_claims, verdicts, violations
from reuse_gateway.storage.tables_cases import case_letters, case_reminders, case_steps, case_violations
from reuse_gateway.storage.tables_citizens import citizen_answers, citizen_requests
from reuse_gateway.storage.tables_demands import reclassifications, seen_defects
from reuse_gateway.storage.tables_events import events
from reuse_gateway.storage.tables_facts import dated_facts
from reuse_gateway.storage.tables_filters import saved_filters
from reuse_gateway.storage.tables_forms import form_events, form_versions
from reuse_gateway.storage.tables_health import source_health
from reuse_gateway.storage.tables_holdings import holding_batches
from reuse_gateway.storage.tables_numbers import received_dossiers, received_reports
from reuse_gateway.storage.tables_webhooks import webhook_subscriptions

BOUND = (checks, verdicts, idempotency_claims, demands, violations, audit_events, dated_facts, events)
BOUND += (form_versions, form_events, holding_batches, seen_defects, reclassifications, source_health)
BOUND += (case_violations, case_steps, case_reminders, case_letters, webhook_subscriptions, saved_filters)
BOUND += (received_reports, received_dossiers, citizen_requests, citizen_answers)
KIND_OF = {
    checks: {checks_at_rest.KIND},
    verdicts: {checks_at_rest.KIND},
    idempotency_claims: {checks_at_rest.KIND},
    demands: {DEMAND},
    violations: {DEMAND},
    seen_defects: {DEMAND},
    case_violations: {DEMAND},
    case_steps: {cases_at_rest.STEP},
    webhook_subscriptions: {webhooks_at_rest.KIND},
    case_reminders: {cases_at_rest.REMINDER},
    case_letters: {letters_at_rest.LETTER},
    reclassifications: {demands_at_rest.RECLASSIFIED},
    audit_events: {audited.REFUSAL, audited.ACCESS},
    dated_facts: {facts_at_rest.KIND},
    source_health: {probe_log.KIND},
    holding_batches: {HOLDINGS},
    form_versions: {forms_at_rest.VERSION},
    form_events: {forms_at_rest.EVENT},
    received_reports: {received_at_rest.KIND},
    citizen_requests: {citizens_at_rest.REQUEST},
    citizen_answers: {citizens_at_rest.ANSWER},
    received_dossiers: {received_at_rest.KIND},
    saved_filters: {filters_at_rest.KIND},
}


def holds(table: Table, kind: str) -> bool:
    """May a leaf of this kind have rows in this table? Events stand beside any."""
    return table is events or kind in KIND_OF[table]
