"""Values of people and of the deployment replaced by their names, so that what was asked can be shown on a screen."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping

_DIGITS = re.compile(r"(?<![0-9A-Za-z.])[0-9]{9,13}(?![0-9A-Za-z])")
# Passports, residence cards, certificates: letters, then digits.
SERIAL = re.compile(r"(?<![0-9A-Za-z.])([A-Z]{1,3})([0-9]{6,9})(?![0-9A-Za-z])")
_BASIC = re.compile(r"(?i)\b(basic|bearer) [A-Za-z0-9+/=._~-]{6,}")
_SHORTEST = 4


class Masks:
    """Learns values by name; `masked` puts `‹name›` in their places. Numbers that nobody named are masked as well."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._secrets: set[str] = set()

    def learn(self, told: Mapping[str, str]) -> None:
        """Short values (a sex, a precision) are no secret and would mask half of the text."""
        for name, value in told.items():
            if len(value) >= _SHORTEST:
                self._names.setdefault(value, name)

    def learn_secret(self, name: str, value: str) -> None:
        """A secret, also as the digests and Base64 in which it travels."""
        md5 = hashlib.md5(value.encode(), usedforsecurity=False).hexdigest()
        for spelt in (value, md5, base64.b64encode(value.encode()).decode()):
            if len(spelt) >= _SHORTEST:
                self._names[spelt] = name
                self._secrets.add(spelt)

    def redacted(self, text: str) -> str:
        """Without any secret that was asked for; people are not looked for here."""
        for value in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(value, "redacted")
        return text

    def listening(self, secrets: Callable[[str], str]) -> Callable[[str], str]:
        """The same secrets, each learnt when it is asked for."""

        def asked(name: str) -> str:
            value = secrets(name)
            self.learn_secret(name, value)
            return value

        return asked

    def masked(self, text: str) -> str:
        """Longest values first, so that no part of one is taken for another."""
        text = _BASIC.sub(r"\1 ‹credentials›", text)
        for value in sorted(self._names, key=len, reverse=True):
            text = text.replace(value, f"‹{self._names[value]}›")
        return _DIGITS.sub("‹number›", SERIAL.sub("‹number›", text))

    def masked_headers(self, headers: Iterable[tuple[str, str]], hidden: frozenset[str]) -> list[str]:
        """Headers that carry credentials are named only."""
        return [f"{name}: {'‹credentials›' if name.lower() in hidden else self.masked(value)}" for name, value in headers]
