"""A definition under the name of another builder is told, and one without marks is not."""

from __future__ import annotations

from typing import Any

import pytest

from reuse_gateway.domain.form_marks import other_dialect
from tests.forms.bench import rules

WRITTEN: dict[str, Any] = {
    "formio": {"display": "form", "components": [{"type": "file", "key": "a", "label": "Sổ hộ khẩu", "input": True}]},
    "form_js": {"type": "default", "components": [{"type": "filepicker", "key": "a", "label": "Sổ hộ khẩu"}]},
    "surveyjs": {"pages": [{"elements": [{"type": "file", "name": "a", "title": "Sổ hộ khẩu"}]}]},
    "json_schema": {"type": "object", "properties": {"a": {"type": "string", "format": "data-url", "title": "Sổ hộ khẩu"}}},
    "opencps": {"data": [{"partNo": "TP01", "partName": "Sổ hộ khẩu", "partType": 1}]},
    "items": {"items": [{"ref": "a", "label": "Sổ hộ khẩu"}]},
}


@pytest.mark.parametrize("dialect", WRITTEN)
@pytest.mark.parametrize("named", WRITTEN)
def test_a_form_of_another_builder_is_an_error(dialect: str, named: str) -> None:
    found = [rule for rules_of in rules(named, WRITTEN[dialect]).values() for rule in rules_of]
    assert ("other_dialect" in found) is (dialect != named)


@pytest.mark.parametrize("named", ["json_schema", "jsonforms", "rjsf"])
def test_one_family_of_builders_shares_its_marks(named: str) -> None:
    whole = {"schema": WRITTEN["json_schema"], "uischema": {"type": "VerticalLayout", "elements": []}}
    assert other_dialect(named, whole) is None
    assert other_dialect("formio", whole) == "json_schema"


@pytest.mark.parametrize("written", [{}, [], None, 7, "x", {"components": []}, {"components": [{"key": "a"}]}, {"pages": [7]}])
def test_what_bears_no_mark_is_nobodys(written: Any) -> None:
    assert [other_dialect(named, written) for named in WRITTEN] == [None] * len(WRITTEN)


def test_marks_of_two_builders_tell_nothing() -> None:
    both = WRITTEN["formio"] | {"schemaVersion": 16}
    assert other_dialect("surveyjs", both) is None
