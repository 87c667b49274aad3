"""Words to papers (đối sánh tên giấy tờ): a code, a result code, or a name that agrees to the letter once folded.

Names that agree only nearly are suggestions: a wrong "must not ask" is worse than an honest "not sure".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz import process as ranking

from reuse_gateway.domain.evidence_type import EvidenceType
from reuse_gateway.domain.text import fold

_NEAR, _MOST_SUGGESTIONS, _LONGEST_LABEL = 60, 3, 500


@dataclass(frozen=True, slots=True)
class Match:
    """What a wanted paper is taken to be. `by` is `code`, `result_code` or `label`; without a match both are None."""

    evidence_type: str | None
    score: float = 0.0
    by: str | None = None
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All spellings known for each kind of paper: folded name -> evidence type, result code -> evidence type."""

    names: Mapping[str, str]
    result_codes: Mapping[str, str]
    keys: frozenset[str]

    @classmethod
    def of(cls, kinds: Iterable[EvidenceType]) -> Vocabulary:
        """Build from the catalogue; a spelling or result code that two kinds share names neither."""
        listed = list(kinds)
        names = _unshared((fold(word), kind.key) for kind in listed for word in (kind.name.vi, kind.name.en, *kind.aliases))
        codes = _unshared((code, kind.key) for kind in listed for code in kind.result_codes)
        return cls(names, codes, frozenset(kind.key for kind in listed))

    def match(self, evidence_type: str | None, result_code: str | None, label: str | None) -> Match:
        """Tie exactly one of the three ways of naming a paper to its kind."""
        if evidence_type is not None:
            return Match(evidence_type, 1.0, "code") if evidence_type in self.keys else Match(None)
        if result_code is not None:
            key = self.result_codes.get(result_code)
            return Match(key, 1.0, "result_code") if key else Match(None)
        return self._match_label(fold(label or "")[:_LONGEST_LABEL])

    def _match_label(self, folded: str) -> Match:
        key = self.names.get(folded)
        if key:
            return Match(key, 1.0, "label")
        near = ranking.extract(folded, self.names.keys(), scorer=fuzz.token_set_ratio, limit=12, score_cutoff=_NEAR)
        return Match(None, suggestions=tuple(dict.fromkeys(self.names[name] for name, _, _ in near))[:_MOST_SUGGESTIONS])


def _unshared(spellings: Iterable[tuple[str, str]]) -> dict[str, str]:
    owners: dict[str, set[str]] = {}
    for spelling, key in spellings:
        owners.setdefault(spelling, set()).add(key)
    return {spelling: keys.pop() for spelling, keys in owners.items() if spelling and len(keys) == 1}
