"""Whose paper a field asks for, by its label or a title; of marriage forms, and of people who only bear witness."""

from __future__ import annotations

from typing import Any

import pytest

from tests.forms.bench import form, paper, rules

MARRIAGE = {"procedure": "1.000894"}


def under(title: str, *components: Any) -> dict[str, Any]:
    return form({"type": "panel", "title": title, "components": list(components)})


@pytest.mark.parametrize("whose", ["bên nam", "bên nữ", "cô dâu", "chú rể", "vợ", "chồng"])
def test_the_card_of_either_side_is_an_error_by_its_label_as_under_a_title(whose: str) -> None:
    assert "replaceable_paper" in rules("formio", form(paper("x", f"Căn cước của {whose}")), **MARRIAGE)["x"]
    assert "replaceable_paper" in rules("formio", under(whose, paper("x", "Thẻ căn cước")), **MARRIAGE)["x"]


@pytest.mark.parametrize("whose", ["bên nam", "hai bên", "cô dâu"])
def test_marital_status_is_for_the_agency_to_obtain_of_either_side(whose: str) -> None:
    label = f"Giấy xác nhận tình trạng hôn nhân của {whose}"
    assert "agency_obtains" in rules("formio", form(paper("x", label)), **MARRIAGE)["x"]


def test_both_cards_are_not_one_paper_asked_for_twice() -> None:
    both = form(paper("x", "Căn cước của bên nam"), paper("y", "Căn cước của bên nữ"))
    assert "asked_twice" not in rules("formio", both, **MARRIAGE)["y"]


def test_the_card_of_a_witness_is_a_warning_and_never_the_applicants() -> None:
    found = rules("formio", under("Người làm chứng", paper("x", "Thẻ căn cước")), **MARRIAGE)
    assert found == {"x": ["other_persons_paper"]}
    book = rules("formio", under("Người làm chứng", paper("x", "Sổ hộ khẩu")), **MARRIAGE)
    assert "abolished_paper" in book["x"]


@pytest.mark.parametrize("label", ["Bản tự công bố", "Mẫu con dấu", "Bảng phân bố"])
def test_a_word_that_only_ends_like_a_person_is_none(label: str) -> None:
    from reuse_gateway.domain.personal_fact import role_at_end

    assert role_at_end(label) is None
