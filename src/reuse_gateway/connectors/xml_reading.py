"""XML as plain values, by local names, with everything refused that no honest answer holds (reliability.md T24)."""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

_DEEPEST, _MOST_ELEMENTS = 40, 20_000


class NotPlainXml(Exception):
    """A DOCTYPE, an entity, no end of depth or of elements, or no XML at all."""


class _Element:
    """One element under construction."""

    __slots__ = ("name", "plain", "text")

    def __init__(self, name: str) -> None:
        self.name, self.text, self.plain = name, [], None

    def value(self) -> Any:
        return self.plain if self.plain is not None else "".join(self.text).strip()

    def add(self, child: _Element) -> None:
        """Repeated elements become a list."""
        plain = self.plain = self.plain if self.plain is not None else {}
        value = child.value()
        if child.name not in plain:
            plain[child.name] = value
        elif isinstance(plain[child.name], _Repeated):
            plain[child.name].append(value)
        else:
            plain[child.name] = _Repeated([plain[child.name], value])


class _Repeated(list):
    """Made here, so that it is never mistaken for a value."""


class _Reader:
    """Builds values while the parser speaks; the limits hold before anything grows."""

    def __init__(self) -> None:
        self.root = _Element("")
        self._open = [self.root]
        self._count = 0

    def start(self, tag: str, _: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) > _DEEPEST or self._count > _MOST_ELEMENTS:
            raise NotPlainXml
        self._open.append(_Element(tag.rpartition("}")[2]))

    def end(self, _: str) -> None:
        done = self._open.pop()
        self._open[-1].add(done)

    def characters(self, text: str) -> None:
        self._open[-1].text.append(text)


def _refuse(*_: object) -> None:
    raise NotPlainXml


def read_xml(text: str) -> dict[str, Any]:
    """`{root: value}`: objects by local names (prefixes differ per environment), repeated elements as lists, leaves as text.

    Attributes are dropped. Raises NotPlainXml.
    """
    reader = _Reader()
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.characters
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ExternalEntityRefHandler = _refuse
    try:
        parser.Parse(text.encode("utf-8"), True)
    except (expat.ExpatError, UnicodeEncodeError, ValueError):
        raise NotPlainXml from None
    return reader.root.value()
