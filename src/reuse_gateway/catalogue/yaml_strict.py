"""YAML as facts are written in it: plain nested maps, lists and strings, and nothing that could be read in two ways."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from yaml.events import AliasEvent, Event, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent

from reuse_gateway.domain.errors import FactsError

LARGEST_FILE_BYTES = 256 * 1024
_DEEPEST = 12
# YAML 1.1 reads 012345670123 as octal and `no` as False, so scalars stay strings until the schema types them.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def read_facts(raw: bytes, file: str) -> Any:
    """Maps, lists and strings of one file; raises FactsError naming the key path of the first offence."""
    if len(raw) > LARGEST_FILE_BYTES:
        raise FactsError(file, "", f"larger than {LARGEST_FILE_BYTES // 1024} KB; split it")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FactsError(file, "", f"not UTF-8 at byte {error.start}") from None
    if not unicodedata.is_normalized("NFC", text):
        raise FactsError(file, "", f"text is not Unicode NFC in line {_first_line_not_nfc(text)}")
    try:
        return _Reader(yaml.parse(text, Loader=_LOADER), file).top()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        raise FactsError(file, "", f"not YAML{where}: {getattr(error, 'problem', None) or error}") from None


def read_file(path: Path, root: Path) -> Any:
    """The facts of one file, named relative to the folder of the catalogue in errors."""
    return read_facts(read_bytes(path, root), path.relative_to(root).as_posix())


def read_bytes(path: Path, root: Path) -> bytes:
    """One file of facts as it stands; raises FactsError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise FactsError(path.relative_to(root).as_posix(), "", f"cannot be read: {error.strerror}") from None


def _first_line_not_nfc(text: str) -> int:
    return next(n for n, line in enumerate(text.split("\n"), 1) if not unicodedata.is_normalized("NFC", line))


class _Reader:
    """Builds values from parser events, because duplicate keys and anchors are gone once a loader has built them."""

    def __init__(self, events: Iterator[Event], file: str) -> None:
        self._events, self._file = events, file

    def top(self) -> Any:
        next(self._events)
        start = next(self._events)
        if not isinstance(start, yaml.DocumentStartEvent):
            raise FactsError(self._file, "", "the file is empty")
        value = self._value(next(self._events), ())
        next(self._events)
        if not isinstance(next(self._events), yaml.StreamEndEvent):
            raise FactsError(self._file, "", "holds more than one YAML document")
        return value

    def _value(self, event: Event, path: tuple[str, ...]) -> Any:
        self._refuse_tricks(event, path)
        if isinstance(event, ScalarEvent):
            return event.value
        if isinstance(event, SequenceStartEvent):
            return self._sequence(path)
        return self._mapping(path)

    def _refuse_tricks(self, event: Event, path: tuple[str, ...]) -> None:
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise self._wrong(event, path, "anchors and aliases are not allowed; write the value out")
        if getattr(event, "tag", None):
            raise self._wrong(event, path, "YAML tags are not allowed")
        if len(path) > _DEEPEST:
            raise self._wrong(event, path, f"nested deeper than {_DEEPEST} levels")

    def _sequence(self, path: tuple[str, ...]) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            values.append(self._value(event, (*path, str(len(values)))))
        return values

    def _mapping(self, path: tuple[str, ...]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._key(event, path)
            if key in values:
                raise self._wrong(event, (*path, key), "key written twice; only one can hold")
            values[key] = self._value(next(self._events), (*path, key))
        return values

    def _key(self, event: Event, path: tuple[str, ...]) -> str:
        self._refuse_tricks(event, path)
        if not isinstance(event, ScalarEvent) or isinstance(event, MappingStartEvent) or event.value in ("", "<<"):
            raise self._wrong(event, path, "a key must be a plain, non-empty word")
        return event.value

    def _wrong(self, event: Event, path: tuple[str, ...], problem: str) -> FactsError:
        return FactsError(self._file, ".".join(path), f"{problem} (line {event.start_mark.line + 1})")
