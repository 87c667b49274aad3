"""Each rule of lint: where it speaks, and where it must be silent. The shipped facts on 2026-11-23."""

from __future__ import annotations

from datetime import date

import pytest

from reuse_gateway.domain.errors import InvalidInput, UnknownProcedure
from reuse_gateway.domain.form import Binding
from reuse_gateway.domain.form_finding import RULES, Level, Rule
from tests.forms.bench import bound, form, linter, look, paper, rules, typed

BIRTH, MARRIAGE, LAND = "1.001193", "1.000894", "1.013831"


def test_a_paper_without_legal_value_is_an_error_in_every_procedure() -> None:
    for procedure in (BIRTH, MARRIAGE, LAND):
        assert rules("formio", form(paper("x", "Sổ hộ khẩu")), procedure=procedure) == {"x": ["abolished_paper"]}


def test_before_the_law_that_ended_it_the_household_book_was_no_error_of_that_kind() -> None:
    with pytest.raises(UnknownProcedure):
        look("formio", form(paper("x", "Sổ hộ khẩu")), day=date(2022, 6, 1))


def test_a_paper_outside_the_published_dossier_is_an_error() -> None:
    assert rules("formio", form(paper("x", "Giấy phép lái xe"))) == {"x": ["outside_published_dossier"]}


def test_the_childs_paper_is_not_the_applicants() -> None:
    dossier = form(paper("x", "Giấy chứng nhận kết hôn của con"))
    assert rules("formio", dossier)["x"] == ["replaceable_paper", "other_persons_paper"]
    said = form(paper("x", "Giấy chứng nhận kết hôn", properties={"role": "child"}))
    assert rules("formio", said) == {"x": ["outside_published_dossier"]}


def test_a_row_that_names_the_parents_speaks_of_them() -> None:
    assert rules("formio", form(paper("x", "Giấy chứng nhận kết hôn của cha mẹ"))) == {"x": ["replaceable_paper"]}


def test_a_title_around_a_field_tells_whose_paper_it_is() -> None:
    section = {"type": "panel", "key": "p", "title": "Giấy tờ của con", "components": [paper("x", "Giấy chứng nhận kết hôn")]}
    report = look("formio", form(section))
    assert {told.finding.role for told in report.findings} == {"child"}


def test_what_data_replace_today_is_an_error_with_source_and_law() -> None:
    (told,) = look("formio", form(paper("x", "Thẻ căn cước"))).findings
    assert (told.finding.rule, told.finding.level) == (Rule.REPLACEABLE_PAPER, Level.ERROR)
    assert "population" in told.finding.sources
    assert told.finding.bases[0] == "L-148-2025"
    assert "dân cư" in told.message.vi
    assert told.message.vi != told.message.en


def test_the_law_of_the_day_is_cited() -> None:
    (told,) = look("formio", form(paper("x", "Thẻ căn cước")), day=date(2026, 3, 1)).findings
    assert told.finding.bases[0] == "NQ-66.7-2025"


def test_a_paper_no_source_holds_may_be_asked_for() -> None:
    assert rules("formio", form(paper("x", "Giấy chứng sinh"))) == {}


def test_an_original_is_a_note_and_no_error() -> None:
    found = rules("formio", form(paper("x", "Giấy chứng nhận quyền sử dụng đất")), procedure=LAND)
    assert found["x"][0] == "original_required"
    assert RULES[Rule.ORIGINAL_REQUIRED].level is Level.NOTE


def test_what_the_agency_must_obtain_is_an_error_of_its_own() -> None:
    found = rules("formio", form(paper("x", "Giấy xác nhận tình trạng hôn nhân")), procedure=MARRIAGE)
    assert found == {"x": ["agency_obtains"]}


def test_another_paper_of_the_same_row_that_data_hold_is_a_warning_and_the_field_stays() -> None:
    report = look("formio", form(paper("x", "Hộ chiếu", validate={"required": True})))
    assert [told.finding.rule for told in report.findings] == [Rule.REPLACEABLE_BY_ALTERNATIVE, Rule.COPY_OF_SHOWN_PAPER]
    assert not any("hidden" in operation["path"] for operation in report.patch)


def test_of_a_choice_one_replaceable_paper_spares_the_whole_field() -> None:
    assert rules("formio", form(paper("x", "Căn cước công dân hoặc hộ chiếu")))["x"][0] == "replaceable_paper"


def test_of_a_choice_an_abolished_paper_is_still_told() -> None:
    assert "abolished_paper" in rules("formio", form(paper("x", "Sổ hộ khẩu hoặc Giấy chứng sinh")))["x"]


def test_of_papers_wanted_together_each_is_judged() -> None:
    found = rules("formio", form(paper("x", "Giấy phép lái xe và Giấy chứng nhận kết hôn")))
    assert set(found["x"]) == {"outside_published_dossier", "replaceable_paper"}


def test_a_certified_copy_is_a_warning_on_top() -> None:
    assert "certified_copy" in rules("formio", form(paper("x", "Bản sao có chứng thực Giấy chứng nhận kết hôn")))["x"]
    assert "certified_copy" not in rules("formio", form(paper("x", "Bản sao Giấy chứng nhận kết hôn")))["x"]


def test_unsure_words_accuse_nobody_and_suggest() -> None:
    (told,) = look("formio", form(paper("x", "Giấy khai sinh của người bảo lãnh"))).findings
    assert (told.finding.rule, told.finding.level) == (Rule.UNSURE_LABEL, Level.NOTE)
    assert told.fix == ()


def test_a_binding_counts_more_than_tag_and_words() -> None:
    asked = form(paper("x", "Tệp 1", properties={"evidenceType": "birth_notice"}))
    assert rules("formio", asked) == {}
    assert rules("formio", asked, bindings=bound(x="id_card")) == {"x": ["replaceable_paper"]}
    assert rules("formio", form(paper("x", "Tệp gì đó khác")), bindings=bound(x="")) == {}


def test_a_tag_that_hides_what_the_words_say_is_told() -> None:
    dodged = form(paper("x", "Sổ hộ khẩu", properties={"evidenceType": "application_form"}))
    assert rules("formio", dodged) == {"x": ["abolished_paper", "tag_against_label"]}
    assert rules("formio", form(paper("x", "Sổ hộ khẩu")), bindings=bound(x="application_form")) == {
        "x": ["abolished_paper", "tag_against_label"]
    }
    assert rules("formio", form(paper("x", "Sổ hộ khẩu")), bindings=bound(x="")) == {
        "x": ["abolished_paper", "tag_against_label"]
    }


def test_a_tag_that_is_no_paper_is_an_error_and_the_words_still_count() -> None:
    odd = form(paper("x", "Sổ hộ khẩu", properties={"evidenceType": "houshold_book"}))
    assert rules("formio", odd) == {"x": ["abolished_paper", "unknown_tag"]}


def test_tags_of_others_among_the_tags_of_a_component_are_none_of_ours() -> None:
    assert rules("formio", form(paper("x", "Giấy chứng sinh", tags=["urgent", "step-2"]))) == {}
    assert rules("formio", form(paper("x", "Tệp", tags=["evidence:id_card"]))) == {"x": ["replaceable_paper"]}


def test_bindings_that_could_never_hold_are_errors() -> None:
    found = rules("formio", form(paper("x", "Giấy chứng sinh")), bindings={"y": Binding(("nothing_such",))})
    assert found["y"] == ["binding_without_field", "binding_unknown_paper"]


def test_a_field_left_to_the_gateway_is_a_note_unless_it_is_required() -> None:
    gated = {"properties": {"shownWhen": "not_held"}}
    assert rules("formio", form(paper("x", "Thẻ căn cước", **gated))) == {"x": ["left_to_the_gateway"]}
    required = paper("x", "Thẻ căn cước", validate={"required": True}, **gated)
    assert rules("formio", form(required)) == {"x": ["replaceable_paper"]}
    assert rules("formio", form(paper("x", "Sổ hộ khẩu", **gated))) == {"x": ["abolished_paper"]}


def test_hiding_is_no_enforcement() -> None:
    assert rules("formio", form(paper("x", "Sổ hộ khẩu", hidden=True))) == {"x": ["hiding_is_not_enforced"]}
    assert rules("formio", form(paper("x", "Giấy chứng sinh", hidden=True))) == {}


def test_what_the_register_knows_is_not_typed_beside_the_number_that_opens_it() -> None:
    asked = form(
        typed("id", "Số định danh cá nhân"), typed("n", "Họ và tên"), typed("b", "Ngày sinh"), typed("t", "Điện thoại")
    )
    assert rules("formio", asked) == {"n": ["retyped_personal_data"], "b": ["retyped_personal_data"]}
    assert rules("formio", form(typed("n", "Họ và tên"), typed("b", "Ngày sinh"))) == {}


def test_facts_of_another_person_are_not_typed_again() -> None:
    asked = form(typed("id", "Số định danh cá nhân"), typed("n", "Họ và tên con"), typed("m", "Năm sinh của mẹ"))
    assert rules("formio", asked) == {}
    child = {"type": "datagrid", "key": "g", "components": [typed("id", "Số định danh"), typed("n", "Họ và tên")]}
    assert rules("formio", form(child, typed("me", "Họ và tên"))) == {"g.n": ["retyped_personal_data"]}


def test_what_the_system_fills_is_not_typed() -> None:
    asked = form(typed("id", "Số định danh cá nhân"), typed("n", "Họ và tên", disabled=True))
    assert rules("formio", asked) == {}


def test_an_enterprise_does_not_type_its_registration_again() -> None:
    asked = form(typed("c", "Mã số doanh nghiệp"), typed("n", "Tên doanh nghiệp"), typed("x", "Ngành hàng"))
    assert rules("formio", asked, procedure="2.001199") == {"n": ["retyped_personal_data"]}


def test_one_paper_is_asked_for_once() -> None:
    asked = form(paper("a", "Giấy chứng sinh"), paper("b", "Bản chụp Giấy chứng sinh"))
    assert rules("formio", asked) == {"b": ["asked_twice"]}
    sides = form(paper("a", "CCCD mặt trước"), paper("b", "CCCD mặt sau"))
    assert "asked_twice" not in [rule for each in rules("formio", sides).values() for rule in each]


def test_two_fields_of_one_name_cannot_be_told_apart() -> None:
    asked = form(paper("a", "Giấy chứng sinh"), paper("a", "Tờ khai đăng ký khai sinh"))
    assert rules("formio", asked) == {"a": ["duplicate_key"]}


def test_a_wrong_dialect_is_not_taken_for_a_good_form() -> None:
    assert "nothing_read" in rules("surveyjs", form(paper("x", "Sổ hộ khẩu")))[""]


def test_an_unknown_dialect_case_or_day_is_refused() -> None:
    for odd in ({"dialect": "word"}, {"case": "không có"}, {"day": date(1990, 1, 1)}):
        told = {"dialect": "formio", "definition": form()} | odd
        with pytest.raises(InvalidInput):
            look(**told)


@pytest.mark.parametrize("rule", Rule)
def test_every_rule_has_words_and_a_level(rule: Rule) -> None:
    sentences = linter().sentences.by_key
    assert {sentences[f"lint.{rule}"].vi, sentences[f"rule.{rule}"].vi}.isdisjoint(
        {sentences[f"lint.{rule}"].en, sentences[f"rule.{rule}"].en}
    )
    assert RULES[rule].level in Level


def test_what_was_mended_is_clean_of_errors() -> None:
    from reuse_gateway.domain.json_pointer import patched

    asked = form(
        paper("a", "Sổ hộ khẩu"), paper("b", "Thẻ căn cước"), paper("c", "Giấy phép lái xe"), paper("d", "Giấy chứng sinh")
    )
    report = look("formio", asked)
    assert report.errors == 3
    assert look("formio", patched(asked, report.patch)).findings == ()


def test_no_tag_or_binding_makes_another_paper_of_one_that_may_be_demanded_of_nobody() -> None:
    from reuse_gateway.domain.form import Binding

    paper = {"type": "file", "key": "a", "label": "Sổ hộ khẩu", "input": True}
    tagged = {"components": [paper | {"properties": {"evidenceType": "application_form"}}]}
    assert "abolished_paper" in rules("formio", tagged)["a"]
    for said in (Binding(("application_form",)), Binding(())):
        assert "abolished_paper" in rules("formio", {"components": [paper]}, bindings={"a": said})["a"]
    assert [each.evidence_type for each in look("formio", tagged).guarded] == ["household_book", "application_form"]
