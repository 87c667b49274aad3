"""Likeness, which only suggests and never decides."""

from __future__ import annotations

from collections.abc import Mapping

from rapidfuzz import fuzz
from rapidfuzz import process as ranking

_NEAR, _MOST_SUGGESTIONS, _LOOKED_AT = 60, 3, 12


def nearest(folded: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """At most three kinds of paper whose folded names are like the folded text, the likest first."""
    near = ranking.extract(folded, names.keys(), scorer=fuzz.token_set_ratio, limit=_LOOKED_AT, score_cutoff=_NEAR)
    return tuple(dict.fromkeys(names[name] for name, _, _ in near))[:_MOST_SUGGESTIONS]
