"""Reading what form builders write: any JSON value may stand anywhere, nothing of it may surprise or exhaust us."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reuse_gateway.domain.errors import TooLarge
from reuse_gateway.domain.form import ReadingFault
from reuse_gateway.domain.json_pointer import joined

MOST_STEPS, DEEPEST, MOST_FAULTS, LONGEST_TEXT = 200_000, 48, 100, 4_000


def mapping(value: Any) -> Mapping[str, Any]:
    """The value, or nothing where it is no object."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """The value, or nothing where it is no array."""
    return value if isinstance(value, list) else []


def words(value: Any) -> str:
    """Text for people: plain, or by language (`vi` first, then `default`, then whichever comes first); else empty."""
    if isinstance(value, dict):
        told = (value.get("vi"), value.get("default"), *value.values())
        value = next((each for each in told if isinstance(each, str) and each), "")
    return value[:LONGEST_TEXT] if isinstance(value, str) else ""


def name(value: Any) -> str:
    """A key: text, or a number written as one; else empty."""
    if isinstance(value, str):
        return value[:LONGEST_TEXT]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def word(value: Any) -> str | None:
    """A tag: one word of text, None where there is none."""
    return value.strip()[:200] or None if isinstance(value, str) else None


@dataclass(slots=True)
class Walk:
    """The bounds of one reading: steps made, and what could not be read."""

    steps: int = 0
    faults: list[ReadingFault] = field(default_factory=list)

    def step(self, depth: int) -> None:
        """One more part looked at; raises TooLarge."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooLarge(code="form_too_large", limit=MOST_STEPS)
        if depth > DEEPEST:
            raise TooLarge(code="form_too_deep", limit=DEEPEST)

    def fault(self, pointer: str, code: str) -> None:
        """Remember what could not be read; of very many the first ones."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(ReadingFault(pointer, code))

    def objects(self, value: Any, pointer: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Every object of a list with its pointer; anything else in it is a fault."""
        if value is not None and not isinstance(value, list):
            self.fault(pointer, "not_a_list")
        for index, each in enumerate(sequence(value)):
            at = pointer + joined(index)
            if isinstance(each, dict):
                yield at, each
            else:
                self.fault(at, "not_an_object")


def place_order(pointer: str) -> tuple[tuple[int, str], ...]:
    """Sorts places as they stand in a definition: numbers of lists as numbers."""
    return tuple((int(part), "") if part.isdecimal() and part.isascii() else (-1, part) for part in pointer.split("/"))
