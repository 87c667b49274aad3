"""Where a value stands in a decoded answer: JMESPath, compiled when the manifest is loaded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult
from pydantic import BeforeValidator

_DOTTED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
_LONGEST = 200


class _Misshapen:
    """The answer has something else where the path expects an object; neither present nor missing."""


MISSHAPEN = _Misshapen()


@dataclass(frozen=True, slots=True)
class Path:
    """One compiled path. Plain dotted names are walked directly (most are), anything else is JMESPath."""

    text: str
    keys: tuple[str, ...] | None
    expression: ParsedResult | None

    @classmethod
    def compile(cls, text: object) -> Path:
        """Raises ValueError where the text is no JMESPath of at most 200 characters."""
        if not isinstance(text, str) or not 0 < len(text) <= _LONGEST:
            raise ValueError("a path is text of 1 to 200 characters")
        if _DOTTED.fullmatch(text):
            return cls(text, tuple(text.split(".")), None)
        try:
            return cls(text, None, jmespath.compile(text))
        except JMESPathError:
            raise ValueError("not a JMESPath") from None

    def read(self, value: Any) -> Any:
        """The value there, None where nothing is, MISSHAPEN where the answer is built otherwise than the path says."""
        if self.keys is None:
            try:
                return self.expression.search(value)
            except JMESPathError:
                return MISSHAPEN
        for key in self.keys:
            # An empty XML element reads as empty text: an object with nothing in it.
            if value is None or value == "":
                return None
            if not isinstance(value, dict):
                return MISSHAPEN
            value = value.get(key)
        return value

    def text_at(self, value: Any) -> str | None:
        """The value as text, the way registers mean it: 0, "0" and true, "true" read alike; None for anything composed."""
        return as_text(self.read(value))


def as_text(value: Any) -> str | None:
    """Scalars as text without surrounding blanks; None for null, lists and objects."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else None


PathField = Annotated[Path, BeforeValidator(Path.compile)]
