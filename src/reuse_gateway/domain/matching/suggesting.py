"""Likeness, which only suggests or makes a reading unsure; it never decides."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz
from rapidfuzz import process as ranking
from rapidfuzz.distance import OSA

_NEAR, _MOST_SUGGESTIONS, _LOOKED_AT = 60, 3, 12
_LEAST_LETTERS, _BETWEEN = 8, re.compile(r"[\W_]+")


def nearest(folded: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """At most three kinds of paper whose folded names are like the folded text, the likest first."""
    near = ranking.extract(folded, names.keys(), scorer=fuzz.token_set_ratio, limit=_LOOKED_AT, score_cutoff=_NEAR)
    return tuple(dict.fromkeys(names[name] for name, _, _ in near))[:_MOST_SUGGESTIONS]


def joined(folded: str) -> str:
    """A folded name without spaces and signs, for slips that tear words apart: `lai x e`."""
    return _BETWEEN.sub("", folded)


def one_slip_away(folded: str, joined_names: Sequence[str]) -> bool:
    """Whether one letter (too many, missing, other or swapped), or only spaces, stand between a text and a long enough name."""
    text = joined(folded)
    if len(text) < _LEAST_LETTERS:
        return False
    return ranking.extractOne(text, joined_names, scorer=OSA.distance, score_cutoff=1) is not None
