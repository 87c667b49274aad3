"""Words that are kept: nobody's number in any spelling, and nothing that nobody can read."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from reuse_gateway.domain.free_text import names_somebody, plain, says_something, url_names_somebody

SPELLINGS = {
    "plain": "999090000777",
    "spaces": "999 090 000 777",
    "wide spaces": "999  090  000  777",
    "dots": "999.090.000.777",
    "hyphens": "999-090-000-777",
    "hyphens that do not break": "999‑090‑000‑777",
    "low lines": "999_090_000_777",
    "slashes": "999/090/000/777",
    "commas": "999,090,000,777",
    "blanks that do not break": "999\u00a0090\u00a0000\u00a0777",
    "blanks of no width": "999\u200b090\u200b000\u200b777",
    "joiners": "999\u034f090\u034f000\u034f777",
    "full width": "９９９０９００００７７７",
    "Arabic": "٩٩٩٠٩٠٠٠٠٧٧٧",
    "raised": "⁹⁹⁹⁰⁹⁰⁰⁰⁰⁷⁷⁷",
    "digit by digit": "9 9 9 0 9 0 0 0 0 7 7 7",
    "the old nine": "999 090 777",
    "a telephone": "(099) 909 0777",
}


@pytest.mark.parametrize("number", SPELLINGS.values(), ids=SPELLINGS)
def test_a_number_is_found_in_every_spelling(number: str) -> None:
    assert names_somebody(number)
    assert names_somebody(f"Kiểm tra việc ông An, CCCD {number}, đã nộp")
    assert names_somebody(f"ngày 23/11/2026, {number}")


@pytest.mark.parametrize(
    "text",
    [
        "ngày 23/11/2026 lúc 10:30, hẹn 30/11/2026",
        "01/07/2026-31/12/2026",
        "2026-11-23T08:30:00+07:00",
        "created:2026-10..2026-11 severity:>=2",
        "hồ sơ H41.12-261123-2001 và 000.00.12.H41-261123-0001",
        "thủ tục 1.000894, 1.001193.000.00.00.H41",
        "Điều 12, 13, 14, 15, 16 Nghị định 45/2020/NĐ-CP",
        "chk_01998877665544332211009988776655",
        "550e8400-e29b-41d4-a716-446655440000",
        "12345678",
    ],
)
def test_days_codes_and_articles_are_nobodys_number(text: str) -> None:
    assert not names_somebody(text)


def test_a_code_beside_a_number_hides_nothing() -> None:
    assert names_somebody("hồ sơ H41.12-261123-2001 của 999 090 000 777")
    assert names_somebody("1.000894.999090000777")
    assert names_somebody("x23/11/2026 999090000777")


@pytest.mark.parametrize("spelling", [quote("999 090 000 777"), "%39" * 12, "%2539" * 12, "999090000777", "999/090/000/777"])
@pytest.mark.parametrize("place", ["https://a.example/p?q={}", "https://a.example/{}/x", "https://a.example/#{}"])
def test_a_url_tells_nobodys_number_however_it_is_encoded(place: str, spelling: str) -> None:
    assert url_names_somebody(place.format(spelling))


def test_a_host_that_is_a_number_is_one_and_an_address_is_none() -> None:
    assert url_names_somebody("https://999090000777.example/")
    assert not url_names_somebody("http://192.168.100.123:8443/hooks/2026")


UNSEEN = ["\u200b" * 20, "." * 20, "   \u00a0  ", "\u3164" * 12, "\u2060\ufeff\u00ad", "⠀" * 12, "123456", "…–—!?"]


@pytest.mark.parametrize("reason", UNSEEN)
def test_what_nobody_can_read_says_nothing(reason: str) -> None:
    assert not says_something(reason)


def test_words_are_kept_without_what_nobody_sees() -> None:
    assert plain(" Đã\u200b  kiểm \u00adtra ") == "Đã kiểm tra"
    assert says_something("Đã kiểm tra", 5)
    assert not says_something("a.........", 5)
