"""Adjectives that tell nothing, and papers that are only handed in when data fail."""

from __future__ import annotations

import pytest

from reuse_gateway.domain.matching import Kind, Vocabulary

ONLY = "người yêu cầu chỉ nộp trong trường hợp không khai thác được thông tin trong Cơ sở dữ liệu quốc gia về dân cư"


@pytest.mark.parametrize(
    "noun",
    ["Giấy tờ khác", "Giấy tờ hợp lệ khác", "Tài liệu có giá trị pháp lý", "Giấy tờ, tài liệu hợp lệ", "Văn bản liên quan"],
)
def test_adjectives_of_papers_do_not_hide_what_they_prove(vocabulary: Vocabulary, noun: str) -> None:
    assert vocabulary.read(f"{noun} chứng minh quan hệ nhân thân").evidence_types == ("kinship_proof",)


def test_other_papers_that_prove_nothing_named_stay_unnamed(vocabulary: Vocabulary) -> None:
    for text in ("Giấy tờ khác có liên quan", "Tài liệu hợp lệ khác chứng minh sự điều chỉnh", "Giấy tờ khác"):
        assert vocabulary.read(text).evidence_types == ("other",)


def test_papers_of_a_condition_that_are_only_handed_in_when_data_fail_are_demanded(vocabulary: Vocabulary) -> None:
    reading = vocabulary.read(f"Giấy tờ: Đối với thẻ căn cước hoặc giấy chứng nhận căn cước, {ONLY}")
    assert reading.kind is Kind.DEMAND
    assert set(reading.evidence_types) >= {"id_card", "id_certificate"}
    assert reading.substitution


def test_a_note_that_says_so_names_them_and_demands_nothing(vocabulary: Vocabulary) -> None:
    reading = vocabulary.read(f"Lưu ý: Đối với thẻ căn cước hoặc hộ chiếu, {ONLY}")
    assert (reading.kind, reading.evidence_types, reading.any_of) == (Kind.NOTE, ("id_card", "passport"), ())


def test_a_condition_without_these_words_demands_nothing_of_what_it_names(vocabulary: Vocabulary) -> None:
    reading = vocabulary.read("Đối với người có thẻ căn cước, nộp bản sao giấy khai sinh")
    assert reading.evidence_types == ("birth_certificate",)


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("GCNQSD đất", "land_use_certificate"), ("Giấy chứng nhận quyền SDĐ", "land_use_certificate"),
        ("Mẫu CT07", "residence_confirmation"), ("Giấy xác nhận số định danh cá nhân", "personal_id_notice"),
        ("Văn bản xác nhận tình trạng án tích", "judicial_record"), ("Chứng chỉ định giá đất", "professional_licence"),
        ("Giấy tờ chứng minh việc kết hôn", "marriage_certificate"),
    ],
)  # fmt: skip
def test_names_that_offices_use(vocabulary: Vocabulary, label: str, key: str) -> None:
    assert vocabulary.match(None, None, label).evidence_type == key
