"""SurveyJS: what is found in a model, the hide recipe, errors by top-level question."""

from __future__ import annotations

from typing import Any

import pytest

from reuse_gateway.domain.form import FieldRefusal, Form, Shaping, Trap
from reuse_gateway.domain.json_pointer import PatchFailed, patched
from reuse_gateway.domain.verdict import FormAction
from reuse_gateway.forms.registry import dialect_of

SURVEY = dialect_of("surveyjs")


def file(key: str, **more: Any) -> dict[str, Any]:
    return {"type": "file", "name": key, "title": f"Giấy {key}", "isRequired": True, **more}


MODEL = {
    "title": {"default": "Form", "vi": "Biểu mẫu"},
    "pages": [
        {
            "name": "p1",
            "title": {"vi": "Trang"},
            "elements": [{"type": "panel", "name": "n", "elements": [file("a")]}, file("b")],
        },
        {
            "name": "p2",
            "elements": [
                {"type": "html", "name": "h"},
                {"type": "paneldynamic", "name": "kids", "templateElements": [file("cert")]},
                {"type": "matrixdynamic", "name": "mx", "columns": [{"name": "f", "cellType": "file"}, {"name": "t"}]},
                {"type": "multipletext", "name": "mt", "items": [{"name": "ho_ten", "title": "Họ và tên"}]},
            ],
        },
    ],
}


def shaped(model: Any, *keys: str, action: FormAction = FormAction.HIDE) -> tuple[Form, Any]:
    wanted = [Shaping(each, action, "Đã có") for each in SURVEY.read(model).fields if each.key in keys]
    result = patched(model, SURVEY.patch(model, wanted))
    return SURVEY.read(result), result


def test_questions_are_found_in_pages_panels_rows_and_without_a_page() -> None:
    assert [each.key for each in SURVEY.read(MODEL).fields] == ["a", "b", "kids.cert", "mx.f", "mx.t", "mt.ho_ten"]
    assert [each.key for each in SURVEY.read({"elements": [file("x")]}).fields] == ["x"]
    assert [each.key for each in SURVEY.read(MODEL).fields if each.repeated] == ["kids.cert", "mx.f", "mx.t"]
    assert SURVEY.read(MODEL).fields[0].sections == ("Trang",)


def test_the_hide_recipe_hides_empties_and_never_requires() -> None:
    form, result = shaped(MODEL, "a", "b", "kids.cert")
    assert [each.key for each in form.fields if each.locked and not each.required] == ["a", "b", "kids.cert"]
    assert result["pages"][0]["elements"][1] == {"type": "html", "name": "b_notice", "html": '<div role="status">Đã có</div>'}
    assert "readOnly" not in result["pages"][0]["elements"][2]


def test_a_condition_would_show_the_question_again_so_it_goes() -> None:
    _, result = shaped({"elements": [file("a", visibleIf="{x} = 1", requiredIf="{x} = 1")]}, "a")
    assert result["elements"][1].keys() & {"visibleIf", "requiredIf"} == set()


def test_a_paper_that_may_come_later_stays_visible() -> None:
    _, result = shaped({"elements": [file("a", visibleIf="{x} = 1")]}, "a", action=FormAction.DEFER)
    assert result["elements"][1] == file("a", visibleIf="{x} = 1") | {"isRequired": False}


def test_a_column_of_files_is_taken_out() -> None:
    form, _ = shaped(MODEL, "mx.f")
    assert "mx.f" not in {each.key for each in form.fields}


def test_a_question_only_made_invisible_keeps_its_file() -> None:
    fields = SURVEY.read({"elements": [file("a", visible=False), file("b", visible=False, clearIfInvisible="onHidden")]}).fields
    assert [(each.locked, each.traps) for each in fields] == [(False, (Trap.KEPT_WHILE_HIDDEN,)), (True, ())]
    by_survey = SURVEY.read({"clearInvisibleValues": "onHidden", "elements": [file("a", visible=False)]}).fields
    assert by_survey[0].locked


def test_a_read_only_question_never_runs_its_validators() -> None:
    (field,) = SURVEY.read({"elements": [file("a", readOnly=True, validators=[{"type": "expression"}])]}).fields
    assert field.traps == (Trap.UNCHECKED_WHILE_READ_ONLY,)


def test_errors_name_top_level_questions_alone() -> None:
    fields = {each.key: each for each in SURVEY.read(MODEL).fields}
    refused = SURVEY.errors([FieldRefusal(fields["a"], "Một"), FieldRefusal(fields["kids.cert"], "Hai")])
    assert (refused.status, refused.body) == (200, {"errors": {"a": "Một", "kids": "Hai"}})


def test_a_model_that_moved_refuses_the_patch() -> None:
    (field,) = SURVEY.read({"elements": [file("a")]}).fields
    operations = SURVEY.patch({"elements": [file("a")]}, [Shaping(field, FormAction.HIDE, "x")])
    with pytest.raises(PatchFailed):
        patched({"elements": [file("b")]}, operations)


def test_tags_are_read_where_a_serializer_kept_them() -> None:
    (field,) = SURVEY.read({"elements": [file("a", evidenceType="id_card", role="child", shownWhen="not_held")]}).fields
    assert (field.tag, field.told_role, field.gated) == ("id_card", "child", True)


@pytest.mark.parametrize("odd", [None, 3, [], {"pages": 3}, {"pages": [{"elements": "x"}]}, {"elements": [None, {"type": 3}]}])
def test_an_odd_model_is_a_fault_or_nothing(odd: Any) -> None:
    form = SURVEY.read(odd)
    assert form.fields == ()
    assert form.faults
