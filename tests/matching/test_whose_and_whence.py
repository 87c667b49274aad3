"""A paper of a person nobody named, or of a foreign state, is never surely the applicant's national one."""

from __future__ import annotations

from itertools import product

import pytest

from reuse_gateway.catalogue.loader import load
from reuse_gateway.domain.matching import SURE, Vocabulary

PAPERS = (
    "Thẻ căn cước", "Bản sao CCCD", "Giấy khai sinh", "Giấy xác nhận tình trạng hôn nhân", "Giấy chứng nhận kết hôn",
    "Giấy phép lái xe", "Giấy chứng nhận quyền sử dụng đất", "Phiếu lý lịch tư pháp số 1", "Giấy chứng nhận hộ nghèo",
    "Giấy chứng nhận đăng ký doanh nghiệp", "Giấy tờ chứng minh nơi cư trú", "Sổ đỏ (bản sao)", "Thẻ bảo hiểm y tế",
)  # fmt: skip
STRANGERS = (
    "người làm chứng", "bên nữ", "bên nam", "hai bên nam, nữ", "người nước ngoài", "bên bán", "chủ hộ", "người bảo lãnh",
    "ông bà nội", "bà ngoại", "vợ cũ", "mẹ chồng", "cha dượng", "con rể", "con và người làm chứng", "vợ và con", "công ty mẹ",
    "con của người làm chứng", "chủ cũ", "hàng xóm", "Nguyễn Văn A", "người được cấp dưỡng", "người đại diện bên nữ",
)  # fmt: skip
TYING = ("{paper} của {who}", "{paper} cấp cho {who}", "{paper} (của {who})", "{paper} mang tên {who}")
BARE = ("{paper} {who}", "{paper} ({who})", "{who}: {paper}", "{paper} đối với {who}")
PEOPLE = ("người làm chứng", "bên nữ", "chủ hộ", "bà ngoại", "người bảo lãnh")
FOREIGN = (
    "nước ngoài", "do nước ngoài cấp", "do cơ quan có thẩm quyền nước ngoài cấp", "đã được hợp pháp hóa lãnh sự",
    "được hợp pháp hoá lãnh sự", "(bản dịch tiếng Việt)", "kèm bản dịch công chứng", "do Đại sứ quán cấp", "có Apostille",
    "(trường hợp do nước ngoài cấp)", "của nước sở tại",
)  # fmt: skip
ALIEN = [*product(TYING, PAPERS, STRANGERS), *product(BARE, PAPERS, PEOPLE), *product(("{paper} {who}",), PAPERS, FOREIGN)]


@pytest.mark.parametrize("accents", [True, False])
def test_a_paper_of_an_unknown_owner_or_a_foreign_one_is_never_sure(vocabulary: Vocabulary, plain, accents: bool) -> None:
    labels = [shape.format(paper=paper, who=who) for shape, paper, who in ALIEN]
    labels = labels if accents else [plain(label) for label in labels]
    wrong = [label for label in labels if vocabulary.read(label).score >= SURE]
    assert wrong[:8] == []


@pytest.mark.parametrize("who", STRANGERS)
def test_what_is_not_sure_is_still_suggested(vocabulary: Vocabulary, who: str) -> None:
    match = vocabulary.match(None, None, f"Giấy khai sinh của {who}")
    assert match.evidence_type is None
    assert "birth_certificate" in match.suggestions


def test_a_result_code_of_an_unknown_owner_names_nothing(vocabulary: Vocabulary) -> None:
    for label in ("Giấy tờ (KQ.G15.000031) của người làm chứng", "KQ.G15.000031 của bên nữ", "Giấy KQ.G15.000031 nước ngoài"):
        assert vocabulary.match(None, None, label).evidence_type is None


@pytest.mark.parametrize(
    "tail",
    [
        "của con", "của vợ hoặc chồng", "của người yêu cầu", "của người đại diện theo pháp luật", "của tổ chức", "của cha, mẹ",
        "do Ủy ban nhân dân cấp xã cấp", "do UBND xã nơi cư trú cấp", "của cơ quan có thẩm quyền", "do Bộ Công an cấp",
        "theo quy định của pháp luật", "theo quy định của Chính phủ", "theo Thông tư của Bộ trưởng Bộ Tư pháp", "của tôi",
        "của con (bản sao)", "của con; bản sao hộ chiếu", "của con và bản sao hộ chiếu", "do cơ quan đăng ký hộ tịch cấp",
    ],
)  # fmt: skip
def test_a_known_owner_or_issuer_leaves_a_paper_sure(vocabulary: Vocabulary, tail: str) -> None:
    assert vocabulary.read(f"Giấy khai sinh {tail}").score >= SURE


def test_the_name_of_a_kind_that_speaks_of_foreigners_is_still_its_name(vocabulary: Vocabulary) -> None:
    for name in (
        "Thẻ tạm trú của người nước ngoài",
        "Giấy phép lao động của người nước ngoài",
        "Giấy phép đầu tư ra nước ngoài",
    ):
        assert vocabulary.match(None, None, name).evidence_type


def test_a_foreign_passport_is_no_national_paper(vocabulary: Vocabulary) -> None:
    assert vocabulary.match(None, None, "Hộ chiếu nước ngoài").evidence_type is None


def test_a_row_under_a_foreign_heading_is_not_sure(vocabulary: Vocabulary) -> None:
    assert not vocabulary.read("Giấy khai sinh", "Trường hợp giấy tờ do nước ngoài cấp").sure


@pytest.mark.parametrize(
    "letter", ["Đơn đề nghị của doanh nghiệp", "Tờ khai cấp hộ chiếu ở nước ngoài", "Giấy đề nghị của bên mua"]
)
def test_whose_letter_it_is_does_not_matter(vocabulary: Vocabulary, letter: str) -> None:
    assert vocabulary.match(None, None, letter).evidence_type == "application_form"


def test_every_name_of_a_kind_is_still_that_kind(vocabulary: Vocabulary) -> None:
    for kind in load().evidence_types.values():
        for name in (kind.name.vi, *kind.aliases):
            assert vocabulary.match(None, None, name).evidence_type in (kind.key, None), name
            assert vocabulary.read(name).sure, name
