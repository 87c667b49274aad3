"""One vocabulary for rows and for labels of items: a code, a result code, or words that surely name one paper.

Words that name several papers, or none surely, are suggestions: a wrong "must not ask" is worse than an honest "not sure".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from reuse_gateway.domain.evidence_type import EvidenceType
from reuse_gateway.domain.matching.doubts import WORDS, abroad, astray
from reuse_gateway.domain.matching.findings import DOUBTED
from reuse_gateway.domain.matching.lexicon import Lexicon
from reuse_gateway.domain.matching.reading import OTHER, SURE, Kind, Reading, read
from reuse_gateway.domain.matching.spelling import READ_CHARS, repaired
from reuse_gateway.domain.matching.suggesting import joined, nearest, one_slip_away
from reuse_gateway.domain.text import fold

_RESULT_CODE = re.compile(r"(?<![A-Z0-9.])KQ\.[A-Z][0-9]{2}\.[0-9]{4,6}(?![0-9])")


@dataclass(frozen=True, slots=True)
class Match:
    """What a wanted paper is taken to be. `by` is `code`, `result_code` or `label`; without a match both are None.

    `role`: whose paper the label says it is; None where it says nothing.
    """

    evidence_type: str | None
    score: float = 0.0
    by: str | None = None
    suggestions: tuple[str, ...] = ()
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All that is known of each kind of paper: folded name -> evidence type, result code -> evidence type, and the lexicon."""

    names: Mapping[str, str]
    result_codes: Mapping[str, str]
    keys: frozenset[str]
    lexicon: Lexicon
    longest_name: int
    joined_names: tuple[str, ...] = ()

    @classmethod
    def of(cls, kinds: Iterable[EvidenceType], lexicon: Lexicon | None = None) -> Vocabulary:
        """Build from the catalogue; a spelling or result code that two kinds share names neither."""
        listed = list(kinds)
        names = _unshared((fold(word), kind.key) for kind in listed for word in (kind.name.vi, kind.name.en, *kind.aliases))
        codes = _unshared((code, kind.key) for kind in listed for code in kind.result_codes)
        longest = 2 * max(map(len, names), default=0)
        keys = frozenset(kind.key for kind in listed)
        return cls(names, codes, keys, lexicon or Lexicon.of_names(names), longest, tuple(sorted(map(joined, names))))

    def match(self, evidence_type: str | None, result_code: str | None, label: str | None) -> Match:
        """Tie exactly one of the three ways of naming a paper to its kind."""
        if evidence_type is not None:
            return Match(evidence_type, 1.0, "code") if evidence_type in self.keys else Match(None)
        if result_code is not None:
            key = self.result_codes.get(result_code)
            return Match(key, 1.0, "result_code") if key else Match(None)
        return self._match_label(label or "")

    def read(self, text: str, case: str = "") -> Reading:
        """One row of a dossier, standing under a case."""
        key = self.names.get(fold(text)) if len(text) <= self.longest_name else None
        reading = read(self.lexicon, text, case)
        if key is None:
            return self._misspelled(reading, text)
        if self._means_two(text) or (case and self._elsewhere(case, key)):
            return reading
        return replace(reading, kind=Kind.DEMAND, evidence_types=(key,), any_of=((key,),), score=1.0, complete=True, doubts=())

    def astray(self, text: str) -> frozenset[str]:
        """Kinds whose names mean another paper where a procedure or field is called so (an inspection, among vessels)."""
        return astray(self.lexicon, *self.lexicon.spelling.words(repaired(text)))

    def _misspelled(self, reading: Reading, text: str) -> Reading:
        """A paper outside the catalogue whose name is one slip away from a name inside is neither, until a person looks."""
        if reading.evidence_types != (OTHER,) or not reading.sure or len(text) > self.longest_name:
            return reading
        start = next((each.written for each in reading.named if each.types == (OTHER,)), "")
        name = fold(repaired(text))
        slip = one_slip_away(name[max(name.find(fold(start)), 0) :], self.joined_names)
        return replace(reading, score=min(reading.score, DOUBTED), doubts=(WORDS,)) if slip else reading

    def _elsewhere(self, case: str, key: str) -> bool:
        """Whether the case speaks of a foreign state's papers, or of a thing whose paper of this name is another one."""
        words, written = self.lexicon.spelling.words(repaired(case))
        return abroad(self.lexicon, words) or key in astray(self.lexicon, words, written)

    def _means_two(self, text: str) -> bool:
        """Whether only accents tell this name from another (`sổ đỏ`, the land certificate, and `sơ đồ`, a drawing)."""
        return tuple(map(fold, self.lexicon.spelling.words(repaired(text))[0])) in self.lexicon.unclear

    def suggest(self, text: str) -> tuple[str, ...]:
        """At most three kinds whose names are like the text, the likest first; empty where none is."""
        return nearest(fold(repaired(text))[:READ_CHARS], self.names)

    def _match_label(self, label: str) -> Match:
        codes = {self.result_codes[code] for code in _RESULT_CODE.findall(label) if code in self.result_codes}
        rest = _RESULT_CODE.sub(" ", label)
        reading = self.read(rest)
        named = tuple(key for key in reading.evidence_types if key in self.keys)
        if len(codes) == 1 and set(named) <= codes and not self._doubted(codes, rest):
            return Match(codes.pop(), 1.0, "result_code", role=reading.role)
        single = len(named) == 1 and OTHER not in reading.evidence_types and not codes
        if single and reading.kind is Kind.DEMAND and reading.complete and reading.score >= SURE:
            return Match(named[0], reading.score, "label", role=reading.role)
        return Match(None, suggestions=tuple(dict.fromkeys((*named, *self.suggest(label))))[:3], role=reading.role)

    def _doubted(self, codes: set[str], rest: str) -> bool:
        """Whether the words beside a result code tell of somebody else's paper or a foreign one: read as if they named it."""
        name = next((name for name, key in self.names.items() if key in codes), "")
        return bool(self.read(f"{name} {rest}").doubts)


def _unshared(spellings: Iterable[tuple[str, str]]) -> dict[str, str]:
    owners: dict[str, set[str]] = {}
    for spelling, key in spellings:
        owners.setdefault(spelling, set()).add(key)
    return {spelling: keys.pop() for spelling, keys in owners.items() if spelling and len(keys) == 1}
