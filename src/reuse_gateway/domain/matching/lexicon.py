"""The vocabulary as it is looked up: spelling rules and the tree of phrases, built once from facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from reuse_gateway.domain.matching.phrases import OTHER, OWN, Node, Phrase, Sense, spellings, tree
from reuse_gateway.domain.matching.spelling import Spelling

Words = tuple[str, ...]
_OWNING = frozenset({Sense.ROLE, Sense.OWNER, Sense.PARTY, Sense.ISSUER, Sense.ROSTER})
_WHOSE_AND_WHENCE = _OWNING | {Sense.FOREIGN, Sense.ABOUT, Sense.ASTRAY}
_ASIDE = _WHOSE_AND_WHENCE - {Sense.ROLE} | {Sense.LETTER, Sense.ABOUT}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All phrases by their words. Build it with `of`; of two phrases with one spelling the earlier one holds.

    `letters`: how a letter of the procedure begins; `own_papers`: names that such a letter may have; `aside`: whose and whence;
    `told_on`: kinds of paper whose names freely go on (`bằng cử nhân luật`); `unclear`: words that mean two things unaccented;
    `headings`: names of cases read lately, for many rows stand under one.
    """

    spelling: Spelling
    phrases: Node
    letters: Node = field(default_factory=dict)
    own_papers: Node = field(default_factory=dict)
    aside: Node = field(default_factory=dict)
    told_on: frozenset[str] = frozenset()
    unclear: frozenset[Words] = frozenset()
    headings: dict[str, object] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, spelling: Spelling, phrases: Iterable[Phrase], told_on: Iterable[str] = ()) -> Lexicon:
        """Expand every pattern; raises ValueError for one that cannot be read."""
        expanded = [(choice, phrase) for phrase in phrases for choice in spellings(phrase.pattern) if choice]
        told = [(_strict(phrase, choice), *spelling.pattern(choice)) for choice, phrase in expanded]
        unclear = _unclear(told)
        every = [(words, Phrase(Sense.UNCLEAR, " ".join(words), (OTHER,))) for words in sorted(unclear)]
        every += [(words, phrase) for phrase, exact, plain in told for words in sorted({exact, plain})]

        def part(kept: Callable[[Phrase], bool]) -> Node:
            return tree((words, phrase) for words, phrase in every if kept(phrase))

        return cls(
            spelling,
            phrases=part(lambda phrase: phrase.sense not in _ASIDE),
            letters=part(lambda phrase: phrase.sense is Sense.LETTER),
            own_papers=part(lambda phrase: phrase.sense is Sense.PAPER and OWN.issuperset(phrase.types)),
            aside=part(lambda phrase: phrase.sense in _WHOSE_AND_WHENCE),
            told_on=frozenset(told_on),
            unclear=unclear,
        )

    @classmethod
    def of_names(cls, names: Mapping[str, str]) -> Lexicon:
        """Nothing but names: folded name -> evidence type."""
        spelling = Spelling()
        words = ((tuple(spelling.words(name)[0]), Phrase(Sense.PAPER, name, (key,))) for name, key in names.items())
        return cls(spelling, tree((each, phrase) for each, phrase in words if each))


def _unclear(told: Iterable[tuple[Phrase, Words, Words]]) -> frozenset[Words]:
    """Words without accents that name a paper of the catalogue and something else (`chung tu`): they name neither."""
    meanings: dict[Words, dict[Words, set[tuple[str, ...]]]] = {}
    for phrase, exact, plain in told:
        if exact != plain:
            meanings.setdefault(plain, {}).setdefault(exact, set()).add(phrase.types)
    return frozenset(plain for plain, by in meanings.items() if _named_apart(by.values()))


def _named_apart(meanings: Iterable[set[tuple[str, ...]]]) -> bool:
    types = [frozenset(key for each in meaning for key in each) for meaning in meanings]
    return len(set(types)) > 1 and not all(OWN.issuperset(each) for each in types)


def _strict(phrase: Phrase, choice: tuple[str, ...]) -> Phrase:
    return replace(phrase, alone=choice[0].casefold()) if len(choice) == 1 else phrase
