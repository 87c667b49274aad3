"""JSON Schema, JSON Forms, RJSF: where a schema speaks of a value, what lifts a requirement, shared definitions, errors."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from reuse_gateway.domain.errors import TooLarge
from reuse_gateway.domain.form import FieldKind, FieldRefusal, Shaping, Trap
from reuse_gateway.domain.json_pointer import PatchFailed, patched
from reuse_gateway.domain.verdict import FormAction
from reuse_gateway.forms.registry import dialect_of

SCHEMA, FORMS, RJSF = dialect_of("json_schema"), dialect_of("jsonforms"), dialect_of("rjsf")
FILE = {"type": "string", "format": "data-url"}
SENT = "data:image/png;base64,AAAA"


def schema(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def shaped(dialect: Any, definition: Any, *keys: str, action: FormAction = FormAction.HIDE) -> Any:
    wanted = [Shaping(each, action, "Đã có") for each in dialect.read(definition).fields if each.key in keys]
    assert len(wanted) == len(keys)
    return patched(definition, dialect.patch(definition, wanted))


def takes(definition: Any, value: Any) -> bool:
    return bool(jsonschema_rs.validator_for(definition).is_valid(value))


def test_a_hidden_paper_may_be_missing_and_may_not_be_sent() -> None:
    mended = shaped(SCHEMA, schema(a=FILE, n={"type": "string"}), "a")
    assert takes(mended, {"n": "x"})
    assert not takes(mended, {"n": "x", "a": SENT})
    assert not takes(mended, {})


def test_a_requirement_is_lifted_wherever_it_stands() -> None:
    asked = schema(a=FILE) | {"allOf": [{"required": ["a"]}, {"if": {}, "then": {"required": ["b", "a"]}}]}
    mended = shaped(SCHEMA, asked, "a")
    assert takes(mended, {"b": 1})
    assert not takes(mended, {"a": SENT, "b": 1})
    assert not takes(mended, {})


def test_all_at_once_and_each_alone_hold() -> None:
    asked = schema(a=FILE, b=FILE, c=schema(d=FILE, e={"type": "array", "items": FILE}))
    keys = ("a", "b", "c.d", "c.e")
    assert takes(shaped(SCHEMA, asked, *keys), {"c": {}})
    for key in keys:
        assert shaped(SCHEMA, asked, key) != asked
    wanted = [Shaping(each, FormAction.HIDE, "x") for each in SCHEMA.read(asked).fields if each.key in keys]
    for patch in SCHEMA.patches(asked, wanted):
        assert patch.operations[0]["op"] == "test"
        assert patched(asked, patch.operations) != asked


def test_a_shared_definition_is_changed_for_one_user_alone() -> None:
    person = schema(birth=FILE, name={"type": "string"})
    asked = {"$defs": {"person": person}} | schema(me={"$ref": "#/$defs/person"}, kid={"$ref": "#/$defs/person"})
    mended = shaped(SCHEMA, asked, "me.birth")
    assert takes(mended, {"me": {"name": "x"}, "kid": {"name": "y", "birth": SENT}})
    assert not takes(mended, {"me": {"name": "x", "birth": SENT}, "kid": {"name": "y", "birth": SENT}})
    assert not takes(mended, {"me": {"name": "x"}, "kid": {"name": "y"}})


def test_definitions_shared_inside_shared_definitions_too() -> None:
    asked = {"$defs": {"papers": schema(p=FILE), "person": schema(has={"$ref": "#/$defs/papers"})}}
    asked |= schema(a={"$ref": "#/$defs/person"}, b={"$ref": "#/$defs/person"})
    mended = shaped(SCHEMA, asked, "b.has.p")
    assert takes(mended, {"a": {"has": {"p": SENT}}, "b": {"has": {}}})
    assert not takes(mended, {"a": {"has": {}}, "b": {"has": {}}})


def test_lists_of_people_have_papers_too() -> None:
    asked = schema(kids={"type": "array", "items": schema(birth=FILE) | {"title": "Con"}})
    (field,) = SCHEMA.read(asked).fields
    assert (field.key, field.repeated, field.sections) == ("kids.birth", True, ("Con",))
    assert takes(shaped(SCHEMA, asked, "kids.birth"), {"kids": [{}]})


@pytest.mark.parametrize("told", [FILE, {"type": "array", "items": FILE}, {"$ref": "#/$defs/f"}, {"contentEncoding": "base64"},
                                  {"anyOf": [{"type": "null"}, FILE]}])  # fmt: skip
def test_files_are_known_in_every_spelling(told: Any) -> None:
    (field,) = SCHEMA.read({"$defs": {"f": FILE}} | schema(a=told)).fields
    assert field.kind is FieldKind.ATTACHMENT


def test_a_paper_that_may_come_later_is_not_required_and_says_so() -> None:
    mended = shaped(SCHEMA, schema(a=FILE), "a", action=FormAction.DEFER)
    assert takes(mended, {})
    assert takes(mended, {"a": SENT})
    assert mended["properties"]["a"]["description"] == "Đã có"


def test_only_what_is_always_required_counts_as_required() -> None:
    asked = {"properties": {"a": FILE}, "if": {"properties": {"x": {"const": 1}}}, "then": {"required": ["a"]}}
    assert not SCHEMA.read(asked).fields[0].required


def test_json_forms_hides_without_lifting_and_lint_is_told() -> None:
    rule = {"effect": "HIDE", "condition": {"scope": "#/properties/x", "schema": {"const": 1}}}
    control = {"type": "Control", "scope": "#/properties/a", "rule": rule, "options": {"evidenceType": "id_card"}}
    (field,) = FORMS.read({"schema": schema(a=FILE), "uischema": {"type": "VerticalLayout", "elements": [control]}}).fields
    assert field.traps == (Trap.REQUIRED_WHILE_HIDDEN,)
    assert field.tag == "id_card"


def test_json_forms_shows_a_label_where_the_control_stood() -> None:
    controls = [{"type": "Control", "scope": f"#/properties/{key}"} for key in ("n", "a")]
    asked = {"schema": schema(a=FILE, n={"type": "string"}), "uischema": {"type": "Group", "elements": controls}}
    mended = shaped(FORMS, asked, "a")
    assert [each["type"] for each in mended["uischema"]["elements"]] == ["Control", "Label"]
    assert mended["schema"]["required"] == ["n"]
    assert mended["schema"]["properties"]["a"] is False


def test_rjsf_shows_a_notice_where_the_field_stood_and_takes_no_file() -> None:
    mended = shaped(RJSF, {"schema": schema(a=FILE), "uiSchema": {"a": {"ui:widget": "file"}}}, "a")
    assert mended["schema"]["properties"]["a"] == {"type": "null", "title": "a", "description": "Đã có"}
    assert takes(mended["schema"], {})
    assert not takes(mended["schema"], {"a": SENT})


def test_errors_come_in_the_words_of_each() -> None:
    field = SCHEMA.read(schema(box=schema(a=FILE))).fields[0]
    refusals = [FieldRefusal(field, "Đã có", "id_card")]
    (told,) = SCHEMA.errors(refusals).body["errors"]
    assert (told["instancePath"], told["keyword"], told["params"]) == ("/box/a", "x-evidence-type", {"code": "id_card"})
    assert FORMS.errors(refusals).body["additionalErrors"] == [told]
    assert RJSF.errors(refusals).body["extraErrors"] == {"box": {"a": {"__errors": ["Đã có"]}}}


def test_what_may_not_be_there_is_locked_and_what_may_be_anything_is_not() -> None:
    never, anything = SCHEMA.read({"properties": {"a": False, "b": True}}).fields
    assert (never.locked, anything.locked) == (True, False)
    assert shaped(SCHEMA, {"properties": {"b": True}}, "b") == {"properties": {"b": False}}
    assert SCHEMA.read(shaped(SCHEMA, schema(a=FILE), "a")).fields[0].locked


def test_pointers_of_odd_names_are_escaped() -> None:
    field = SCHEMA.read(schema(**{"a/b~c": FILE})).fields[0]
    assert field.pointer == "/properties/a~1b~0c"
    assert SCHEMA.errors([FieldRefusal(field, "x")]).body["errors"][0]["instancePath"] == "/a~1b~0c"


@pytest.mark.parametrize(
    ("reference", "code"),
    [("#", "reference_to_itself"), ("#/properties/a", "reference_to_itself"), ("#/no/such", "reference_to_nothing"),
     ("other.json#/x", "reference_not_followed"), ("#anchor", "reference_not_followed")],
)  # fmt: skip
def test_references_that_cannot_be_followed_are_told(reference: str, code: str) -> None:
    form = SCHEMA.read(schema(a={"$ref": reference}))
    assert [fault.code for fault in form.faults] == [code]


def test_references_that_multiply_are_refused_and_never_hang() -> None:
    bomb = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 8} for n in range(30)} | {"d30": FILE}
    with pytest.raises(TooLarge):
        SCHEMA.read({"$defs": bomb} | schema(a={"$ref": "#/$defs/d0"}))


def test_a_schema_that_changed_refuses_the_patch() -> None:
    asked = schema(a=FILE)
    operations = SCHEMA.patch(asked, [Shaping(SCHEMA.read(asked).fields[0], FormAction.HIDE, "x")])
    with pytest.raises(PatchFailed):
        patched(schema(b=FILE, a=FILE), operations)


@pytest.mark.parametrize(
    "odd", [None, True, 5, [], {"properties": 5}, {"properties": {"a": 5}}, {"schema": {"properties": []}}]
)
def test_odd_schemas_give_no_field(odd: Any) -> None:
    assert SCHEMA.read(odd).fields == ()
