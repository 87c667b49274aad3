"""Phrases of the vocabulary: patterns of words, what each means, and the longest one that starts at a word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

# Keys of a node beside its words; no word has two characters of which one is NUL.
_END, _GAP = "\0.", "\0…"
GAP = "…"
_WIDEST_GAP, _MOST_SPELLINGS = 8, 10_000
_STOPS = frozenset({*";.:()", "nguoi"})

Node = dict[str, object]


class Sense(StrEnum):
    """What a phrase does to the sentence it stands in."""

    PAPER = "paper"
    UMBRELLA = "umbrella"
    UNCLEAR = "unclear"
    VERBAL = "verbal"
    DOSSIER = "dossier"
    EQUIVALENT = "equivalent"
    QUALIFIER = "qualifier"
    COPY = "copy"
    CERTIFIED = "certified"
    ORIGINAL = "original"
    SHOWN_ORIGINAL = "shown_original"
    SUBMIT = "submit"
    PRESENT = "present"
    SURRENDER = "surrender"
    TRIGGER = "trigger"
    WAIVER = "waiver"
    SPARED = "spared"
    ONLY = "only"
    CONDITION = "condition"
    RELEASE = "release"
    BACKGROUND = "background"
    JOIN = "join"
    CHOICE = "choice"
    PLAIN = "plain"
    DATA = "data"
    INSTEAD = "instead"
    UNLESS = "unless"
    RULE = "rule"
    NOTE = "note"
    DESCRIBES = "describes"
    ROLE = "role"
    OWNER = "owner"
    PARTY = "party"
    ISSUER = "issuer"
    FOREIGN = "foreign"
    LETTER = "letter"
    ABOUT = "about"
    ASTRAY = "astray"
    ROSTER = "roster"


VAGUE_NAMES = frozenset({Sense.UMBRELLA, Sense.DOSSIER})
# What a person writes or brings for this very procedure, and papers outside the catalogue: no register holds them.
OTHER = "other"
OWN = frozenset(
    [
        OTHER,
        "application_form",
        "authorisation",
        "organisation_charter",
        "portrait_photo",
        "certified_copy",
        "financial_statements",
    ]
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """One pattern. `types` are the papers it names (`other` = none of ours); `role` whose they are.

    Any of several types will do, unless `together`: then the name means all of them.
    `alone`: the only word, which then counts with its accent: `vé`, a ticket, is not `về`, about.
    """

    sense: Sense
    pattern: str
    types: tuple[str, ...] = ()
    role: str | None = None
    together: bool = False
    alone: str | None = None

    def meant(self, written: str) -> bool:
        """Whether the first word, as it is written, is the one meant."""
        return self.alone is None or self.alone == written or written.isascii()


def spellings(pattern: str) -> list[tuple[str, ...]]:
    """All word sequences of a pattern: `(a|b c|)` is a choice, `…` up to eight words; raises ValueError."""
    choices, rest = _sequence(_marks(pattern))
    if rest:
        raise ValueError("a parenthesis closes that was never opened")
    return choices


def _marks(pattern: str) -> list[str]:
    spaced = pattern
    for mark in "()|":
        spaced = spaced.replace(mark, f" {mark} ")
    return spaced.split()


def _sequence(marks: list[str]) -> tuple[list[tuple[str, ...]], list[str]]:
    """Choices up to the mark that ends this level, and the marks behind it."""
    found: list[tuple[str, ...]] = []
    parts: list[list[tuple[str, ...]]] = []
    while marks and marks[0] != ")":
        mark, marks = marks[0], marks[1:]
        if mark == "|":
            found += _joined(parts)
            parts = []
        elif mark == "(":
            inner, marks = _sequence(marks)
            if not marks:
                raise ValueError("a parenthesis is not closed")
            parts.append(inner)
            marks = marks[1:]
        else:
            parts.append([(mark,)])
    return found + _joined(parts), marks


def _joined(parts: Sequence[Sequence[tuple[str, ...]]]) -> list[tuple[str, ...]]:
    found = [tuple(word for part in parts_chosen for word in part) for parts_chosen in product(*parts)]
    if len(found) > _MOST_SPELLINGS:
        raise ValueError(f"more than {_MOST_SPELLINGS} spellings; split the pattern")
    return found


def tree(phrases: Iterable[tuple[tuple[str, ...], Phrase]]) -> Node:
    """Word sequences as a tree; of two phrases with one spelling the first stays."""
    root: Node = {}
    for words, phrase in phrases:
        node = root
        for word in words:
            node = node.setdefault(_GAP if word == GAP else word, {})  # type: ignore[assignment]
        node.setdefault(_END, phrase)
    return root


def longest(root: Mapping[str, object], words: Sequence[str], start: int) -> tuple[Phrase, int] | None:
    """The longest phrase that starts at a word, and where it ends (exclusive); of two as long the more literal one."""
    node, at, count = root.get(words[start]), start + 1, len(words)
    found, reach = None, 0
    while node is not None:
        if _END in node and at >= reach:
            found, reach = (node[_END], at), at
        if _GAP in node and (far := _across(node[_GAP], words, at)) and far[1] >= reach:
            found, reach = far, far[1]
        if at >= count:
            break
        node, at = node.get(words[at]), at + 1
    return found


def _across(node: Mapping[str, object], words: Sequence[str], start: int) -> tuple[Phrase, int] | None:
    """The phrase that goes on farthest after a gap; a gap never leaves the sentence."""
    best = None
    for at in range(start, min(start + _WIDEST_GAP + 1, len(words))):
        word = words[at]
        if word in node and (found := longest(node, words, at)) and (best is None or found[1] > best[1]):
            best = found
        if word in _STOPS:
            break
    return best
