"""form-js: groups, dynamic lists, hiding by condition, refusal as a task listener says it; OpenCPS parts and bare items."""

from __future__ import annotations

from typing import Any

import pytest

from reuse_gateway.domain.errors import InvalidInput
from reuse_gateway.domain.form import FieldRefusal, Shaping, Trap
from reuse_gateway.domain.json_pointer import PatchFailed, patched
from reuse_gateway.domain.verdict import FormAction
from reuse_gateway.forms.registry import DIALECTS, dialect_of

FORM_JS, PARTS, ITEMS = dialect_of("form_js"), dialect_of("opencps"), dialect_of("items")


def file(key: str, **more: Any) -> dict[str, Any]:
    return {"type": "filepicker", "key": key, "label": f"Giấy {key}", "id": key, "validate": {"required": True}, **more}


SCHEMA = {
    "type": "default",
    "components": [
        file("a"),
        {"type": "group", "id": "g", "label": "Nhóm", "path": "box", "components": [file("b")]},
        {"type": "dynamiclist", "id": "l", "path": "kids", "components": [file("c")]},
        {"type": "text", "id": "t", "text": "chào"},
    ],
}
ANSWER = {
    "total": 3,
    "data": [
        {"partNo": "TP01", "partName": "Giấy khai sinh", "partType": 1, "required": True, "fileTemplateNo": "KQ.G15.000031"},
        {"partNo": "KQ01", "partName": "Quyết định", "partType": 2, "required": True},
        {"partNo": "TP02", "partName": "Tờ khai", "partType": 3, "required": False},
    ],
}
LISTED = {"items": [{"ref": "a", "label": "Sổ hộ khẩu"}, {"ref": "b", "evidence_type": "id_card", "role": "child"}]}


def shapings(dialect: Any, definition: Any, action: FormAction = FormAction.HIDE) -> list[Shaping]:
    return [Shaping(each, action, "=Đã có *nhé*") for each in dialect.read(definition).fields]


def test_paths_come_from_groups_and_lists() -> None:
    assert [(each.key, each.repeated) for each in FORM_JS.read(SCHEMA).fields] == [
        ("a", False),
        ("box.b", False),
        ("kids.c", True),
    ]


def test_hiding_by_condition_drops_the_value_and_lifts_the_requirement() -> None:
    result = patched(SCHEMA, FORM_JS.patch(SCHEMA, shapings(FORM_JS, SCHEMA)))
    assert all(each.locked and not each.required for each in FORM_JS.read(result).fields)
    assert result["components"][0] == {"type": "text", "id": "Notice_a", "text": " =Đã có \\*nhé\\*"}


def test_a_paper_that_may_come_later_stays() -> None:
    result = patched(SCHEMA, FORM_JS.patch(SCHEMA, shapings(FORM_JS, SCHEMA, FormAction.DEFER)))
    assert not any(each.hidden or each.required for each in FORM_JS.read(result).fields)


def test_a_read_only_field_that_is_required_stops_everybody() -> None:
    assert FORM_JS.read({"components": [file("a", readonly=True)]}).fields[0].traps == (Trap.REQUIRED_WHILE_READ_ONLY,)


def test_a_refusal_denies_the_task_with_one_reason() -> None:
    fields = FORM_JS.read(SCHEMA).fields
    refused = FORM_JS.errors([FieldRefusal(fields[0], "Một"), FieldRefusal(fields[1], "Một")])
    assert refused.body == {"denied": True, "deniedReason": "Một", "errors": {"a": ["Một"], "box.b": ["Một"]}}


def test_parts_that_the_agency_gives_out_are_not_asked_for() -> None:
    assert [(each.key, each.template_no) for each in PARTS.read(ANSWER).fields] == [("TP01", "KQ.G15.000031"), ("TP02", None)]


def test_a_part_is_released_and_keeps_its_number() -> None:
    result = patched(ANSWER, PARTS.patch(ANSWER, shapings(PARTS, ANSWER)[:1]))
    assert result["data"][0]["partNo"] == "TP01"
    assert (result["data"][0]["required"], result["data"][0]["reuse"]["ask"]) == (False, False)
    assert PARTS.read(result).fields[0].locked
    later = patched(ANSWER, PARTS.patch(ANSWER, shapings(PARTS, ANSWER, FormAction.DEFER)[:1]))
    assert not PARTS.read(later).fields[0].locked


def test_items_are_taken_out_from_the_last_to_the_first() -> None:
    assert patched(LISTED, ITEMS.patch(LISTED, shapings(ITEMS, LISTED))) == {"items": []}
    assert ITEMS.patch(LISTED, shapings(ITEMS, LISTED, FormAction.DEFER)) == []
    with pytest.raises(PatchFailed):
        patched({"items": [{"ref": "b"}, {"ref": "a"}]}, ITEMS.patch(LISTED, shapings(ITEMS, LISTED)))


def test_refused_items_are_problem_details_with_pointers() -> None:
    (field, _) = ITEMS.read(LISTED).fields
    refused = ITEMS.errors([FieldRefusal(field, "Đã có")])
    assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, "/items/0")
    part = PARTS.read(ANSWER).fields[0]
    assert PARTS.errors([FieldRefusal(part, "Đã có")]).body["errors"][0]["dossierPartNo"] == "TP01"


def test_a_part_without_a_number_is_told() -> None:
    assert PARTS.read([{"partName": "x"}]).faults[0].code == "no_part_number"


@pytest.mark.parametrize("odd", [None, 3, "x", {}, {"components": 5}, {"items": [3]}, {"data": {"a": 1}}])
@pytest.mark.parametrize("dialect", [FORM_JS, PARTS, ITEMS], ids=lambda each: each.name)
def test_odd_definitions_give_no_field_and_no_exception(dialect: Any, odd: Any) -> None:
    assert dialect.read(odd).fields == ()


def test_dialects_are_known_by_name_and_no_other() -> None:
    assert set(DIALECTS) == {"formio", "surveyjs", "json_schema", "jsonforms", "rjsf", "form_js", "opencps", "items"}
    assert dialect_of("formjs") is FORM_JS
    with pytest.raises(InvalidInput):
        dialect_of("__class__")
