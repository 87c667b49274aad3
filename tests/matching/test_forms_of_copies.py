"""Words of form around a name, however offices write them, neither hide the paper nor make a demand of a rule."""

from __future__ import annotations

import pytest

from reuse_gateway.domain.matching import Kind, Vocabulary

PAPER, KEY = "Phiếu lý lịch tư pháp", "judicial_record"


@pytest.mark.parametrize(
    "form",
    [
        "Bản chính hoặc bản sao điện tử",
        "- Bản chính hoặc bản sao điện tử được cấp từ sổ gốc",
        "Bản gốc hoặc bản sao có chứng thực hoặc bản sao điện tử có chứng thực từ bản chính",
        "Bản sao và xuất trình bản chính để đối chiếu hoặc bản sao điện tử có giá trị pháp lý",
        "01 bản chụp có xác nhận của doanh nghiệp",
        "Bản sao, bản dịch ra tiếng Việt có chứng thực",
        "Bản sao do chính cơ quan đã lập bản chính xác thực",
    ],
)
def test_no_wording_of_a_copy_hides_the_paper_behind_it(vocabulary: Vocabulary, form: str) -> None:
    assert vocabulary.read(f"{form} {PAPER}").evidence_types == (KEY,)


@pytest.mark.parametrize(
    "rule",
    [
        "Hồ sơ đăng ký trên môi trường điện tử có giá trị pháp lý tương đương hồ sơ bằng bản giấy",
        "Trường hợp nộp trực tuyến, bản điện tử có giá trị pháp lý như bản chính và được sử dụng thay thế",
    ],
)
def test_a_rule_about_electronic_copies_is_no_demand(vocabulary: Vocabulary, rule: str) -> None:
    assert vocabulary.read(rule).kind is Kind.NOTE


def test_a_count_glued_to_a_row_ends_what_a_description_said(vocabulary: Vocabulary) -> None:
    row = "Báo cáo tình hình, gồm các nội dung:1 bản chínhb) Giấy khai sinh (nếu có).0 bản chính,1 bản sao"
    assert "birth_certificate" in vocabulary.read(row).evidence_types
    assert vocabulary.read("Báo cáo gồm các nội dung: số giấy khai sinh; giấy khai sinh").evidence_types == ("other",)


@pytest.mark.parametrize("pair", ["giấy tờ, tài liệu", "Tài liệu, giấy tờ", "Văn bản hoặc tài liệu", "hồ sơ / giấy tờ"])
def test_two_nouns_for_one_paper_are_read_as_one(vocabulary: Vocabulary, pair: str) -> None:
    assert vocabulary.read(f"{pair} chứng minh tư cách pháp lý của tổ chức").evidence_types == ("enterprise_registration",)


def test_two_nouns_that_prove_nothing_stay_vague(vocabulary: Vocabulary) -> None:
    assert vocabulary.read("Giấy tờ, tài liệu khác có liên quan").score < 0.8


def test_a_literal_name_that_begins_as_a_letter_is_the_paper(vocabulary: Vocabulary) -> None:
    approved = "Báo cáo đánh giá tác động môi trường đã được phê duyệt kết quả thẩm định"
    assert vocabulary.read(approved).evidence_types == ("environmental_permit",)
    assert vocabulary.read("Báo cáo đánh giá tác động môi trường").evidence_types == ("other",)


@pytest.mark.parametrize("waiver", ["Miễn nộp", "Được miễn xuất trình", "Miễn cung cấp"])
def test_an_exempted_paper_is_not_demanded(vocabulary: Vocabulary, waiver: str) -> None:
    read = vocabulary.read(f"Đơn đề nghị; hộ chiếu. {waiver} giấy khai sinh đối với người cao tuổi")
    assert "birth_certificate" not in read.evidence_types
    assert "passport" in read.evidence_types
