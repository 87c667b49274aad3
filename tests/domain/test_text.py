"""Sentences in two languages, and the folding that search and matching share."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reuse_gateway.domain.text import Sentences, Text, day_in_vietnamese, fold, nfc

LETTERS = "aăâeêioôơuưyđAĂÂEÊIOÔƠUƯYĐbcghklmnpqrstvx"
TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
SYLLABLES = st.lists(st.tuples(st.sampled_from(LETTERS), st.sampled_from(TONES)).map("".join), max_size=6).map("".join)
VIETNAMESE = st.lists(SYLLABLES, max_size=5).map(" ".join)


@given(VIETNAMESE)
def test_composed_and_decomposed_spellings_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


@given(VIETNAMESE)
def test_case_does_not_matter_to_folding(text: str) -> None:
    assert fold(text) == fold(text.upper()) == fold(text.lower())


@given(VIETNAMESE)
def test_vietnamese_folds_to_plain_ascii(text: str) -> None:
    assert fold(text).isascii()
    assert fold(text) == fold(text).lower().strip()


@given(st.text())
def test_folding_twice_changes_nothing_more_for_what_vietnamese_people_write(text: str) -> None:
    plain = fold(text.encode("ascii", "ignore").decode())
    assert fold(plain) == plain


@given(st.text())
def test_kept_text_is_composed_with_single_spaces(text: str) -> None:
    assert nfc(text) == nfc(nfc(text))
    assert "  " not in nfc(text)
    assert nfc(unicodedata.normalize("NFD", text)) == nfc(text)


def test_different_words_stay_different() -> None:
    assert fold("Sổ hộ khẩu") == "so ho khau" != fold("Sổ hộ khẩn")


def test_a_sentence_is_filled_in_both_languages() -> None:
    assert Text("ngày {day}", "on {day}").filled(day="1/7") == Text("ngày 1/7", "on 1/7")


def test_an_unfilled_place_is_an_error_and_never_shown() -> None:
    with pytest.raises(KeyError):
        Text("ngày {day}", "on {day}").filled()


def test_what_is_filled_in_is_not_filled_again() -> None:
    assert Text("{a}", "{a}").filled(a="{b}") == Text("{b}", "{b}")


def test_a_sentence_that_nobody_wrote_is_an_error() -> None:
    with pytest.raises(KeyError):
        Sentences({}).say("notice.held_valid")
    assert Sentences({"k": Text("{x}", "{x}!")}).say("k", x="1") == Text("1", "1!")


def test_days_are_written_as_vietnamese_people_write_them() -> None:
    assert day_in_vietnamese(date(2026, 7, 1)) == "01/07/2026"
    assert day_in_vietnamese(None) == ""
