"""What the tests of forms look at forms with: the shipped facts, no server, no store."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from reuse_gateway import bootstrap
from reuse_gateway.application.lint_form import LintForm, LintReport, LintRequest
from reuse_gateway.domain.form import Binding
from reuse_gateway.forms.registry import dialect_of
from reuse_gateway.settings import Settings
from tests.api.fakes import MemoryProcedures

DAY = date(2026, 11, 23)
# What is found depends on what is connected: another source must not change what these tests expect.
CONNECTED = {"population", "business_registration", "civil_status", "procedure_settlement"}
CONNECTED |= {"driving_licence", "land", "judicial_record"}


@cache
def linter() -> LintForm:
    facts = bootstrap.read_facts(Settings(home=Path("unused")))
    procedures = MemoryProcedures(facts.catalogue.procedures)
    policy = facts.policy(1.0)
    sources = tuple(source for source in policy.facts.sources if source.id in CONNECTED)
    assert {source.id for source in sources} == CONNECTED
    policy = replace(policy, facts=replace(policy.facts, sources=sources))
    return LintForm(dialect_of, policy, procedures, facts.catalogue.sentences)


def look(dialect: str, definition: Any, procedure: str = "1.001193", day: date = DAY, **more: Any) -> LintReport:
    """What is found in a form of birth registration, unless another procedure is named."""
    return asyncio.run(linter()(LintRequest(dialect, procedure, definition, day, **more)))


def found(report: LintReport) -> list[tuple[str, str, str]]:
    """Level, rule and field of every finding."""
    return [(told.finding.level.value, told.finding.rule.value, told.finding.field) for told in report.findings]


def rules(dialect: str, definition: Any, **more: Any) -> dict[str, list[str]]:
    """The rules found, by field."""
    by_field: dict[str, list[str]] = {}
    for _, rule, field in found(look(dialect, definition, **more)):
        by_field.setdefault(field, []).append(rule)
    return by_field


def paper(key: str, label: str, **more: Any) -> dict[str, Any]:
    """A file component of Form.io."""
    return {"type": "file", "key": key, "label": label, "input": True, **more}


def typed(key: str, label: str, **more: Any) -> dict[str, Any]:
    """A text component of Form.io."""
    return {"type": "textfield", "key": key, "label": label, "input": True, **more}


def form(*components: Any) -> dict[str, Any]:
    """A Form.io form."""
    return {"display": "form", "components": list(components)}


def bound(**fields: str) -> dict[str, Binding]:
    """Bindings of fields to papers; an empty one = none of ours."""
    return {name: Binding((kind,) if kind else ()) for name, kind in fields.items()}
