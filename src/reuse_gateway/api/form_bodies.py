"""Bodies of forms, with papers of 16 MB in them: they stream past, and what stays is the skeleton of the JSON.

A string that is longer than any key, name or token is left out while it passes, whatever it holds; what remains is small and is
read by the same strict parser as every other body. Streaming parsers were no help: they hand over a string only when they have
the whole of it (decision 0045).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from fastapi import Request

from reuse_gateway.api.bodies import chunks, require_json, strict_json
from reuse_gateway.domain.errors import TooLarge

DEEPEST, LONGEST_STRING = 64, 8_192
# Long enough to be something, and plainly not what was sent.
LEFT_OUT = b'"..."'
_ENDS, _PASSES = re.compile(rb'["\\]'), re.compile(rb'(?:[^"\\]+|\\.)*', re.DOTALL)


class Skeleton:
    """Keeps a JSON text without its long strings, in memory that does not grow with them. Feed it pieces of any size."""

    def __init__(self, most_bytes: int, longest_string: int = LONGEST_STRING) -> None:
        self._most, self._longest = most_bytes, longest_string
        self._kept = bytearray()
        self._string: bytearray | None = None
        self._inside = self._escaped = False

    def feed(self, chunk: bytes) -> None:
        """The next piece; raises TooLarge where even the skeleton is."""
        at = 0
        while at < len(chunk):
            at = self._within(chunk, at) if self._inside else self._between(chunk, at)
        if len(self._kept) > self._most:
            raise TooLarge(limit=self._most)

    def text(self) -> bytes:
        """What was kept; a text that broke off inside a string stays broken."""
        return bytes(self._kept) + (b'"' + bytes(self._string or b"") if self._inside else b"")

    def _between(self, chunk: bytes, at: int) -> int:
        quote = chunk.find(b'"', at)
        self._kept += chunk[at : quote if quote >= 0 else len(chunk)]
        if quote < 0:
            return len(chunk)
        self._inside, self._string = True, bytearray()
        return quote + 1

    def _within(self, chunk: bytes, at: int) -> int:
        if self._escaped:
            self._escaped = False
            self._add(chunk[at : at + 1])
            return at + 1
        if self._string is None:
            passed = _PASSES.match(chunk, at)
            at = passed.end() if passed else at
        end = _ENDS.search(chunk, at)
        self._add(chunk[at : end.start() if end else len(chunk)])
        if end is None:
            return len(chunk)
        if end.group() == b"\\":
            self._escaped = True
            self._add(b"\\")
        else:
            self._close()
        return end.end()

    def _add(self, piece: bytes) -> None:
        if self._string is not None:
            self._string += piece
            if len(self._string) > self._longest:
                self._string = None

    def _close(self) -> None:
        self._kept += LEFT_OUT if self._string is None else b'"' + self._string + b'"'
        self._inside, self._string = False, None


async def skeleton(
    request: Request, most_bytes: int, most_seconds: float, kept_bytes: int, hear: Sequence[Callable[[bytes], None]] = ()
) -> Any:
    """The parsed skeleton of a JSON body; every one of `hear` gets each piece of the body as it came.

    Raises TooLarge, MalformedBody, CallerError.
    """
    require_json(request)
    kept = Skeleton(kept_bytes)
    async for chunk in chunks(request, most_bytes, most_seconds):
        kept.feed(chunk)
        for each in hear:
            each(chunk)
    return strict_json(kept.text(), DEEPEST, controls=True)


def holds_something(value: Any) -> bool:
    """Is anything in there? Empty text, empty lists and an unticked box are nothing; a list or an object is what it holds."""
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, dict):
            pending.extend(each.values())
        elif isinstance(each, list):
            pending.extend(each)
        elif each is not None and each is not False and each != "":
            return True
    return False


def at_path(value: Any, path: Sequence[str]) -> list[Any]:
    """Everything that stands under these names, through whatever lists lie between."""
    level = [value]
    for name in path:
        level = [each for one in level for each in (one if isinstance(one, list) else [one])]
        level = [each[name] for each in level if isinstance(each, dict) and name in each]
    return level
