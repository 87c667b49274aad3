"""Names that mean another paper: of a thing that is no road vehicle, of an animal, of a person from abroad."""

from __future__ import annotations

import pytest

from reuse_gateway.domain.matching import SURE, Vocabulary

ASTRAY = (
    "Giấy chứng nhận an toàn kỹ thuật và bảo vệ môi trường đối với phao neo",
    "Giấy chứng nhận kiểm định tàu biển",
    "Bản sao giấy đăng ký phương tiện đường sắt",
    "Mảnh trích đo bản đồ địa chính thửa đất đối với trường hợp có nhu cầu đo đạc lại",
    "Giấy khám sức khỏe gia súc",
    "Bản sao hộ chiếu đối với trường hợp cá nhân không có quốc tịch Việt Nam",
    "Hộ chiếu (đối với Việt kiều, người mang quốc tịch khác)",
    "Giấy phép lái xe quốc tế",
    "Giấy khai sinh động vật",
)
PLAIN = (
    "Giấy chứng nhận an toàn kỹ thuật và bảo vệ môi trường của xe cơ giới",
    "Giấy đăng ký xe",
    "Trích lục bản đồ địa chính thửa đất",
    "Giấy khám sức khỏe",
    "Bản sao hộ chiếu",
    "Giấy phép lái xe quốc gia",
)


@pytest.mark.parametrize("label", ASTRAY)
def test_a_name_that_means_another_paper_is_not_sure(vocabulary: Vocabulary, label: str) -> None:
    reading = vocabulary.read(label)
    assert reading.score < SURE or reading.evidence_types == ("other",)
    assert vocabulary.match(None, None, label).evidence_type is None


@pytest.mark.parametrize("label", PLAIN)
def test_the_same_name_by_itself_stays_sure(vocabulary: Vocabulary, label: str) -> None:
    assert vocabulary.read(label).score >= SURE


def test_the_case_a_row_stands_under_tells_of_what_thing_it_is(vocabulary: Vocabulary) -> None:
    label = "Giấy chứng nhận an toàn kỹ thuật và bảo vệ môi trường"
    assert vocabulary.read(label, "Đối với xe cơ giới").sure
    assert not vocabulary.read(label, "Đối với tàu biển").sure


def test_unless_the_office_finds_it_in_a_register_is_substitution(vocabulary: Vocabulary) -> None:
    label = "Giấy đăng ký kết hôn (trừ trường hợp cơ quan đăng ký khai thác được trong Cơ sở dữ liệu hộ tịch điện tử)"
    assert vocabulary.read(label).substitution
    assert not vocabulary.read("Giấy đăng ký kết hôn (trừ trường hợp cơ quan đăng ký yêu cầu bản chính)").substitution


@pytest.mark.parametrize(
    ("label", "meant"),
    [
        ("giấy chứng nhận đăng ký kinh doan", "enterprise_registration"),
        ("giấy khai shinh", "birth_certificate"),
        ("giấy phép lái x e", "driving_licence"),
        ("Giấy khai\u2011sinh", "birth_certificate"),
        ("Bản sao giấy khai sihn", "birth_certificate"),
    ],
)
def test_a_misspelled_name_is_unsure_and_tells_what_it_may_be(vocabulary: Vocabulary, label: str, meant: str) -> None:
    assert vocabulary.read(label).score < SURE
    assert meant in vocabulary.match(None, None, label).suggestions


@pytest.mark.parametrize("label", ["Hợp đồng thuê nhà", "Bản vẽ", "Giấy cam kết", "Giấy phép lái tàu", "Báo cáo tài chính"])
def test_a_paper_outside_the_catalogue_is_still_surely_outside(vocabulary: Vocabulary, label: str) -> None:
    assert vocabulary.read(label).score >= SURE
