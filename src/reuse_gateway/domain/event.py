"""Something that happened and that others are told of (sự kiện): kept in one order without gaps, names no person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

_KIND = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)+")
_PLACE = re.compile(r"(0|[1-9][0-9]{0,17})\.(0|[1-9][0-9]{0,8})")
_ONCE = {
    "checkpoint.daily": ("day",),
    "checkpoint.cosigned": ("size", "witness"),
    "checkpoint.forked": ("size", "other_root"),
}

Told = str | int | bool | None | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """`kind` is stable and dotted (`violation.detected`); `at` is aware UTC, when it happened.

    `body` holds ids, codes and counts; nothing in it MUST lead to a person but through a row that asks for authority.
    Raises ValueError for a kind that is not dotted words, for an instant without a zone, for a body of other values.
    """

    kind: str
    at: datetime
    body: Mapping[str, Told] = field(default_factory=dict)

    @property
    def once(self) -> str | None:
        """What may be told of it only once in a ledger (`checkpoint.daily 2026-11-23`); None = as often as it happens."""
        told_by = _ONCE.get(self.kind, ())
        if not told_by or not self.body.keys() >= set(told_by):
            return None
        return " ".join((self.kind, *(str(self.body[name]) for name in told_by)))

    def __post_init__(self) -> None:
        if not _KIND.fullmatch(self.kind):
            raise ValueError("event_kind_shape")
        if self.at.tzinfo is None:
            raise ValueError("an instant must be aware")
        if not all(_tellable(value) for value in self.body.values()):
            raise ValueError("event_body_shape")


def _tellable(value: object) -> bool:
    if isinstance(value, tuple):
        return all(isinstance(each, str) for each in value)
    return value is None or isinstance(value, str | int)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where an event stands in the one order of all events: the leaf that binds it, and its number beside that leaf."""

    leaf_index: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Place:
        """From `123.0`; raises ValueError("event_place_shape")."""
        match = _PLACE.fullmatch(text)
        if not match:
            raise ValueError("event_place_shape")
        return cls(int(match.group(1)), int(match.group(2)))

    def __str__(self) -> str:
        return f"{self.leaf_index}.{self.number}"


BEFORE_ALL = Place(-1, 0)


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event that is durable, with its place. `withheld`: its body is not for this reader, and empty."""

    event: Event
    place: Place
    withheld: bool = False
