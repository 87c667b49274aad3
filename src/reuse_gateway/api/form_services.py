"""What the routers of forms need, built by `bootstrap` and handed over once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reuse_gateway.application.dialects import Dialect
from reuse_gateway.application.form_ports import FormRows, FormSecrets, FormSessions
from reuse_gateway.application.guard_form import GuardForm
from reuse_gateway.application.issue_form_secret import IssueFormSecret
from reuse_gateway.application.lint_form import LintForm, LintReport
from reuse_gateway.application.open_form_session import OpenFormSession
from reuse_gateway.application.register_form import RegisterForm
from reuse_gateway.application.remember_forms import ReadForms
from reuse_gateway.domain.text import Sentences


@dataclass(frozen=True, slots=True)
class FormLimits:
    """Sizes and times of forms: a definition, a submission with its papers, and how long one may take to arrive."""

    definition_bytes: int
    submission_bytes: int
    submission_seconds: float


@dataclass(frozen=True, slots=True)
class FormServices:
    """Forms as the routers see them."""

    register: RegisterForm
    guard: GuardForm
    open_session: OpenFormSession
    issue_secret: IssueFormSecret
    rows: FormRows
    sessions: FormSessions
    secrets: FormSecrets
    read: ReadForms
    dialect_of: Callable[[str], Dialect]
    lint: LintForm
    sarif: Callable[[LintReport, Sentences, Callable[[str], Mapping[str, Any]]], Mapping[str, Any]]
    limits: FormLimits
