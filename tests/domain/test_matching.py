"""Words to papers by names alone, without a vocabulary of wording: whoever is not surely named is only suggested."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reuse_gateway.domain.matching import Match, Vocabulary
from reuse_gateway.domain.text import Text

from .builders import kind

BIRTH_NAME = "Giấy khai sinh"
PAPERS = (
    kind(
        "birth", name=Text(BIRTH_NAME, "Birth certificate"), aliases=("Trích lục khai sinh",), result_codes=("KQ.G15.000031",)
    ),
    kind(
        "marriage",
        name=Text("Giấy đăng ký kết hôn", "Marriage certificate"),
        aliases=("Trích lục",),
        result_codes=("KQ.G15.000032",),
    ),
    kind("death", name=Text("Giấy chứng tử", "Death certificate"), aliases=("Trich luc",)),
    kind("driving", name=Text("Giấy phép lái xe ô tô Đức", "Driving licence")),
    kind("book", name=Text("Sổ hộ khẩu", "Household book")),
)
WORDS = Vocabulary.of(PAPERS)


def by_label(label: str) -> Match:
    """The match of a label."""
    return WORDS.match(None, None, label)


@pytest.mark.parametrize(
    "label",
    [
        BIRTH_NAME,
        unicodedata.normalize("NFD", BIRTH_NAME),
        BIRTH_NAME.upper(),
        "giay khai sinh",
        "  Giấy \t khai\u00a0sinh\n",
        "birth CERTIFICATE",
        "trích lục khai sinh",
    ],
)
def test_a_name_is_known_in_every_spelling_that_folds_to_it(label: str) -> None:
    assert by_label(label) == Match("birth", 1.0, "label")


@pytest.mark.parametrize("label", ["Giấy phép lái xe ô tô Đức", "giay phep lai xe o to duc", "GIẤY PHÉP LÁI XE Ô TÔ ĐỨC"])
def test_the_letter_d_with_stroke_reads_as_d(label: str) -> None:
    assert by_label(label).evidence_type == "driving"


@pytest.mark.parametrize(
    "label",
    [
        "Bản sao giấy khai sinh",
        "Giấy khai sin",
        "Giấy khai sinh, giấy đăng ký kết hôn",
        "khai sinh",
        "Giấykhai sinh",
    ],
)
def test_a_name_that_agrees_only_nearly_is_a_suggestion_and_never_a_match(label: str) -> None:
    match = by_label(label)
    assert (match.evidence_type, match.by, match.score) == (None, None, 0.0)
    assert "birth" in match.suggestions


@pytest.mark.parametrize("label", ["", " ", "\u0301", "?", "x", "0", "Quyết định giao đất của Thủ tướng"])
def test_words_without_a_paper_name_none(label: str) -> None:
    assert by_label(label).evidence_type is None


@pytest.mark.parametrize("label", ["Trích lục", "trich luc", "TRÍCH LỤC"])
def test_a_spelling_that_two_papers_share_names_neither(label: str) -> None:
    assert by_label(label).evidence_type is None


def test_a_spelling_that_one_paper_has_twice_still_names_it() -> None:
    twice = Vocabulary.of([kind("birth", name=Text("Khai sinh", "khai sinh"), aliases=("KHAI SINH",))])
    assert twice.match(None, None, "khai sinh").evidence_type == "birth"


def test_a_shared_spelling_names_neither_in_whatever_order_the_papers_come() -> None:
    assert Vocabulary.of(reversed(PAPERS)) == WORDS


def test_an_empty_name_in_the_catalogue_names_nothing() -> None:
    empty = Vocabulary.of([kind("birth", name=Text("Khai sinh", ""), aliases=(" ",))])
    assert empty.match(None, None, "").evidence_type is None
    assert empty.match(None, None, "  ").evidence_type is None


@settings(max_examples=200)
@given(
    st.one_of(
        st.text(max_size=60), st.lists(st.sampled_from([*BIRTH_NAME.split(), "trích", "lục", "chứng", "tử"])).map(" ".join)
    )
)
def test_whatever_is_written_gives_at_most_three_known_suggestions_and_no_guess(label: str) -> None:
    match = by_label(label)
    assert len(match.suggestions) <= 3
    assert len(set(match.suggestions)) == len(match.suggestions)
    assert set(match.suggestions) <= WORDS.keys
    assert match.evidence_type is None or match.evidence_type in WORDS.keys


def test_a_label_of_any_length_is_answered() -> None:
    assert by_label("giấy " * 20_000).evidence_type is None


@pytest.mark.parametrize(("code", "key"), [("KQ.G15.000031", "birth"), ("KQ.G15.000032", "marriage")])
def test_a_result_code_names_its_paper(code: str, key: str) -> None:
    assert WORDS.match(None, code, None) == Match(key, 1.0, "result_code")


@pytest.mark.parametrize("code", ["", "KQ.G15.000099", "kq.g15.000031", "KQ.G15.000031 ", "KQ.G15.00003", "birth"])
def test_an_unknown_result_code_names_no_paper(code: str) -> None:
    assert WORDS.match(None, code, None) == Match(None)


def test_a_result_code_that_two_papers_share_names_neither() -> None:
    shared = Vocabulary.of([kind("a", result_codes=("KQ.G15.000031",)), kind("b", result_codes=("KQ.G15.000031",))])
    assert shared.match(None, "KQ.G15.000031", None) == Match(None)


def test_a_known_code_names_its_paper_and_an_unknown_one_none() -> None:
    assert WORDS.match("birth", None, None) == Match("birth", 1.0, "code")
    for code in ("", "Birth", "birth ", "birth_certificate"):
        assert WORDS.match(code, None, None) == Match(None)
