"""Whatever is written is read in bounded time, the same in every encoding of the same words, and never raises."""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reuse_gateway.catalogue.loader import load
from reuse_gateway.catalogue.vocabulary import load_vocabulary
from reuse_gateway.domain.matching import READ_CHARS, Kind, Vocabulary

WORDS = re.split(
    r"\|",
    "bản sao|có chứng thực|giấy khai sinh|hộ chiếu|đơn đề nghị|hoặc|và|,|;|(|)|trường hợp|thì|nộp|không phải nộp|"
    "cơ sở dữ liệu|của con|giấy phép|xây dựng|chứng minh|tình trạng|hôn nhân|sổ|số|hộ khẩu|…|.|:|/|quyền sử dụng đất",
)
SENTENCES = st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join)
SHIPPED = load_vocabulary(load().evidence_types.values())


@pytest.mark.parametrize(
    "text",
    [
        unicodedata.normalize("NFD", "Bản sao Giấy khai sinh"),
        "BẢN SAO GIẤY KHAI SINH",
        "Bản sao\u200b Giấy\u00a0khai\tsinh\n",
        "\u202bBản sao Giấy khai sinh\u202c\u200f",
        "<p>Bản sao <b>Giấy khai sinh</b></p>",
        "Bản sao Gi&#7845;y khai sinh&nbsp;",
        "Bản sao Giấy khai sinhMẫu 02.doc1 bản chính,1 bản sao",
        "a) Bản sao Giấy khai sinh;",
        "(iii) .Bản sao Giấy khai sinh...",
        "+++ 01 bản sao  Giấy  khai  sinh;;",
        "“Bản sao Giấy khai sinh”",
    ],
)
def test_a_name_is_known_through_the_odd_ways_in_which_it_arrives(vocabulary: Vocabulary, text: str) -> None:
    assert vocabulary.read(text).evidence_types == ("birth_certificate",)


def test_text_read_in_the_wrong_encoding_is_read_again_or_names_nothing(vocabulary: Vocabulary) -> None:
    wrong = "Hộ chiếu".encode().decode("cp1252")
    assert vocabulary.read(wrong).evidence_types == ("passport",)
    assert not vocabulary.read("Giáº¥y khai sinh \ufffd").sure


@pytest.mark.parametrize("text", ["", " ", "\t\n", "\u0301", "\u200b", "()", ";;;", "…", "<br/>", "\0", "\0."])
def test_nothing_written_demands_nothing_sure(vocabulary: Vocabulary, text: str) -> None:
    reading = vocabulary.read(text)
    assert set(reading.evidence_types) <= {"other"}
    assert reading.kind is Kind.NOTE or not reading.sure


@pytest.mark.parametrize(
    "text",
    [
        "giấy " * 5_000,
        "(" * 20_000,
        "a" * 20_000,
        "giấy tờ chứng minh " * 1_200,
        "<" * 20_000,
        "&" * 20_000,
        "ắ\u0301" * 10_000,
    ],
)
def test_a_row_of_20000_characters_is_read_in_bounded_time(vocabulary: Vocabulary, text: str) -> None:
    started = time.process_time()
    vocabulary.read(text)
    assert time.process_time() - started < 0.2


def test_only_the_first_characters_are_read_and_the_reading_says_so(vocabulary: Vocabulary) -> None:
    reading = vocabulary.read("Giấy khai sinh " + "x" * READ_CHARS + "; hộ chiếu")
    assert reading.evidence_types == ("birth_certificate",)
    assert not reading.complete


def test_the_same_text_is_read_the_same_by_another_load_of_the_facts(vocabulary: Vocabulary) -> None:
    again = load_vocabulary(load().evidence_types.values())
    for text in ("Bản sao thẻ căn cước hoặc hộ chiếu của con", "Xyz", "Trường hợp mất thì nộp sổ đỏ"):
        assert again.read(text) == vocabulary.read(text)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), SENTENCES))
def test_matching_never_raises_and_keeps_its_bounds(text: str) -> None:
    reading = SHIPPED.read(text, text)
    assert 0.0 <= reading.score <= 1.0
    assert set(reading.evidence_types) <= SHIPPED.keys | {"other"}
    assert len(set(reading.evidence_types)) == len(reading.evidence_types)
    assert {key for together in reading.any_of for key in together} <= set(reading.evidence_types) - {"other"}
    SHIPPED.match(None, None, text)


@settings(max_examples=300, deadline=None)
@given(SENTENCES)
def test_matching_is_stable_under_normal_forms_and_case(text: str) -> None:
    told = SHIPPED.read(text)
    for same in (unicodedata.normalize("NFD", text), text.upper(), text.title(), unicodedata.normalize("NFD", text.upper())):
        other = SHIPPED.read(same)
        assert (other.kind, other.evidence_types, other.score, other.any_of) == (
            told.kind, told.evidence_types, told.score, told.any_of,
        )  # fmt: skip
        assert (other.substitution, other.original, other.role) == (told.substitution, told.original, told.role)
