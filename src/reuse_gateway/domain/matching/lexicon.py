"""The vocabulary as it is looked up: spelling rules and the tree of phrases, built once from facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from reuse_gateway.domain.matching.phrases import Node, Phrase, Sense, spellings, tree
from reuse_gateway.domain.matching.spelling import Spelling


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All phrases by their words. Build it with `of`; of two phrases with one spelling the earlier one holds."""

    spelling: Spelling
    phrases: Node

    @classmethod
    def of(cls, spelling: Spelling, phrases: Iterable[Phrase]) -> Lexicon:
        """Expand every pattern; raises ValueError for one that cannot be read."""
        expanded = ((choice, phrase) for phrase in phrases for choice in spellings(phrase.pattern) if choice)
        return cls(
            spelling,
            tree((words, _strict(phrase, choice)) for choice, phrase in expanded for words in spelling.pattern(choice)),
        )

    @classmethod
    def of_names(cls, names: Mapping[str, str]) -> Lexicon:
        """Nothing but names: folded name -> evidence type."""
        spelling = Spelling()
        words = ((tuple(spelling.words(name)[0]), Phrase(Sense.PAPER, name, (key,))) for name, key in names.items())
        return cls(spelling, tree((each, phrase) for each, phrase in words if each))


def _strict(phrase: Phrase, choice: tuple[str, ...]) -> Phrase:
    return replace(phrase, alone=choice[0].casefold()) if len(choice) == 1 else phrase
