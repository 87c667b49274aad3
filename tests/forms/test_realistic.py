"""Fifteen forms as offices write them, in every dialect, each with exactly what must be found in it (2026-11-23)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reuse_gateway.application.lint_form import LintReport
from reuse_gateway.catalogue.form_bindings import beside, read_bindings
from reuse_gateway.domain.form_finding import Level
from reuse_gateway.domain.json_pointer import found as at
from reuse_gateway.domain.json_pointer import patched
from tests.forms.bench import look

FORMS = Path(__file__).parent / "definitions"
EXPECTED: dict[str, dict[str, str]] = json.loads((FORMS / "expected.json").read_text(encoding="utf-8"))
# What no operation can mend: a person must say which paper is meant, or bind a field that exists.
FOR_A_PERSON = {"unknown_tag", "binding_without_field"}


def definition(name: str) -> Any:
    return json.loads((FORMS / f"{name}.json").read_text(encoding="utf-8"))


def looked(name: str, given: Any) -> LintReport:
    told = read_bindings(beside(FORMS / f"{name}.json") or FORMS)
    return look(told.dialect or "", given, told.procedure or "", case=told.case, bindings=told.fields)


def summed(report: LintReport) -> dict[str, str]:
    """`level rule` of every finding by field, in order."""
    found: dict[str, str] = {}
    for told in report.findings:
        said = f"{told.finding.level} {told.finding.rule}"
        found[told.finding.field] = f"{found[told.finding.field]}, {said}" if told.finding.field in found else said
    return found


def test_at_least_twelve_forms_in_all_dialects_are_looked_at() -> None:
    dialects = {read_bindings(path).dialect for path in FORMS.glob("*.bindings.yaml")}
    assert len(EXPECTED) >= 12
    assert dialects == {"formio", "surveyjs", "json_schema", "jsonforms", "rjsf", "form_js", "opencps", "items"}
    assert set(EXPECTED) == {path.name.removesuffix(".bindings.yaml") for path in FORMS.glob("*.bindings.yaml")}


@pytest.mark.parametrize("name", EXPECTED)
def test_what_is_found_in_a_form_is_exactly_what_stands_in_it(name: str) -> None:
    assert summed(looked(name, definition(name))) == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_mended_form_has_only_errors_that_a_person_must_mend(name: str) -> None:
    given = definition(name)
    report = looked(name, given)
    left = looked(name, patched(given, report.patch))
    assert {told.finding.rule for told in left.findings if told.finding.level is Level.ERROR} <= FOR_A_PERSON
    assert given == definition(name)


@pytest.mark.parametrize("name", EXPECTED)
def test_every_fix_holds_alone_and_begins_with_a_test_of_its_place(name: str) -> None:
    given = definition(name)
    for told in looked(name, given).findings:
        if told.fix:
            assert told.fix[0]["op"] == "test"
            assert patched(given, told.fix) != given
        if told.finding.pointer:
            at(given, told.finding.pointer)
