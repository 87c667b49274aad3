"""The things that a question was about (a plate, a certificate, a parcel), in what came back: slots, or nobody's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from reuse_gateway.connectors.lookups import LookupFacts
from reuse_gateway.connectors.paths import Path
from reuse_gateway.connectors.read_tree import mentioned
from reuse_gateway.connectors.spellings import parts_of, same_thing

ASKED = "${asked}"
_BETWEEN = re.compile(r"[\s/.,-]+")
_PARTS, _SHORTEST = 3, 4


class ThingsAsked:
    """Where a lookup's records name things, and which were asked about.

    A kind that the source can be asked by, but was not, becomes the same slot: tests ask by all kinds at once, and the things
    of the simulation's people have one number.
    """

    def __init__(self, lookup: LookupFacts, about: Iterable[tuple[str, str]]) -> None:
        self._told = dict(about)
        self._asked_by = {need.removeprefix("about.") for need in (*lookup.needs, *lookup.either)}
        self._whole = {text: kind for kind, path in lookup.about.items() for text in _dotted(path)}
        self._parts = {name: (kind, part) for kind, path in lookup.about.items() for part, name in _names(path)}

    def slot(self, path: str, text: str) -> str | None:
        """What stands for this value; None where no thing is named."""
        kind = next((kind for each, kind in self._whole.items() if path == each or path.endswith(f".{each}")), None)
        if kind is not None:
            return ";".join(self._of(kind, each) for each in parts_of(text))
        kind, part = self._parts.get(path.rpartition(".")[2], (None, 0))
        return self._of_part(kind, part, text) if kind else None

    def replaced(self, text: str) -> str:
        """Any other text in which a thing is spelt as it was asked about."""
        for value in self._told.values():
            text = text.replace(value, ASKED) if len(value) >= _SHORTEST else text
        return text

    def _of(self, kind: str, text: str) -> str:
        if kind in self._told:
            return ASKED if same_thing(kind, text, self._told[kind]) else _nobodys(text)
        return ASKED if kind in self._asked_by else _nobodys(text)

    def _of_part(self, kind: str, part: int, text: str) -> str:
        """A thing whose parts stand apart: commune, sheet and number of a parcel."""
        if kind not in self._told:
            return f"${{part{part}:asked}}" if kind in self._asked_by else _nobodys(text)
        asked = [each.lstrip("0") for each in _BETWEEN.split(self._told[kind])]
        same = asked[part - 1 : part] == [text.lstrip("0")]
        return f"${{part{part}:asked}}" if same else _nobodys(text)


def _dotted(path: Path) -> list[str]:
    """Paths of keys alone."""
    return [each.text.replace("?", "") for each in path.either or (path,) if each.keys is not None]


def _names(path: Path) -> Iterator[tuple[int, str]]:
    """The names that an expression joins, in their order: the last three that it mentions."""
    if path.expression is not None:
        yield from enumerate(list(mentioned(path.expression.parsed))[-_PARTS:], 1)


def _nobodys(text: str) -> str:
    return re.sub("[0-9]", "9", text)
