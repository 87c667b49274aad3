"""What a mend promises, over forms that nobody thought of: nothing mendable is left, and no other form is touched by it."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from reuse_gateway.domain.json_pointer import PatchFailed, patched

from .bench import look

LABELS = (
    "Căn cước công dân", "Sổ hộ khẩu", "Giấy khai sinh của con", "Giấy chứng nhận kết hôn", "Lý do", "Họ và tên", "Ngày sinh",
    "Số định danh cá nhân", "Giấy xác nhận cư trú", "CMND mặt trước", "Tờ khai", "Giấy chứng sinh",
)  # fmt: skip
ROUNDS = 12


class Maker:
    """Makes forms up; the same seed makes the same ones. `twice`: some names come more than once."""

    def __init__(self, seed: int, twice: bool = True) -> None:
        self.random = random.Random(seed)
        self.made, self.twice = 0, twice

    def some(self, likely: float, **told: Any) -> dict[str, Any]:
        return told if self.random.random() < likely else {}

    def key(self) -> str:
        self.made += 1
        return f"k{self.made}" if not self.twice or self.random.random() < 0.8 else f"k{self.random.randrange(1, 4)}"

    def label(self) -> str:
        return self.random.choice(LABELS)

    def several(self, make: Any, depth: int) -> list[Any]:
        return [make(depth + 1) for _ in range(self.random.randrange(4))]

    def deeper(self, depth: int) -> bool:
        return depth < 3 and self.random.random() < 0.35

    def formio(self, depth: int = 0) -> dict[str, Any]:
        if self.deeper(depth):
            kind = self.random.choice(["panel", "columns", "table", "container", "datagrid", "fieldset"])
            inside, around = self.several(self.formio, depth), {"type": kind, "key": self.key(), "label": self.label()}
            if kind == "columns":
                return around | {"columns": [{"components": [each]} for each in inside]}
            if kind == "table":
                return around | {"rows": [[{"components": [each]} for each in inside]]}
            return around | {"components": inside} | self.some(0.2, hidden=True)
        told = {"type": self.random.choice(["file", "file", "textfield"]), "key": self.key(), "label": self.label()}
        told |= self.some(0.3, validate={"required": True}) | self.some(0.2, hidden=True) | self.some(0.1, logic=[{}])
        return told | self.some(0.2, properties={"evidenceType": self.random.choice(["id_card", "zzz", "birth_certificate"])})

    def surveyjs(self, depth: int = 0) -> dict[str, Any]:
        if self.deeper(depth):
            inside, kind = (
                self.several(self.surveyjs, depth),
                self.random.choice(["elements", "templateElements", "detailElements"]),
            )
            types = {"elements": "panel", "templateElements": "paneldynamic", "detailElements": "matrixdynamic"}
            return {"type": types[kind], "name": self.key(), kind: inside}
        told = {"type": self.random.choice(["file", "file", "text"]), "name": self.key(), "title": self.label()}
        told |= self.some(0.3, isRequired=True) | self.some(0.2, visible=False) | self.some(0.2, visibleIf="{x}=1")
        return (
            told
            | self.some(0.2, clearIfInvisible="onHidden")
            | self.some(0.2, readOnly=True)
            | self.some(0.1, requiredIf="{x}=1")
        )

    def form_js(self, depth: int = 0) -> dict[str, Any]:
        if self.deeper(depth):
            kind = self.random.choice(["group", "dynamiclist"])
            return {"type": kind, "path": self.key(), "label": self.label(), "components": self.several(self.form_js, depth)}
        told = {"type": self.random.choice(["filepicker", "textfield"]), "key": self.key(), "label": self.label()}
        told |= self.some(0.3, validate={"required": True}) | self.some(0.2, readonly=True)
        return told | self.some(0.2, conditional={"hide": self.random.choice(["=true", "=a"])})

    def value(self, depth: int) -> dict[str, Any]:
        if self.deeper(depth):
            inner = self.schema(depth + 1)
            return self.random.choice([inner, {"type": "array", "items": inner}, {"$ref": "#/definitions/b"}])
        return self.random.choice(
            [{"$ref": "#/definitions/a"}, {"type": "string", "format": "data-url", "title": self.label()}]
        )

    def schema(self, depth: int = 0) -> dict[str, Any]:
        keys = [self.key() for _ in range(self.random.randrange(1, 5))]
        told: dict[str, Any] = {"type": "object", "properties": {key: self.value(depth) for key in keys}}
        told |= self.some(0.5, required=[keys[0], *keys[:1]]) | self.some(0.2, anyOf=[{"required": [key]} for key in keys])
        told |= self.some(0.2, dependentRequired={"x": keys}) | self.some(0.1, dependencies={"x": {"required": keys}})
        return told | (self.some(0.2, allOf=[self.schema(depth + 1)]) if depth < 3 else {})

    def root(self) -> dict[str, Any]:
        below = {"a": {"type": "string", "format": "data-url", "title": self.label()}, "b": {}}
        below["b"] = self.schema(4)
        return self.schema() | {"definitions": below}

    def jsonforms(self) -> dict[str, Any]:
        made = self.root()
        controls = [{"type": "Control", "scope": f"#/properties/{key}"} for key in made["properties"]]
        return {"schema": made, "uischema": {"type": "VerticalLayout", "elements": controls}}

    def made_for(self, dialect: str) -> Any:
        six = range(6)
        return {
            "formio": lambda: {"components": [self.formio() for _ in six]},
            "surveyjs": lambda: {"pages": [{"name": "p", "elements": [self.surveyjs() for _ in six]}]},
            "form_js": lambda: {"components": [self.form_js() for _ in six]},
            "json_schema": self.root,
            "jsonforms": self.jsonforms,
            "rjsf": lambda: {"schema": self.root(), "uiSchema": {}},
            "opencps": lambda: {"data": [{"partNo": str(n), "partType": 1, "partName": self.label()} for n in six]},
            "items": lambda: {"items": [{"ref": f"r{n}", "label": self.label()} for n in six]},
        }[dialect]()


DIALECTS = ("formio", "surveyjs", "form_js", "json_schema", "jsonforms", "rjsf", "opencps", "items")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_mended_form_has_nothing_left_to_mend(dialect: str) -> None:
    maker, mended = Maker(5), 0
    for _ in range(ROUNDS):
        definition = maker.made_for(dialect)
        before = json.dumps(definition)
        report = look(dialect, definition, procedure="1.000894")
        after = look(dialect, patched(definition, report.patch), procedure="1.000894")
        assert json.dumps(definition) == before
        assert [told.finding for told in after.findings if told.finding.mend] == []
        for told in report.findings:
            assert not told.fix or (told.fix[0]["op"] == "test" and patched(definition, told.fix) != definition)
        mended += bool(report.patch)
    assert mended > ROUNDS / 2


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_mend_does_not_apply_to_a_form_that_has_moved_under_it(dialect: str) -> None:
    """Two fields of one name are each other's neighbours at worst: lint warns of those (`duplicate_key`)."""
    maker, tried = Maker(6, twice=False), 0
    for _ in range(ROUNDS):
        definition = maker.made_for(dialect)
        report = look(dialect, definition, procedure="1.000894")
        for told in report.findings:
            if told.fix:
                tried += 1
                with pytest.raises(PatchFailed):
                    patched(moved(definition, told.fix[0]["path"]), told.fix)
    assert tried > ROUNDS


def moved(definition: Any, pointer: str) -> Any:
    """The first list on the way to this place has one more member before all others; where there is none, the place is gone."""
    copy = json.loads(json.dumps(definition))
    value, way = copy, pointer.split("/")[1:]
    for step in way[:-1]:
        if isinstance(value, list):
            value.insert(0, {"type": "textfield", "key": "strange", "name": "strange", "partNo": "x", "ref": "strange"})
            return copy
        value = value[step]
    if isinstance(value, list):
        value.insert(0, "strange")
    else:
        value[way[-1]] = {"strange": True}
    return copy
