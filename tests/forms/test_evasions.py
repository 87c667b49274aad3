"""Ways around lint that were tried and are closed: papers where nobody looked, and fields that only look locked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reuse_gateway.domain.json_pointer import patched

from .bench import form, look, paper

CARD = "Căn cước công dân"
FIELD = paper("cccd", CARD)
HIDDEN = {"hidden": True, "validateWhenHidden": True}
SHOWS = {"trigger": {"type": "simple"}, "actions": [{"type": "property", "property": {"value": "hidden"}, "state": False}]}
ASKED = {"type": "file", "name": "cccd", "title": CARD}
FILED = {"type": "string", "format": "data-url", "title": CARD}
CLEARS = {"clearIfInvisible": "onHidden"}
UNSEEN = {"visible": False} | CLEARS
TRIGGER = {"triggers": [{"type": "visible", "expression": "1=1", "questions": ["cccd"]}]}
CONTROL = {"type": "Control", "scope": "#/properties/cccd"}
HIDES = {"rule": {"effect": "HIDE", "condition": {"scope": "#", "schema": {}}}}


def survey(*elements: Any, **more: Any) -> dict[str, Any]:
    return {"pages": [{"name": "p", "elements": list(elements)}], **more}


def schema(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, **more}


WAYS: dict[str, tuple[str, Any]] = {
    "a file with an empty list of components": ("formio", form(FIELD | {"components": []})),
    "a file with columns": ("formio", form(FIELD | {"columns": [{"components": []}]})),
    "hidden until logic shows it": ("formio", form(FIELD | {"hidden": True, "logic": [SHOWS]})),
    "a filepicker with components": (
        "form_js",
        {"components": [{"type": "filepicker", "key": "a", "label": CARD, "components": []}]},
    ),
    "invisible until a condition says": ("surveyjs", survey(ASKED | {"visible": False, "visibleIf": "1=1"})),
    "in a panel that a condition shows": (
        "surveyjs",
        survey({"type": "panel", "name": "x", "visible": False, "visibleIf": "1=1", "elements": [ASKED | CLEARS]}),
    ),
    "invisible until a trigger shows it": ("surveyjs", survey(ASKED | UNSEEN, **TRIGGER)),
    "in the details of a matrix": ("surveyjs", survey({"type": "matrixdynamic", "name": "m", "detailElements": [ASKED]})),
    "in a flow panel": ("surveyjs", survey({"type": "flowpanel", "name": "m", "elements": [ASKED]})),
    "text with properties": ("json_schema", schema({"cccd": FILED | {"properties": {"x": {}}}})),
    "beside another value": ("rjsf", schema({"a": {}}, dependencies={"a": schema({"cccd": FILED}, required=["cccd"])})),
    "beside another value, newer": ("json_schema", schema({"a": {}}, dependentSchemas={"a": schema({"cccd": FILED})})),
    "by a pattern": ("json_schema", schema({"a": {}}, patternProperties={"^cccd$": FILED})),
    "by any name": ("json_schema", schema({"a": {}}, additionalProperties=FILED)),
    "in a list by its place": ("json_schema", schema({"a": {"type": "array", "prefixItems": [{"type": "string"}, FILED]}})),
    "in a list by its place, older": ("json_schema", schema({"a": {"type": "array", "items": [FILED]}})),
    "nothing in one branch, a file in the other": (
        "json_schema",
        schema({"a": {}}, **{"if": {}, "then": schema({"cccd": {"type": "null"}}), "else": schema({"cccd": FILED})}),
    ),
    "shown twice and hidden once": (
        "jsonforms",
        {"schema": schema({"cccd": FILED}), "uischema": {"type": "VerticalLayout", "elements": [CONTROL | HIDES, CONTROL]}},
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_replaceable_paper_is_found_wherever_it_hides_and_the_mend_takes_it_away(way: str) -> None:
    dialect, definition = WAYS[way]
    report = look(dialect, definition, procedure="1.000894")
    assert [str(each.finding.rule) for each in report.findings if str(each.finding.level) == "error"] == ["replaceable_paper"]
    after = look(dialect, patched(definition, report.patch), procedure="1.000894")
    assert [str(each.finding.rule) for each in after.findings if each.finding.mend] == []


def test_a_rule_that_only_speaks_of_the_lock_is_none() -> None:
    rule = {"validate": {"custom": "valid = true; // input.name"}}
    (found,) = look("formio", form(FIELD | HIDDEN | rule), procedure="1.000894").findings
    assert (str(found.finding.rule), found.finding.mend is not None) == ("hiding_is_not_enforced", True)


def test_a_form_inside_a_form_that_is_kept_elsewhere_is_not_passed_over_in_silence() -> None:
    report = look("formio", form({"type": "form", "key": "f", "form": "62ab"}, paper("b", "Đơn đề nghị")), procedure="1.000894")
    assert "unreadable_part" in {str(each.finding.rule) for each in report.findings}


@pytest.mark.parametrize("keyword", ["dependencies", "dependentRequired"])
def test_a_paper_that_goes_is_no_longer_demanded_beside_another_value(keyword: str) -> None:
    """Else whoever fills in the other value could never send the form."""
    definition = schema({"a": {"type": "string"}, "cccd": FILED}, **{keyword: {"a": ["x", "cccd"]}})
    after = patched(definition, look("json_schema", definition, procedure="1.000894").patch)
    assert (after["properties"]["cccd"], after[keyword]) == (False, {"a": ["x"]})


@pytest.mark.parametrize("strange", [[], {}, [[]], True, 7])
@pytest.mark.parametrize(
    ("dialect", "definition"),
    [
        ("json_schema", '{"properties": {"a": {"format": STRANGE, "type": STRANGE, "required": STRANGE}}}'),
        (
            "rjsf",
            '{"schema": {"properties": {"a": {"items": {"format": STRANGE}}}}, "uiSchema": {"a": {"ui:widget": STRANGE}}}',
        ),
        ("jsonforms", '{"schema": {"properties": {"a": {}}}, "uischema": {"rule": {"effect": STRANGE}, "scope": STRANGE}}'),
        ("surveyjs", '{"clearInvisibleValues": STRANGE, "triggers": STRANGE, "elements": [{"type": "file", "name": "a"}]}'),
        ("surveyjs", '{"elements": [{"type": "file", "name": "a", "clearIfInvisible": STRANGE, "visible": STRANGE}]}'),
        ("formio", '{"components": [{"type": "file", "key": "a", "logic": STRANGE, "hidden": true, "validate": STRANGE}]}'),
    ],
)
def test_a_word_that_is_no_word_is_read_without_an_exception(dialect: str, definition: str, strange: Any) -> None:
    look(dialect, json.loads(definition.replace("STRANGE", json.dumps(strange))))
