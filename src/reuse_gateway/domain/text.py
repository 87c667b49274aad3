"""Sentences for people: Vietnamese first, English beside, found by key; and the folding that search and matching share."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or name in both languages, NFC."""

    vi: str
    en: str

    def filled(self, **values: str) -> Text:
        """Put values into `{placeholders}`; an unknown placeholder is a KeyError, seen by the tests of the sentences."""
        return Text(self.vi.format_map(values), self.en.format_map(values))


@dataclass(frozen=True, slots=True)
class Sentences:
    """All sentences the gateway says, by key (`notice.held_valid`, `problem.invalid_token`, ...)."""

    by_key: Mapping[str, Text]

    def say(self, key: str, **values: str) -> Text:
        """The sentence of `key`; raises KeyError where none was written."""
        return self.by_key[key].filled(**values)


def nfc(text: str) -> str:
    """Unicode NFC with single spaces, the one form in which text is kept and compared."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def fold(text: str) -> str:
    """Search form: lower case, no Vietnamese accents, đ as d, single spaces (NFC and NFD inputs agree)."""
    lowered = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d").casefold())
    return " ".join("".join(c for c in lowered if not unicodedata.combining(c)).split())


def day_in_vietnamese(day: object) -> str:
    """A day as Vietnamese people write it: 23/11/2026."""
    return day.strftime("%d/%m/%Y") if hasattr(day, "strftime") else ""
