"""Where a value stands in a decoded answer: JMESPath, or dotted names that bear with how registers vary their answers."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult
from pydantic import BeforeValidator

_DOTTED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\??(\.[A-Za-z_][A-Za-z0-9_]*\??)*")
_EITHER = re.compile(r"\s*\|\|\s*")
_LONGEST = 200


class _Misshapen:
    """The answer has something else where the path expects an object; neither present nor missing."""


MISSHAPEN = _Misshapen()


class Key(NamedTuple):
    """One step. An optional one (`Envelope?`) is taken where it is there and passed over where it is not."""

    name: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """One compiled path: dotted names are walked directly, several joined by `||` are tried in turn, the rest is JMESPath.

    `@` is the whole answer.
    """

    text: str
    keys: tuple[Key, ...] | None = None
    either: tuple[Path, ...] = ()
    expression: ParsedResult | None = None

    @classmethod
    def compile(cls, text: object) -> Path:
        """Raises ValueError where the text is no path of at most 200 characters."""
        if not isinstance(text, str) or not 0 < len(text) <= _LONGEST:
            raise ValueError("a path is text of 1 to 200 characters")
        if text == "@":
            return cls(text, ())
        if _DOTTED.fullmatch(text):
            return cls(text, tuple(Key(step.rstrip("?"), step.endswith("?")) for step in text.split(".")))
        parts = _EITHER.split(text)
        if len(parts) > 1 and all(_DOTTED.fullmatch(part) for part in parts):
            return cls(text, either=tuple(cls.compile(part) for part in parts))
        try:
            return cls(text, expression=jmespath.compile(text))
        except JMESPathError:
            raise ValueError("not a path") from None

    def read(self, value: Any) -> Any:
        """The value there, None where nothing is, MISSHAPEN where the answer is built otherwise than the path says."""
        if self.keys is not None:
            return _walk(self.keys, value)
        if self.either:
            return _first_filled([path.read(value) for path in self.either])
        try:
            return self.expression.search(value)
        except (JMESPathError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError):
            # Functions of the library raise Python's own errors on answers of another shape.
            return MISSHAPEN

    def text_at(self, value: Any) -> str | None:
        """The value as text, the way registers mean it: 0, "0" and true, "true" read alike; None for anything composed."""
        return as_text(self.read(value))


def _walk(keys: tuple[Key, ...], value: Any) -> Any:
    for place, key in enumerate(keys):
        # An empty XML element reads as empty text: an object with nothing in it.
        if value is None or value == "":
            return None
        # One register sends an object where another sends a list of one; a longer list has no single answer. Never at the root.
        if place and isinstance(value, list) and len(value) == 1:
            value = value[0]
        if not isinstance(value, dict):
            return MISSHAPEN
        if key.name in value or not key.optional:
            value = value.get(key.name)
    return value


def _first_filled(found: list[Any]) -> Any:
    filled = [each for each in found if each is not MISSHAPEN and each is not None and each not in ("", [], {})]
    if filled:
        return filled[0]
    return MISSHAPEN if MISSHAPEN in found else None


def as_text(value: Any) -> str | None:
    """Scalars as text in NFC, without surrounding blanks, whole numbers without `.0`; None for null, lists and objects."""
    if isinstance(value, str):
        return value.strip() if value.isascii() else unicodedata.normalize("NFC", value.strip())
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, int | float) else None


PathField = Annotated[Path, BeforeValidator(Path.compile)]
