"""The vocabulary as it is looked up: spelling rules and the tree of phrases, built once from facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from reuse_gateway.domain.matching.phrases import OWN, Node, Phrase, Sense, spellings, tree
from reuse_gateway.domain.matching.spelling import Spelling

_WHOSE_AND_WHENCE = frozenset({Sense.ROLE, Sense.OWNER, Sense.PARTY, Sense.ISSUER, Sense.FOREIGN})
_ASIDE = _WHOSE_AND_WHENCE - {Sense.ROLE} | {Sense.LETTER}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All phrases by their words. Build it with `of`; of two phrases with one spelling the earlier one holds.

    `letters`: how a letter of the procedure begins; `own_papers`: names that such a letter may have; `aside`: whose and whence.
    """

    spelling: Spelling
    phrases: Node
    letters: Node = field(default_factory=dict)
    own_papers: Node = field(default_factory=dict)
    aside: Node = field(default_factory=dict)

    @classmethod
    def of(cls, spelling: Spelling, phrases: Iterable[Phrase]) -> Lexicon:
        """Expand every pattern; raises ValueError for one that cannot be read."""
        expanded = ((choice, phrase) for phrase in phrases for choice in spellings(phrase.pattern) if choice)
        every = [(words, _strict(phrase, choice)) for choice, phrase in expanded for words in sorted(spelling.pattern(choice))]

        def part(kept: Callable[[Phrase], bool]) -> Node:
            return tree((words, phrase) for words, phrase in every if kept(phrase))

        return cls(
            spelling,
            phrases=part(lambda phrase: phrase.sense not in _ASIDE),
            letters=part(lambda phrase: phrase.sense is Sense.LETTER),
            own_papers=part(lambda phrase: phrase.sense is Sense.PAPER and OWN.issuperset(phrase.types)),
            aside=part(lambda phrase: phrase.sense in _WHOSE_AND_WHENCE),
        )

    @classmethod
    def of_names(cls, names: Mapping[str, str]) -> Lexicon:
        """Nothing but names: folded name -> evidence type."""
        spelling = Spelling()
        words = ((tuple(spelling.words(name)[0]), Phrase(Sense.PAPER, name, (key,))) for name, key in names.items())
        return cls(spelling, tree((each, phrase) for each, phrase in words if each))


def _strict(phrase: Phrase, choice: tuple[str, ...]) -> Phrase:
    return replace(phrase, alone=choice[0].casefold()) if len(choice) == 1 else phrase
