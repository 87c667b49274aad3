"""A label of an item is matched when it surely names a single paper; a wrong "must not ask" is worse than "not sure"."""

from __future__ import annotations

import pytest

from reuse_gateway.domain.matching import SURE, Match, Vocabulary


def by_label(vocabulary: Vocabulary, label: str) -> Match:
    return vocabulary.match(None, None, label)


@pytest.mark.parametrize(
    ("label", "key", "role"),
    [
        ("Bản sao Giấy khai sinh của con", "birth_certificate", "child"),
        ("Bản sao có chứng thực sổ đỏ", "land_use_certificate", None),
        ("Phiếu LLTP số 1 (nếu có)", "judicial_record", None),
        ("Xuất trình hộ chiếu của người đại diện", "passport", "representative"),
    ],
)
def test_a_label_that_surely_names_one_paper_is_matched(vocabulary: Vocabulary, label: str, key: str, role: str | None) -> None:
    match = by_label(vocabulary, label)
    assert (match.evidence_type, match.by, match.role, match.suggestions) == (key, "label", role, ())
    assert match.score >= SURE


@pytest.mark.parametrize(
    ("label", "suggested"),
    [
        ("Thẻ căn cước hoặc hộ chiếu", {"id_card", "passport"}),
        ("Giấy khai sinh; giấy chứng nhận kết hôn", {"birth_certificate", "marriage_certificate"}),
        ("Hộ chiếu và hợp đồng lao động", {"passport"}),
        ("Giấy tờ tùy thân", {"id_card", "passport"}),
        ("Không phải nộp giấy khai sinh", {"birth_certificate"}),
        ("abc xyz hộ chiếu", {"passport"}),
        ("Giấy khai sin", {"birth_certificate"}),
        ("Đơn đề nghị cấp hộ chiếu; ảnh; hộ chiếu cũ", {"passport"}),
    ],
)
def test_a_label_that_names_several_papers_or_none_surely_is_only_suggested(
    vocabulary: Vocabulary, label: str, suggested: set[str]
) -> None:
    match = by_label(vocabulary, label)
    assert (match.evidence_type, match.by, match.score) == (None, None, 0.0)
    assert suggested <= set(match.suggestions)
    assert len(match.suggestions) <= 3


def test_a_result_code_written_in_the_label_names_its_paper(vocabulary: Vocabulary) -> None:
    assert by_label(vocabulary, "Giấy tờ (KQ.G15.000031) của con") == Match(
        "birth_certificate", 1.0, "result_code", role="child"
    )


@pytest.mark.parametrize("label", ["Hộ chiếu (KQ.G15.000031)", "KQ.G15.000031 và KQ.G15.000032", "KQ.G15.0000311234567"])
def test_a_result_code_that_contradicts_the_words_or_another_code_names_nothing(vocabulary: Vocabulary, label: str) -> None:
    assert by_label(vocabulary, label).evidence_type is None
