"""Form.io: what is found in a definition, the lock recipe, errors as its SDK reads them."""

from __future__ import annotations

from typing import Any

import pytest

from reuse_gateway.domain.errors import TooLarge
from reuse_gateway.domain.form import FieldKind, FieldRefusal, Form, Shaping, Trap
from reuse_gateway.domain.json_pointer import PatchFailed, found, patched
from reuse_gateway.domain.verdict import FormAction
from reuse_gateway.forms.registry import dialect_of

FORMIO = dialect_of("formio")


def file(key: str, **more: Any) -> dict[str, Any]:
    return {"type": "file", "key": key, "label": f"Giấy {key}", "input": True, "validate": {"required": True}, **more}


NESTED = {
    "display": "wizard",
    "components": [
        {"type": "panel", "key": "page1", "title": "Trang 1", "components": [file("a"), file("b")]},
        {"type": "columns", "key": "cols", "columns": [{"components": [file("left")]}, {"components": [file("right")]}]},
        {"type": "table", "key": "t", "rows": [[{"components": [file("cell")]}]]},
        {"type": "tabs", "key": "tabs", "components": [{"key": "one", "label": "Thẻ", "components": [file("tab")]}]},
        {"type": "datagrid", "key": "children", "label": "Con", "components": [file("cert")]},
        {"type": "container", "key": "box", "components": [{"type": "fieldset", "key": "f", "components": [file("deep")]}]},
    ],
}


def read(*components: Any) -> Form:
    return FORMIO.read({"components": list(components)})


def hiding(form: Form, *keys: str, action: FormAction = FormAction.HIDE) -> list[Shaping]:
    return [Shaping(field, action, "Giấy này Nhà nước đã có.") for field in form.fields if field.key in keys]


def test_fields_are_found_in_every_container_of_the_builder() -> None:
    form = FORMIO.read(NESTED)
    assert {field.key for field in form.fields} == {
        "a", "b", "left", "right", "cell", "tab", "children.cert", "box.deep"}  # fmt: skip
    assert all(found(NESTED, field.pointer)["key"] == field.path[-1] for field in form.fields)
    assert [field.key for field in form.fields if field.repeated] == ["children.cert"]
    assert form.fields[0].sections == ("Trang 1",)
    assert form.faults == ()


def test_a_tag_stands_in_properties_and_hints_among_tags() -> None:
    (field,) = read(file("x", properties={"evidenceType": "id_card", "role": "child"}, tags=["birth_certificate", 3])).fields
    assert (field.tag, field.told_role, field.hints) == ("id_card", "child", ("birth_certificate",))


def test_only_the_lock_recipe_counts_as_locked() -> None:
    form = read(file("hidden", hidden=True), file("shown"))
    assert form.fields[0].hidden
    assert not form.fields[0].locked
    assert form.fields[0].traps == (Trap.KEPT_WHILE_HIDDEN,)
    mended = FORMIO.read(patched({"components": [file("shown")]}, FORMIO.patch({"components": [file("shown")]}, hiding(
        read(file("shown")), "shown"))))  # fmt: skip
    locked = next(field for field in mended.fields if field.key == "shown")
    assert locked.locked
    assert locked.traps == ()


def test_a_patch_holds_for_every_field_at_once_and_each_alone() -> None:
    form = FORMIO.read(NESTED)
    shapings = hiding(form, *(field.key for field in form.fields))
    whole = FORMIO.read(patched(NESTED, FORMIO.patch(NESTED, shapings)))
    assert all(field.locked and not field.required for field in whole.fields if field.kind is FieldKind.ATTACHMENT)
    for patch in FORMIO.patches(NESTED, shapings):
        alone = FORMIO.read(patched(NESTED, patch.operations))
        assert len([field for field in alone.fields if field.locked]) == 1


def test_a_patch_begins_with_a_test_and_fails_against_a_form_that_moved() -> None:
    form = FORMIO.read(NESTED)
    operations = FORMIO.patch(NESTED, hiding(form, "b"))
    assert operations[0] == {"op": "test", "path": "/components/0/components/1/key", "value": "b"}
    moved = patched(NESTED, [{"op": "remove", "path": "/components/0/components/0"}])
    with pytest.raises(PatchFailed):
        patched(moved, operations)


def test_a_notice_stands_before_the_field_for_screen_readers_and_holds_no_markup_of_ours_to_break() -> None:
    form = read(file("a"))
    shaping = Shaping(form.fields[0], FormAction.HIDE, 'Đã có "x" <script>')
    result = patched({"components": [file("a")]}, FORMIO.patch({"components": [file("a")]}, [shaping]))
    notice, field = result["components"]
    assert notice["html"] == '<div role="status">Đã có "x" &lt;script&gt;</div>'
    assert field["validate"]["custom"] == 'valid = (input && (input.length || input.name)) ? "Đã có \\"x\\" <script>" : true'


def test_a_paper_that_may_come_later_is_neither_hidden_nor_required() -> None:
    form = read(file("a", validate={"required": True, "custom": "valid = true"}))
    definition = {"components": [file("a", validate={"required": True, "custom": "valid = true"})]}
    field = patched(definition, FORMIO.patch(definition, hiding(form, "a", action=FormAction.DEFER)))["components"][1]
    assert field["validate"] == {"required": False, "custom": "valid = true"}
    assert "hidden" not in field


def test_nothing_is_done_to_a_field_that_may_be_shown() -> None:
    form = read(file("a"))
    assert FORMIO.patch({"components": [file("a")]}, hiding(form, "a", action=FormAction.SHOW)) == []


def test_errors_have_no_top_level_message() -> None:
    (field,) = read({"type": "container", "key": "box", "components": [file("birth")]}).fields
    refused = FORMIO.errors([FieldRefusal(field, "Đã có", "birth_certificate")])
    assert refused.status == 400
    assert refused.body.keys() == {"name", "details"}
    (detail,) = refused.body["details"]
    assert (detail["path"], detail["message"]) == (["box", "birth"], "Đã có")
    assert detail["context"]["evidenceType"] == "birth_certificate"


@pytest.mark.parametrize("odd", [None, 7, "x", [], {}, {"components": 5}, {"components": [None, 7, "x", []]}])
def test_an_odd_definition_is_a_fault_or_nothing_and_never_an_exception(odd: Any) -> None:
    assert FORMIO.read(odd).fields == ()


def test_what_is_no_component_is_told_with_its_place() -> None:
    form = read(file("a"), 7, {"type": "panel", "components": "none"})
    assert [fault.pointer for fault in form.faults] == ["/components/1", "/components/2/components"]


def test_too_deep_a_form_is_refused_before_it_can_exhaust_anything() -> None:
    inner: dict[str, Any] = file("a")
    for _ in range(200):
        inner = {"type": "panel", "components": [inner]}
    with pytest.raises(TooLarge):
        read(inner)
