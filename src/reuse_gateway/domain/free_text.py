"""Words and codes that are kept for ever: they say something, and tell nobody's number (số định danh) in any spelling. Pure.

No rule finds what is meant to be hidden, as digits in words; what is written the way people write numbers is found.
"""

from __future__ import annotations

import re
import unicodedata

from reuse_gateway.domain.text import nfc

# Letters and marks to Unicode, yet nobody sees them: fillers of Hangul, vowels of Khmer, the joiner, chosen variants.
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
# A comma and a blank stand between two numbers, never within one: "Điều 12, 13, 14, 15, 16".
_NUMBER = re.compile(r"\d(?:(?:(?![,;:]\s)[\W_]){0,3}\d){8,}")
_YEAR, _MONTH, _DAY = r"(?:19|20)[0-9]{2}", r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12][0-9]|3[01])"
_TIME = r"[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})?"
_BODY = r"(?:(?:[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.)?[A-Z][0-9]{2}(?:\.[0-9]{1,3}){0,4})"
_SHAPES = (
    r"(?:chk|dem|vio|dos|case|whk|exp|rvl)_[0-9a-f]{32}",
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    rf"{_BODY}-[0-9]{{6}}-[0-9]{{4,6}}",
    r"[1-9]\.[0-9]{6}(?:\.000\.00\.00\.[A-Z][0-9]{2}|\.[A-Z][0-9]{2}|\.[0-9]{2})?",
    rf"{_YEAR}([./-]){_MONTH}\1{_DAY}(?:{_TIME})?",
    rf"{_DAY}([./-]){_MONTH}\2{_YEAR}(?:{_TIME})?",
    rf"{_YEAR}-{_MONTH}",
)
_NOBODYS = re.compile(rf"(?<![0-9A-Za-z])(?:{'|'.join(_SHAPES)})(?![0-9A-Za-z])")
_ADDRESS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}")
_URL = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://)?([^/?#]*?)(?::[0-9]{1,5})?((?:[/?#].*)?)", re.DOTALL)
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")


def plain(text: str) -> str:
    """NFC with single spaces, without what nobody sees: format characters and blank letters."""
    return nfc(_seen(text))


def says_something(text: str, letters: int = 2) -> bool:
    """Are there at least so many letters to be seen? Dots, blanks and invisible characters are no reason."""
    return sum(map(str.isalpha, plain(text))) >= letters


def names_somebody(text: str) -> bool:
    """Nine or more digits of any script in a row, whatever signs or unseen characters stand between them?

    Dates, procedure codes, dossier codes and ids of our own are nobody's number.
    """
    spelled = _seen(unicodedata.normalize("NFKC", _seen(text)))
    return bool(_NUMBER.search(_NOBODYS.sub("x", spelled)))


def url_names_somebody(url: str) -> bool:
    """The same for a URL, however it is encoded; an address of a machine and its port are nobody's number."""
    host, beyond = _URL.fullmatch(url).groups()  # type: ignore[union-attr]
    return names_somebody(_ADDRESS.sub("x", host)) or names_somebody(_decoded(beyond))


def _seen(text: str) -> str:
    return _BLANK.sub("", "".join(each for each in text if unicodedata.category(each) != "Cf"))


def _decoded(text: str) -> str:
    for _ in range(3):
        text = _ESCAPES.sub(lambda found: bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "replace"), text)
    return text
