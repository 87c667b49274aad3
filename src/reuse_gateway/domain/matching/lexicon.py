"""The vocabulary as it is looked up: spelling rules and the tree of phrases, built once from facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from reuse_gateway.domain.matching.phrases import Node, Phrase, Sense, spellings, tree
from reuse_gateway.domain.matching.spelling import Spelling
from reuse_gateway.domain.text import fold


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All phrases by their words. Build it with `of`; of two phrases with one spelling the earlier one holds."""

    spelling: Spelling
    phrases: Node

    @classmethod
    def of(cls, spelling: Spelling, phrases: Iterable[Phrase]) -> Lexicon:
        """Expand every pattern; raises ValueError for one that cannot be read.

        A word that is a pattern all by itself counts with its accent: `vé`, a ticket, is not `về`, about.
        """
        expanded = [(choice, phrase) for phrase in phrases for choice in spellings(phrase.pattern) if choice]
        alone = frozenset(fold(choice[0]) for choice, _ in expanded if len(choice) == 1)
        strict = replace(spelling, sensitive=spelling.sensitive | alone)
        return cls(strict, tree((words, phrase) for choice, phrase in expanded for words in strict.pattern(choice)))

    @classmethod
    def of_names(cls, names: Mapping[str, str]) -> Lexicon:
        """Nothing but names: folded name -> evidence type."""
        spelling = Spelling()
        words = ((tuple(spelling.words(name)), Phrase(Sense.PAPER, name, (key,))) for name, key in names.items())
        return cls(spelling, tree((each, phrase) for each, phrase in words if each))
