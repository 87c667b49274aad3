"""What attackers of the matching wrote: read as sure though it was another's paper, another word, another script, or waived."""

from __future__ import annotations

import pytest

from reuse_gateway.domain.matching import SURE, Kind, Vocabulary


@pytest.mark.parametrize(
    "label",
    [
        "CCCD hàng xóm", "Giấy khai sinh cha mẹ", "Sổ đỏ nhà hàng xóm", "Hộ chiếu Nguyễn Văn A", "Giấy khai sinh Lào",
        "Giấy khai sinh của con riêng của vợ", "Giấy khai sinh của con riêng", "Giấy khai sinh 2 người làm chứng",
        "Giấy khai sinh 02 nhân chứng", "Giấy CNĐKDN nhà thầu phụ", "Giấy chứng nhận đăng ký kinh doanh nhà thầu phụ",
    ],
)  # fmt: skip
def test_unknown_words_behind_a_name_leave_it_unsure(vocabulary: Vocabulary, label: str) -> None:
    assert vocabulary.read(label).score < SURE
    assert vocabulary.match(None, None, label).evidence_type is None


@pytest.mark.parametrize(
    "label",
    [
        "Giấy khai sinh đã được cấp", "Giấy khai sinh có tên cha mẹ", "Thẻ căn cước mặt trước", "Hộ chiếu còn hạn",
        "Bằng cử nhân luật", "Giấy phép lái xe hạng B2", "Chứng chỉ hành nghề xây dựng cầu đường", "Giấy khai sinh 01 bản",
    ],
)  # fmt: skip
def test_words_that_go_on_about_the_paper_itself_leave_it_sure(vocabulary: Vocabulary, label: str) -> None:
    assert vocabulary.match(None, None, label).evidence_type is not None


@pytest.mark.parametrize("label", ["chung tu", "CHUNG TU", "Ban sao chung tu", "so do", "Ban sao so do"])
def test_words_that_only_accents_tell_apart_name_nothing_without_them(vocabulary: Vocabulary, label: str) -> None:
    assert vocabulary.read(label).score < SURE
    assert vocabulary.match(None, None, label).evidence_type is None


def test_with_their_accents_they_name_what_they_name(vocabulary: Vocabulary) -> None:
    found = [vocabulary.match(None, None, label).evidence_type for label in ("Chứng tử", "giay chung tu", "Sổ đỏ")]
    assert found == ["death_certificate", "death_certificate", "land_use_certificate"]
    assert vocabulary.read("Chứng từ").evidence_types == vocabulary.read("Sơ đồ").evidence_types == ("other",)


@pytest.mark.parametrize(
    "waiver", ["không phải nộp", "(không phải nộp)", ": không cần nộp", "được miễn nộp.", "thì không phải nộp"]
)
def test_a_paper_that_is_waived_behind_its_name_is_no_demand(vocabulary: Vocabulary, waiver: str) -> None:
    reading = vocabulary.read(f"Giấy khai sinh {waiver}")
    assert (reading.kind, reading.any_of) == (Kind.NOTE, ())
    assert vocabulary.match(None, None, f"Giấy khai sinh {waiver}").evidence_type is None


def test_a_waiver_behind_one_paper_waives_no_other(vocabulary: Vocabulary) -> None:
    assert vocabulary.read("Giấy khai sinh (không phải nộp); hộ chiếu").any_of == (("passport",),)
    assert vocabulary.read("Nộp giấy khai sinh, không phải nộp sổ hộ khẩu").any_of == (("birth_certificate",),)
    assert vocabulary.read("Hộ chiếu, giấy khai sinh (không phải nộp)").any_of == (("passport",),)


def test_a_waiver_under_a_condition_leaves_the_demand_unsure(vocabulary: Vocabulary) -> None:
    reading = vocabulary.read("Giấy khai sinh không phải nộp đối với người đã có dữ liệu")
    assert reading.kind is Kind.DEMAND
    assert reading.score < SURE


@pytest.mark.parametrize(
    "label", ["Danh sách nhân viên kèm bằng tốt nghiệp và giấy khai sinh", "Bảng kê thành viên, kèm theo bản sao thẻ căn cước"]
)
def test_papers_that_go_with_a_list_of_people_are_theirs(vocabulary: Vocabulary, label: str) -> None:
    assert vocabulary.read(label).score < SURE


def test_a_list_beside_a_paper_of_its_own_line_changes_nothing(vocabulary: Vocabulary) -> None:
    assert vocabulary.read("Danh sách nhân viên; bản sao giấy khai sinh").score >= SURE


@pytest.mark.parametrize("hidden", ["<script>alert('Giấy khai sinh')</script>", "<STYLE type='a'>Hộ chiếu", "<script>Hộ chiếu"])
def test_what_markup_hides_says_nothing(vocabulary: Vocabulary, hidden: str) -> None:
    assert vocabulary.read(hidden).evidence_types == ()
    assert vocabulary.match(None, None, f"Thẻ căn cước {hidden}").evidence_type == "id_card"


@pytest.mark.parametrize("label", ["Giấy khаi sinh", "Ѕổ hộ khẩu", "Hộ chiếu (паспорт)", "Giấy 出生 khai sinh", "Ηộ chiếu"])
def test_letters_of_another_script_leave_a_row_unsure(vocabulary: Vocabulary, label: str) -> None:
    assert vocabulary.read(label).score < SURE


def test_control_characters_are_not_there(vocabulary: Vocabulary) -> None:
    assert vocabulary.match(None, None, "Giấy\0 khai\x01 sinh").evidence_type == "birth_certificate"


@pytest.mark.parametrize("label", ["Ảnh chụp CCCD mặt trước", "Ảnh mặt trước thẻ căn cước", "File scan thẻ căn cước"])
def test_a_picture_of_a_paper_is_that_paper(vocabulary: Vocabulary, label: str) -> None:
    assert vocabulary.match(None, None, label).evidence_type == "id_card"
    assert vocabulary.match(None, None, "Ảnh chân dung 4x6").evidence_type == "portrait_photo"
