"""What an office asked in one piece of free words (lời yêu cầu), taken apart into the papers it lists."""

from __future__ import annotations

import re

_LONGEST = 2_000
# A new line, a semicolon, or a number that begins the next point of a list: "1. ... 2. ...".
_BETWEEN = re.compile(r"[\r\n;]+|\s+(?=\(?[0-9]{1,2}[.)]\s)")
_MARK = re.compile(r"^(?:[-–—•*+]+|\(?[0-9]{1,2}[.)]|\(?[a-zđ][.)])\s+")


def papers_listed(words: str) -> tuple[str, ...]:
    """The points of the list, in their order, without their marks; a heading ("Đề nghị bổ sung:") names no paper itself."""
    parts = (_MARK.sub("", part.strip()).strip(" .,") for part in _BETWEEN.split(words))
    return tuple(part[:_LONGEST] for part in parts if any(map(str.isalpha, part)) and not part.endswith(":"))
