"""A row that begins as a letter of this procedure is that letter, whatever paper it names later."""

from __future__ import annotations

import pytest

from reuse_gateway.catalogue.loader import load
from reuse_gateway.domain.matching import OTHER, OWN, Vocabulary

LETTERS = (
    "Đơn", "Mẫu đơn", "Tờ khai", "Giấy đề nghị", "Phiếu đề nghị", "Văn bản đề nghị", "Công văn", "Công văn đề nghị",
    "Danh sách", "Phương án", "Giấy cam kết", "Giấy hẹn", "Giấy mời", "Bản cam kết", "Bảng kê", "Hợp đồng", "Giấy yêu cầu",
    "Báo cáo", "Giấy đăng ký rà soát", "Phiếu rà soát", "Văn bản yêu cầu",
    "Tờ trình", "Giấy biên nhận", "Phiếu yêu cầu", "Bản khai",
)  # fmt: skip
VERBS = ("", "rà soát", "xác nhận", "về việc chứng minh", "kèm theo quy định về", "của hộ gia đình về")
SHORT = ("hộ nghèo, hộ cận nghèo theo Mẫu số 01", "phòng cháy và chữa cháy", "bảo vệ môi trường", "hoàn thành nghĩa vụ thuế")


def names() -> list[str]:
    """Names of every third kind of paper, and words that gaps of patterns would swallow."""
    return [*SHORT, *(kind.name.vi for kind in load().evidence_types.values() if kind.key not in OWN)][::3]


@pytest.mark.parametrize("letter", LETTERS)
def test_a_letter_names_no_other_paper(vocabulary: Vocabulary, plain, letter: str) -> None:
    rows = [f"{opening} {verb} {name}" for opening in (letter, f"01 {letter}") for verb in VERBS for name in names()]
    rows += [] if "đơn" in letter.lower() else [plain(row) for row in rows[::20]]
    wrong = [(row, found) for row in rows if set(found := vocabulary.read(row).evidence_types) - OWN]
    assert wrong[:5] == []


def test_a_paper_listed_behind_a_letter_is_still_read(vocabulary: Vocabulary) -> None:
    for row in ("Giấy đề nghị cấp; bản sao giấy khai sinh", "Danh sách hộ nghèo và bản sao giấy khai sinh"):
        assert "birth_certificate" in vocabulary.read(row).evidence_types


def test_the_statements_and_forms_that_are_kinds_themselves_keep_their_kind(vocabulary: Vocabulary) -> None:
    assert vocabulary.read("Báo cáo tài chính năm 2025").evidence_types == ("financial_statements",)
    assert vocabulary.read("Giấy đề nghị rà soát hộ nghèo, hộ cận nghèo theo Mẫu số 01").evidence_types == ("application_form",)


def test_own_papers_are_kinds_of_the_catalogue() -> None:
    assert set(load().evidence_types) >= OWN - {OTHER}
