"""Words as they are searched: folded, letters and digits only, so that `Giấy CNQSDĐ (bản sao)` is found by `ban sao`."""

from __future__ import annotations

import re

from reuse_gateway.domain.text import fold

_WORD = re.compile(r"[a-z0-9]+")


def words_of(text: str) -> str:
    """Folded words with single spaces; empty where there is none."""
    return " ".join(_WORD.findall(fold(text)))


def searched(code: str, *names: str) -> str:
    """The code and the names of one thing, as words."""
    return " ".join(filter(None, (words_of(each) for each in (code, *names))))
