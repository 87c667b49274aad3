"""Where values stand in a JSON text: line and column of every JSON Pointer, for people and tools that look at files."""

from __future__ import annotations

import json
import re
from bisect import bisect_right

from reuse_gateway.domain.json_pointer import joined

_TOKEN = re.compile(r'\s*("[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},:]|[^\s\[\]{},:"]+)', re.DOTALL)


def places(text: str) -> dict[str, tuple[int, int]]:
    """Line and column (from 1, in characters) of every value of a text that has been parsed before; one pass, no recursion."""
    starts = [0, *(match.end() for match in re.finditer(r"\n", text))]
    found: dict[str, tuple[int, int]] = {}
    stack: list[list[str | int]] = []
    pointers = [""]
    names = False
    for match in _TOKEN.finditer(text):
        mark, at = match.group(1), match.start(1)
        if mark in "]}":
            stack.pop()
            pointers.pop()
            names = False
        elif mark == ",":
            names = stack[-1][0] == "{"
            if not names:
                stack[-1][1] = int(stack[-1][1]) + 1
        elif mark == ":":
            names = False
        elif names:
            stack[-1][1] = json.loads(mark, strict=False)
        else:
            pointer = pointers[-1] + joined(stack[-1][1]) if stack else ""
            line = bisect_right(starts, at)
            found[pointer] = (line, at - starts[line - 1] + 1)
            if mark in "[{":
                names = mark == "{"
                stack.append([mark, "" if names else 0])
                pointers.append(pointer)
    return found
