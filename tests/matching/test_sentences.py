"""A paper is demanded where a name may begin; what stands inside another name, a condition or a waiver is not."""

from __future__ import annotations

import pytest

from reuse_gateway.domain.matching import CERTAIN, SURE, Kind, Reading, Vocabulary

FORM, OTHER = "application_form", "other"


def read(vocabulary: Vocabulary, text: str, case: str = "") -> Reading:
    return vocabulary.read(text, case)


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("Đơn đề nghị cấp giấy phép xây dựng", (FORM,)),
        ("Giấy đề nghị đăng ký doanh nghiệp", (FORM,)),
        ("Đơn đề nghị cấp lại Giấy phép lái xe, giấy đăng ký xe hoặc biển số", (FORM,)),
        ("Đơn xin cấp lại sổ; bản sao giấy khai sinh", (FORM, "birth_certificate")),
        ("Tờ khai theo mẫu ban hành kèm theo Quyết định số 1 và Giấy khai sinh", (FORM, "birth_certificate")),
        ("Đơn đề nghị nêu rõ họ tên, số căn cước công dân; hộ chiếu; địa chỉ", (FORM,)),
        ("Quyết định thu hồi giấy phép môi trường", (OTHER,)),
        ("Hợp đồng chuyển nhượng quyền sử dụng đất", (OTHER,)),
        ("02 ảnh màu kiểu thẻ căn cước", ("portrait_photo",)),
        ("Giấy khai sinh hoặc giấy tờ có giá trị thay thế", ("birth_certificate",)),
        ("Một trong các giấy tờ sau: hộ chiếu; thẻ tạm trú", ("passport", "foreigner_residence_card")),
        ("Giấy tờ tùy thân (hộ chiếu, căn cước điện tử)", ("id_card", "passport", "electronic_id")),
        ("Thẻ bảo hiểm y tế (theo mẫu tại Giấy phép lái xe)", ("health_insurance_card",)),
        ("Danh sách xe kèm theo giấy đăng ký xe", ("vehicle_registration", OTHER)),
        ("Bản án về việc thanh toán theo giấy khai sinh", (OTHER,)),
        ("Bản chứng từ nộp tiền", (OTHER,)),
    ],
)
def test_only_papers_where_a_name_may_begin_are_demanded(vocabulary: Vocabulary, text: str, types: tuple[str, ...]) -> None:
    reading = read(vocabulary, text)
    assert (reading.kind, set(reading.evidence_types)) == (Kind.DEMAND, set(types))


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("Trường hợp mất giấy phép lái xe, hộ chiếu thì nộp giấy khai sinh", {"birth_certificate"}),
        ("Đối với người nước ngoài: hộ chiếu", {"passport"}),
        ("Giấy chứng nhận kết hôn, trừ trường hợp đã nộp giấy khai sinh", {"marriage_certificate"}),
        ("Hộ chiếu đối với người nước ngoài hoặc thẻ căn cước đối với công dân", {"passport", "id_card"}),
        ("Tờ khai; trường hợp ủy quyền phải kèm theo giấy ủy quyền", {FORM, "authorisation"}),
        ("Tờ khai (không còn bản chính Giấy khai sinh)", {FORM}),
    ],
)
def test_what_a_condition_mentions_is_not_demanded_by_it(vocabulary: Vocabulary, text: str, types: set[str]) -> None:
    assert set(read(vocabulary, text).evidence_types) == types


@pytest.mark.parametrize(
    "text",
    [
        "Lưu ý: giấy khai sinh phải còn nguyên vẹn",
        "Số lượng hồ sơ: 01 bộ",
        "Trường hợp nộp trực tiếp, hồ sơ gồm:",
        "Người có yêu cầu thực hiện việc nộp các giấy tờ sau:",
        "Trường hợp khai thác được thông tin trong cơ sở dữ liệu thì không phải nộp giấy khai sinh",
        "Đối với hộ gia đình:",
    ],
)
def test_a_row_that_only_states_a_rule_is_a_note(vocabulary: Vocabulary, text: str) -> None:
    assert read(vocabulary, text).kind is Kind.NOTE


def test_a_heading_of_notes_makes_a_nameless_row_a_note(vocabulary: Vocabulary) -> None:
    text = "Giấy tờ bị tẩy xóa thì không được sử dụng"
    assert read(vocabulary, text, "* Lưu ý").kind is Kind.NOTE
    assert read(vocabulary, "Giấy khai sinh", "* Lưu ý").kind is Kind.DEMAND


@pytest.mark.parametrize(
    ("text", "substitution"),
    [
        ("Giấy khai sinh (trong trường hợp chưa được kết nối, chia sẻ dữ liệu)", True),
        ("Hộ chiếu, trừ trường hợp đã có trong cơ sở dữ liệu", True),
        ("Giấy khai sinh. Trường hợp khai thác được dữ liệu trong Cơ sở dữ liệu hộ tịch thì không phải nộp", True),
        ("Trường hợp chưa có tài khoản định danh điện tử thì nộp bản sao thẻ căn cước", True),
        ("Giấy khai sinh", False),
        ("Văn bản ủy quyền không bắt buộc phải công chứng", False),
        ("Báo cáo về cơ sở dữ liệu của doanh nghiệp", False),
    ],
)
def test_data_instead_of_paper_is_seen_only_where_the_row_says_so(
    vocabulary: Vocabulary, text: str, substitution: bool
) -> None:
    assert read(vocabulary, text).substitution is substitution


@pytest.mark.parametrize(
    ("text", "case", "original"),
    [
        ("Bản chính giấy chứng sinh", "", True),
        ("Giấy chứng sinh (bản gốc)", "", True),
        ("Văn bản đề nghị: 01 bản chính", "", True),
        ("Nộp lại giấy phép lao động đã được cấp", "", True),
        ("Giấy chứng sinh", "Giấy tờ phải nộp (bản chính)", True),
        ("Hộ chiếu", "Giấy tờ phải xuất trình (bản chính)", False),
        ("Bản chính hoặc bản sao có chứng thực giấy chứng sinh", "", False),
        ("Bản sao giấy khai sinh kèm bản chính để đối chiếu", "", False),
        ("Bản sao được chứng thực từ bản chính giấy khai sinh", "", False),
        ("Xuất trình bản chính giấy khai sinh", "", False),
        ("Giấy khai sinh", "", False),
    ],
)
def test_the_original_is_wanted_only_where_no_copy_will_do(
    vocabulary: Vocabulary, text: str, case: str, original: bool
) -> None:
    assert read(vocabulary, text, case).original is original


@pytest.mark.parametrize(
    ("text", "any_of"),
    [
        ("Hộ chiếu hoặc thẻ tạm trú", (("passport",), ("foreigner_residence_card",))),
        ("Hộ chiếu, thẻ tạm trú", (("passport", "foreigner_residence_card"),)),
        ("Văn bằng, chứng chỉ chuyên môn", (("diploma", "training_certificate"),)),
        ("Giấy tờ tùy thân", (("id_card",), ("passport",))),
        ("Giấy khai sinh do xã hoặc tỉnh cấp, hộ chiếu", (("birth_certificate", "passport"),)),
        ("Hợp đồng hoặc hộ chiếu", (("passport",),)),
        ("Hợp đồng", ()),
    ],
)
def test_papers_are_alternatives_only_where_the_row_says_or(
    vocabulary: Vocabulary, text: str, any_of: tuple[tuple[str, ...], ...]
) -> None:
    assert read(vocabulary, text).any_of == any_of


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Giấy khai sinh của con", "child"),
        ("Giấy chứng nhận kết hôn của cha, mẹ trẻ", "parent"),
        ("Thẻ căn cước của vợ hoặc chồng", "spouse"),
        ("Hộ chiếu của người đại diện theo pháp luật", "representative"),
        ("Giấy chứng tử của người chết", "deceased"),
        ("Giấy khai sinh", None),
        ("Giấy khai sinh của con, hộ chiếu của cha", None),
    ],
)
def test_a_row_tells_whose_paper_it_is_where_all_are_one_persons(vocabulary: Vocabulary, text: str, role: str | None) -> None:
    assert read(vocabulary, text).role == role


@pytest.mark.parametrize(
    ("text", "present"),
    [("Xuất trình hộ chiếu", True), ("Hộ chiếu", False), ("Nộp bản sao và xuất trình bản chính hộ chiếu", False)],
)
def test_a_paper_that_is_only_shown_is_told_from_one_handed_in(vocabulary: Vocabulary, text: str, present: bool) -> None:
    assert read(vocabulary, text).present is present


def test_every_type_found_is_explained_by_the_words_that_name_it(vocabulary: Vocabulary) -> None:
    reading = read(vocabulary, "Bản sao thẻ căn cước hoặc hộ chiếu; giấy chứng nhận ĐKDN của tổ chức; hợp đồng thuê")
    told = {key for each in reading.named if each.standing == "demanded" for key in each.types}
    assert told == set(reading.evidence_types)
    assert next(each.written for each in reading.named) == "thẻ căn cước"


@pytest.mark.parametrize("text", ["Xyz abc", "Giấy", "Các giấy tờ khác có liên quan", "Phương pháp xếp hạng", "zzz; hộ chiếu"])
def test_what_is_not_understood_is_never_beyond_doubt(vocabulary: Vocabulary, text: str) -> None:
    reading = read(vocabulary, text)
    assert not (reading.complete and reading.score >= CERTAIN and reading.evidence_types != (OTHER,))
    assert not set(reading.evidence_types) - {OTHER, "passport"}


def test_a_paper_under_a_condition_is_sure_and_yet_not_certain(vocabulary: Vocabulary) -> None:
    assert SURE <= read(vocabulary, "Trường hợp mất thẻ thì nộp giấy khai sinh").score < CERTAIN


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("Tờ khai, địa chỉ liên hệ", (FORM,)),
        ("Tờ khai, về việc nộp thuế", (FORM,)),
        ("Chứng từ thanh toán", (OTHER,)),
        ("Giấy chứng tử", ("death_certificate",)),
        ("Bảng tốt nghiệp các khóa", (OTHER,)),
        ("Bằng tốt nghiệp", ("diploma",)),
    ],
)
def test_words_that_only_their_accents_tell_apart_are_not_confused(
    vocabulary: Vocabulary, text: str, types: tuple[str, ...]
) -> None:
    assert read(vocabulary, text).evidence_types == types
