"""Text and lists as portals publish them: kept as they are, normalised to NFC, with everything suspicious told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from reuse_gateway.application.import_catalogue import Trouble
from reuse_gateway.domain.text import nfc

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_BIDI = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MARKUP = re.compile(r"<[a-zA-Z/!?]|&(?:#[0-9]{1,6}|[a-z]{2,8});")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
# UTF-8 that was once read as Windows-1252: `Giáº¥y`, `Äƒ`, `Æ°`; these pairs occur in no Vietnamese word.
_MOJIBAKE = re.compile(r"á[º»][^\s]|Ã[\u0080-\u00bf]|Ä[\u0080-\u00bf\u2018\u0192]|Æ[°¡]|\ufffd")


class Notes:
    """Troubles of one procedure, as they are met."""

    def __init__(self, line: int) -> None:
        self._line, self.code = line, None
        self._found: list[Trouble] = []

    code: str | None

    def add(self, field: str, why: str) -> None:
        self._found.append(Trouble(self._line, self.code, field, why))

    def __iter__(self) -> Iterator[Trouble]:
        return iter(self._found)


def words(value: Any, field: str, longest: int, notes: Notes) -> str:
    """The text in NFC with single spaces, cut at `longest` characters; empty where there is none.

    Control characters and lone surrogates, which no store takes, are dropped; text direction marks, mojibake and markup stay.
    """
    if value is None or value == "":
        return ""
    if not isinstance(value, str):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            notes.add(field, "not_text")
            return ""
        value = str(value)
    if _MARKUP.search(value):
        notes.add(field, "markup")
    if not value.isascii() or _CONTROL.search(value):
        value = _suspected(value, field, notes)
    kept = nfc(value)
    if len(kept) > longest:
        notes.add(field, "too_long")
    return kept[:longest]


def _suspected(value: str, field: str, notes: Notes) -> str:
    for why, pattern in (("control_character", _CONTROL), ("lone_surrogate", _SURROGATE)):
        if pattern.search(value):
            notes.add(field, why)
            value = pattern.sub("", value)
    if _BIDI.search(value):
        notes.add(field, "text_direction_mark")
    if _MOJIBAKE.search(value):
        notes.add(field, "mojibake")
    if not unicodedata.is_normalized("NFC", value):
        notes.add(field, "not_nfc")
    return value


def as_list(value: Any) -> list[Any]:
    """Portals send a list, or the only member without its list, or nothing."""
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def names_of(row: dict[str, Any], field: str, inner: str, notes: Notes) -> list[str]:
    """Non-empty texts of a list whose members are texts, or objects that hold the text under `inner`."""
    found = []
    for n, member in enumerate(as_list(row.get(field))):
        if isinstance(member, dict) and inner not in member:
            notes.add(f"{field}.{n}", "name_missing")
        text = member.get(inner) if isinstance(member, dict) else member
        found.append(words(text, f"{field}.{n}", 500, notes))
    return [text for text in found if text]


def as_day(value: Any) -> date | None:
    """A day from a date cell or from `dd/mm/yyyy` or `yyyy-mm-dd`; raises ValueError with the code of the fault."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise ValueError("date_as_number")
    for shape in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(value.strip(), shape).date()
        except ValueError:
            continue
    raise ValueError("impossible_date")
