"""JSON values one after the other out of a file of any length: one array, one object, or one value per line."""

from __future__ import annotations

import codecs
import json
import math
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn

from reuse_gateway.domain.errors import MalformedBody, TooLarge

LARGEST_VALUE_CHARS = 4 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024


MOST_DIGITS = 1_000


class _Unreadable(Exception):
    """Proper syntax that no value can be made of; the code says why."""


def _refuse_constant(_: str) -> NoReturn:
    raise _Unreadable("not_a_finite_number")


def _whole(digits: str) -> int:
    """The interpreter itself refuses to convert more than 4,300 digits, with an error that says nothing of the file."""
    if len(digits) > MOST_DIGITS:
        raise _Unreadable("number_too_long")
    return int(digits)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _Unreadable("not_a_finite_number")
    return number


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise _Unreadable("duplicate_key")
    return values


# Portals put raw tabs and line breaks into strings, so control characters are left to the reader of the fields.
_DECODER = json.JSONDecoder(
    strict=False, parse_constant=_refuse_constant, parse_int=_whole, parse_float=_finite, object_pairs_hook=_object
)


def json_values(stream: BinaryIO) -> Iterator[tuple[int, Any]]:
    """Line on which a value starts, and the value. Holds one value at a time, of at most 4 million characters.

    Raises MalformedBody with the line of the first offence (for numbers and keys, of the value around them); what came
    before it has been yielded already.
    """
    text = _Window(stream)
    listed = text.peek() == "["
    if listed:
        text.skip(1)
    while (first := text.peek()) and not (listed and first == "]"):
        yield text.line, text.value()
        if listed:
            text.comma_or_end()
    if not listed:
        return
    if not first:
        raise MalformedBody(f"line {text.line}: the list does not end", line=text.line)
    text.skip(1)
    if text.peek():
        raise MalformedBody(f"line {text.line}: something follows the list", line=text.line)


class _Window:
    """The part of the file that is being looked at."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._decode = stream, codecs.getincrementaldecoder("utf-8-sig")()
        self._text, self._at, self._ended, self.line = "", 0, False, 1

    def peek(self) -> str:
        """The next character that is no white space; empty at the end of the file."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in " \t\r\n":
                self.skip(1)
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def skip(self, count: int) -> None:
        self.line += self._text.count("\n", self._at, self._at + count)
        self._at += count

    def comma_or_end(self) -> None:
        """Between two values of a list stands a comma, after the last one the bracket."""
        if self.peek() == ",":
            self.skip(1)
            if self.peek() not in ("]", ""):
                return
        elif self.peek() == "]":
            return
        raise MalformedBody(f"line {self.line}: a comma or the end of the list is missing", line=self.line)

    def value(self) -> Any:
        """The value that starts here; reads on until it is whole."""
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._more():
                    continue
                line = self.line + self._text.count("\n", self._at, error.pos)
                raise MalformedBody(f"line {line}: {error.msg}", line=line) from None
            except RecursionError:
                raise MalformedBody(f"line {self.line}: nested too deeply", line=self.line) from None
            except _Unreadable as why:
                raise MalformedBody(f"in the value that starts on line {self.line}", code=str(why), line=self.line) from None
            # A bare number may go on in the next chunk; objects and strings end by themselves.
            if end == len(self._text) and not isinstance(value, (dict, list, str)) and self._more():
                continue
            self.skip(end - self._at)
            return value

    def _more(self) -> bool:
        """One more chunk, forgetting what has been read; each try doubles it, so that long values are not tried too often."""
        if self._ended:
            return False
        self._text, self._at = self._text[self._at :], 0
        if len(self._text) > LARGEST_VALUE_CHARS:
            raise TooLarge(
                f"line {self.line}: a value is longer than {LARGEST_VALUE_CHARS} characters", limit=LARGEST_VALUE_CHARS
            )
        raw = self._stream.read(max(_CHUNK_BYTES, len(self._text)))
        self._ended = not raw
        try:
            self._text += self._decode.decode(raw, final=self._ended)
        except UnicodeDecodeError:
            raise MalformedBody(f"line {self.line} or below: not UTF-8", line=self.line) from None
        return True
