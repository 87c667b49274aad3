"""Forms of a deployment: the dialects, lint, the gate of publication, the guard, its sessions and secrets."""

from __future__ import annotations

from dataclasses import replace

from reuse_gateway.api.form_services import FormLimits, FormServices
from reuse_gateway.application.answer_once import AnswerOnce
from reuse_gateway.application.check_documents import CheckDocuments
from reuse_gateway.application.dated_policy import DatedPolicy
from reuse_gateway.application.form_ports import FormRecorder, FormRows
from reuse_gateway.application.guard_form import GuardForm, PromptPolicies
from reuse_gateway.application.issue_form_secret import IssueFormSecret
from reuse_gateway.application.lint_form import LintForm
from reuse_gateway.application.open_form_session import OpenFormSession
from reuse_gateway.application.record_demand import RecordDemand
from reuse_gateway.application.register_form import RegisterForm
from reuse_gateway.application.remember_forms import ReadForms, RememberForms
from reuse_gateway.catalogue.loader import Catalogue
from reuse_gateway.exports.sarif import sarif_of
from reuse_gateway.forms.registry import dialect_of
from reuse_gateway.settings import Settings
from reuse_gateway.signing.form_secrets import DerivedSecrets
from reuse_gateway.signing.form_sessions import SealedSessions
from reuse_gateway.signing.keys import SESSION, WEBHOOK, KeyRing

# Of the time a builder is given: the rest is for recording, and for the way there and back.
_FOR_SOURCES, _FOR_READING, _FOR_FIRST = 0.65, 0.15, 0.4


def form_services(
    settings: Settings,
    catalogue: Catalogue,
    ring: KeyRing,
    rows: FormRows,
    recorder: FormRecorder,
    policies: DatedPolicy,
    check: CheckDocuments,
    once: AnswerOnce,
    demand: RecordDemand,
) -> FormServices:
    """Everything about forms. Raises UnsafeSettings where the key ring has no key for sessions or webhooks."""
    sessions, secrets = SealedSessions(ring.secrets(SESSION)), DerivedSecrets(ring.secrets(WEBHOOK))
    clock, budget_s = check.clock, settings.form_budget_s
    known = RememberForms(rows, budget_s * _FOR_READING, budget_s * _FOR_FIRST)
    prompt = replace(check, policies=PromptPolicies(policies, budget_s * _FOR_SOURCES))
    lint = LintForm(dialect_of, policies, check.procedures, catalogue.sentences)
    return FormServices(
        register=RegisterForm(rows, recorder, policies, check.procedures, dialect_of, lint, catalogue.roles, clock),
        guard=GuardForm(prompt, once, demand, rows, recorder, check.pseudonyms, clock, budget_s),
        open_session=OpenFormSession(rows, check.procedures, sessions, clock, check.ids),
        issue_secret=IssueFormSecret(rows, recorder, secrets, clock),
        rows=known,
        sessions=sessions,
        secrets=secrets,
        read=ReadForms(dialect_of),
        dialect_of=dialect_of,
        lint=lint,
        sarif=lambda report, sentences, cited: sarif_of([("definition.json", report, {})], sentences, cited),
        limits=FormLimits(settings.definition_bytes, settings.submission_bytes, settings.submission_seconds),
    )
