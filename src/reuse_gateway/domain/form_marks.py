"""Which form builder wrote a definition, by marks that no other leaves (dấu hiệu của phần mềm biểu mẫu)."""

from __future__ import annotations

from typing import Any

_FAMILY = {"jsonforms": "json_schema", "rjsf": "json_schema"}
_DISPLAYS = ("form", "wizard", "pdf", "webform")
_FORMIO_KEYS = {"input", "tableView", "inputType", "conditionalConditions", "customConditional", "validateOn"}
_FORMIO_TYPES = {"file", "panel", "columns", "fieldset", "well", "container", "datagrid", "editgrid", "selectboxes", "content"}
_FORM_JS_KEYS = {"schemaVersion", "executionPlatform", "executionPlatformVersion", "exporter"}
_FORM_JS_TYPES = {"filepicker", "dynamiclist", "documentPreview", "taglist", "checklist", "iframe"}
_MOST_LOOKED_AT = 200


def other_dialect(dialect: str, definition: Any) -> str | None:
    """The builder that surely wrote it where that is not the one named; None where the marks are its own, several or none."""
    marks = _marks(definition)
    named = _FAMILY.get(dialect, dialect)
    return marks.pop() if len(marks) == 1 and named not in marks else None


def _marks(definition: Any) -> set[str]:
    if isinstance(definition, list):
        return {"opencps"} if _any(definition, {"partNo", "fileTemplateNo", "partName"}) else set()
    if not isinstance(definition, dict):
        return set()
    found = set()
    if isinstance(definition.get("components"), list):
        found |= _of_components(definition)
    if any(_any(definition.get(name), {"elements", "questions", "name"}) for name in ("pages", "elements", "questions")):
        found.add("surveyjs")
    schema = definition.get("schema", definition)
    if isinstance(schema, dict) and ("$schema" in schema or isinstance(schema.get("properties"), dict)):
        found.add("json_schema")
    if _any(definition.get("items"), {"ref"}):
        found.add("items")
    if _any(definition.get("data"), {"partNo", "fileTemplateNo", "partName"}):
        found.add("opencps")
    return found


def _of_components(definition: dict[str, Any]) -> set[str]:
    parts = [each for each in definition["components"][:_MOST_LOOKED_AT] if isinstance(each, dict)]
    keys = {key for each in parts for key in each}
    types = {each["type"] for each in parts if isinstance(each.get("type"), str)}
    found = set()
    if definition.get("display") in _DISPLAYS or keys & _FORMIO_KEYS or types & _FORMIO_TYPES:
        found.add("formio")
    if _FORM_JS_KEYS & definition.keys() or definition.get("type") == "default" or types & _FORM_JS_TYPES:
        found.add("form_js")
    return found


def _any(told: Any, keys: set[str]) -> bool:
    """Does a list hold an object with one of these keys?"""
    listed = told[:_MOST_LOOKED_AT] if isinstance(told, list) else []
    return any(isinstance(each, dict) and keys & each.keys() for each in listed)
