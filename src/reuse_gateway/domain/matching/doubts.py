"""Why a named paper may not be the one our sources hold: it is an unknown person's, or a foreign state's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reuse_gateway.domain.matching.findings import Finding, Standing
from reuse_gateway.domain.matching.lexicon import Lexicon
from reuse_gateway.domain.matching.phrases import GAP, OTHER, OWN, VAGUE_NAMES, Node, Phrase, Sense, longest

OWNER, ABROAD, WORDS = "owner", "foreign", "words"
_LETTERS_ONLY = re.compile("[bcdfghjklmnpqrstvwxzđ]{3,}")
_GOES_ON = frozenset({",", "/"})
_BETWEEN = frozenset({"(", ")", "/", "-", "–", ":"})
_ENDS = frozenset({";", ".", ":", "(", ")", "-", "–"})


class Doubts:
    """One pass over the words beside the walk. Default is doubt: only known owners, issuers and laws leave a paper sure."""

    def __init__(self, lexicon: Lexicon, words: Sequence[str], written: Sequence[str], findings: Sequence[Finding]) -> None:
        self._lexicon, self._words, self._written = lexicon, words, written
        self._demanded = [each for each in findings if each.standing is Standing.DEMANDED]
        self._findings = findings
        self._close = 0
        self.found: set[str] = set()

    def unread(self) -> bool:
        """Whether an abbreviation that nobody knows stands behind a noun that says little by itself (`giấy`, `thẻ`)."""
        nouns = (each for each in self._demanded if each.phrase.types == (OTHER,) and each.end - each.start == 1)
        behind = (each.end for each in nouns if each.end < len(self._words))
        return any(_LETTERS_ONLY.fullmatch(self._words[at]) and self._unknown(at) for at in behind)

    def run(self) -> frozenset[str]:
        """What speaks against the row being sure; empty where nothing does."""
        tree, at, count = self._lexicon.aside, 0, len(self._words)
        while at < count:
            found = self._known(tree, at)
            if found is None or self._inside_a_name(found[0], at):
                at += 1
                continue
            self._weigh(found[0], at, found[1])
            at = found[1]
        if any(self._goes_on_unknown(each.end) for each in self._demanded if self._told_by_its_name(each)):
            self.found.add(WORDS)
        return frozenset(self.found)

    def _told_by_its_name(self, finding: Finding) -> bool:
        """Papers of a register whose name is whole; learning and practice are told on freely (`bằng cử nhân luật`)."""
        phrase = finding.phrase
        return not own(finding) and phrase.sense not in VAGUE_NAMES and not self._lexicon.told_on.intersection(phrase.types)

    def _goes_on_unknown(self, at: int) -> bool:
        """Whether words that nobody knows stand right behind a name: they may well tell whose or which other paper it is."""
        while at < len(self._words) and self._words[at][0].isdigit():
            at += 1
        if at == len(self._words) or not self._words[at][0].isalnum():
            return False
        return self._unknown(at)

    def _unknown(self, at: int) -> bool:
        if self._known(self._lexicon.phrases, at):
            return False
        aside = self._known(self._lexicon.aside, at)
        return aside is None or aside[0].sense is Sense.ASTRAY

    def _known(self, tree: Node, at: int) -> tuple[Phrase, int] | None:
        found = longest(tree, self._words, at) if self._words[at] in tree else None
        return found if found and found[0].meant(self._written[at]) else None

    def _weigh(self, phrase: Phrase, at: int, end: int) -> None:
        sense = phrase.sense
        if sense is Sense.FOREIGN:
            self.found.add(ABROAD)
        if sense is Sense.ASTRAY and any(set(phrase.types).intersection(each.phrase.types) for each in self._demanded):
            self.found.add(WORDS)
        if sense in (Sense.FOREIGN, Sense.ABOUT, Sense.ASTRAY):
            return
        if sense is Sense.ROSTER:
            self._list_of_people(end)
        if sense is Sense.ROSTER or self._of_a_letter(at):
            return
        unknown = sense is Sense.OWNER or (sense is Sense.PARTY and self._stands_by_a_name(at))
        if unknown or (sense is Sense.ROLE and not self._closed(end)):
            self.found.add(OWNER)
        self._close = end

    def _list_of_people(self, at: int) -> None:
        """Papers that go with a list (`danh sách nhân viên kèm bằng tốt nghiệp`) are those of the people in it."""
        reach = next((n for n in range(at, len(self._words)) if self._words[n] in ";."), len(self._words))
        if any(at <= each.start < reach and not own(each) for each in self._demanded):
            self.found.add(OWNER)

    def _inside_a_name(self, phrase: Phrase, at: int) -> bool:
        """Words that a name itself writes; what its gaps swallow counts, and no gap goes over `người`."""
        inside = (each for each in self._findings if each.start <= at < each.end and not own(each))
        return any(phrase.sense is Sense.PARTY or GAP not in each.phrase.pattern for each in inside)

    def _of_a_letter(self, at: int) -> bool:
        """Words of the procedure's own letter: whose letter it is does not matter."""
        before = [each for each in self._demanded if each.start < at]
        return bool(before) and own(before[-1])

    def _stands_by_a_name(self, at: int) -> bool:
        """Right behind a name, an owner or an issuer (marks and form words aside), or before any name."""
        ends = [each.end for each in self._demanded if each.start < at]
        if not ends:
            return True
        return self._only_form(max(ends[-1], self._close), at)

    def _only_form(self, start: int, end: int) -> bool:
        while start < end:
            word = self._words[start]
            found = self._known(self._lexicon.phrases, start)
            if found and found[0].sense in _FORM:
                start = found[1]
            elif word in _BETWEEN or word[0].isdigit():
                start += 1
            else:
                return False
        return True

    def _closed(self, at: int) -> bool:
        """Behind a known owner nothing may stand that could make it another: `của vợ cũ`, `của con và người làm chứng`."""
        joined = False
        while at < len(self._words):
            word = self._words[at]
            if word in _ENDS:
                return True
            found = self._known(self._lexicon.phrases, at)
            if word not in _GOES_ON and not (found and found[0].sense in _JOINS):
                return found is not None and (found[1] - at > 1 or found[0].sense is not Sense.QUALIFIER or joined)
            at, joined = (found[1] if found else at + 1), True
        return True


_FORM = frozenset({Sense.QUALIFIER, Sense.COPY, Sense.CERTIFIED, Sense.ORIGINAL, Sense.SHOWN_ORIGINAL})
_JOINS = frozenset({Sense.JOIN, Sense.CHOICE})


def own(finding: Finding) -> bool:
    """A paper that the person writes or brings for this very procedure."""
    return finding.phrase.sense not in VAGUE_NAMES and OWN.issuperset(finding.phrase.types)


def abroad(lexicon: Lexicon, words: Sequence[str]) -> bool:
    """Whether the words speak of a foreign state's papers."""
    return any(phrase.sense is Sense.FOREIGN for phrase in _spoken_of(lexicon, words))


def astray(lexicon: Lexicon, words: Sequence[str], written: Sequence[str]) -> frozenset[str]:
    """Kinds of paper that mean another paper where these words are spoken: a vessel's inspection is no vehicle's."""
    spoken = _spoken_of(lexicon, words, written)
    return frozenset(key for phrase in spoken if phrase.sense is Sense.ASTRAY for key in phrase.types)


def _spoken_of(lexicon: Lexicon, words: Sequence[str], written: Sequence[str] = ()) -> Iterator[Phrase]:
    tree = lexicon.aside
    for at, word in enumerate(words):
        found = longest(tree, words, at) if word in tree else None
        if found and (not written or found[0].meant(written[at])):
            yield found[0]
