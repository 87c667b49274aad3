"""Definitions that nobody sane would write: a clear finding or a refusal that tells its limit, nothing else, and soon."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reuse_gateway.domain.errors import TooLarge
from reuse_gateway.domain.form import Shaping
from reuse_gateway.domain.json_pointer import patched
from reuse_gateway.domain.verdict import FormAction
from reuse_gateway.forms.json_values import MOST_STEPS
from reuse_gateway.forms.registry import DIALECTS
from tests.forms.bench import look

KEYS = st.sampled_from(
    ["components", "columns", "rows", "pages", "elements", "templateElements", "items", "properties", "$ref", "allOf", "anyOf",
     "required", "schema", "uischema", "uiSchema", "scope", "rule", "options", "data", "parts", "type", "key", "name", "label",
     "title", "validate", "tags", "evidenceType", "path", "conditional", "format", "hidden", "visible", "then", "$defs",
     "partNo", "ref", "enum", "ui:widget", "fileTemplateNo", "__proto__", "constructor", "prototype", "toString", ""]
)  # fmt: skip
WORDS = st.sampled_from(
    ["file", "panel", "datagrid", "filepicker", "paneldynamic", "matrixdynamic", "object", "array", "string", "data-url",
     "Sổ hộ khẩu", "Thẻ căn cước", "id_card", "Họ và tên", "Số định danh cá nhân", "a", "a.b", "~/", "#", "#/properties/a",
     "#/$defs/a", "#/properties/a/properties/a", "=true", "Control", "Group", "HIDE", "hidden", "\u202e", "\x00", "x" * 20_000]
)  # fmt: skip
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS | st.text(max_size=20)
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=7), max_leaves=60
)
QUICK = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("dialect", DIALECTS)
@QUICK
@given(definition=st.dictionaries(KEYS, ANYTHING, max_size=8) | ANYTHING)
def test_any_json_whatever_is_read_judged_and_mended_without_an_exception(dialect: str, definition: Any) -> None:
    before = repr(definition)
    report = look(dialect, definition)
    patched(definition, report.patch)
    for told in report.findings:
        assert patched(definition, told.fix) is not None or definition is None
        assert told.message.vi
    assert repr(definition) == before


@pytest.mark.parametrize("dialect", DIALECTS)
@QUICK
@given(definition=st.dictionaries(KEYS, ANYTHING, max_size=8), action=st.sampled_from(FormAction))
def test_every_field_that_was_read_can_be_shaped_and_refused(dialect: str, definition: Any, action: FormAction) -> None:
    from reuse_gateway.domain.form import FieldRefusal

    builder = DIALECTS[dialect]
    form = builder.read(definition)
    result = patched(definition, builder.patch(definition, [Shaping(each, action, "x") for each in form.fields]))
    builder.read(result)
    assert builder.errors([FieldRefusal(each, "x") for each in form.fields]).status in (200, 400, 422)


def nested(dialect: str, levels: int) -> Any:
    inner: Any = {"type": "file", "key": "a", "name": "a", "label": "Sổ hộ khẩu", "title": "Sổ hộ khẩu"}
    for _ in range(levels):
        inner = {
            "components": [inner],
            "elements": [inner],
            "properties": {"a": inner},
            "type": "panel" if dialect in ("formio", "surveyjs") else "object",
            "allOf": [inner],
        } if dialect != "form_js" else {"components": [inner]}  # fmt: skip
    return inner


@pytest.mark.parametrize("dialect", ["formio", "surveyjs", "form_js", "json_schema"])
def test_deep_nesting_is_refused_soon(dialect: str) -> None:
    started = time.monotonic()
    with pytest.raises(TooLarge) as refused:
        look(dialect, nested(dialect, 60))
    assert refused.value.code in ("form_too_deep", "form_too_large")
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("dialect", ["formio", "surveyjs", "form_js", "items", "opencps"])
def test_very_long_lists_are_refused_by_number(dialect: str) -> None:
    listed = [{}] * (MOST_STEPS + 2)
    name = {"surveyjs": "elements", "items": "items", "opencps": "data"}.get(dialect, "components")
    with pytest.raises(TooLarge) as refused:
        look(dialect, {name: listed})
    assert refused.value.facts["limit"] == MOST_STEPS


def test_references_in_circles_end() -> None:
    circle = {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"properties": {"c": {"$ref": "#/$defs/a"}}}}, "$ref": "#/$defs/a"}
    report = look("json_schema", circle)
    assert {told.finding.rule.value for told in report.findings} >= {"unreadable_part"}


def test_prototype_names_are_names_like_any_other() -> None:
    odd = {
        "properties": {
            key: {"type": "string", "format": "data-url", "title": "Sổ hộ khẩu"} for key in ("__proto__", "constructor")
        }
    }
    report = look("json_schema", odd)
    assert [told.finding.pointer for told in report.findings if told.finding.rule == "abolished_paper"] == [
        "/properties/__proto__",
        "/properties/constructor",
    ]


@pytest.mark.parametrize("label", ["Sổ hộ khẩu " * 2_000, "ọ̣" * 10_000, " - " * 7_000, "(" * 20_000, "tải lên " * 2_500])
def test_labels_of_twenty_thousand_characters_are_read_soon(label: str) -> None:
    started = time.monotonic()
    report = look("formio", {"components": [{"type": "file", "key": f"k{n}", "label": f"{n} {label}"} for n in range(20)]})
    assert all(len(told.message.vi) < 1_000 for told in report.findings)
    assert time.monotonic() - started < 10


def test_a_rule_of_required_names_that_are_no_names_breaks_nothing() -> None:
    odd = {"properties": {"a": {"format": "data-url", "title": "Sổ hộ khẩu"}}, "required": [None, 3, ["a"], {"a": 1}, "a", "a"]}
    report = look("json_schema", odd)
    assert patched(odd, report.patch)["required"] == [None, 3, ["a"], {"a": 1}]
