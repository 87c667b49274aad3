"""An answer cut down to what its lookup reads: nothing else of anybody's record is ever written to a file."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from reuse_gateway.connectors.decoding import Undecodable, decode_json
from reuse_gateway.connectors.lookups import LookupFacts
from reuse_gateway.connectors.read_tree import Node, read_tree
from reuse_gateway.connectors.xml_reading import NotPlainXml, read_xml

# Stands for a value of which only the presence is read.
PRESENT, _IN_BASE64 = "x", "${base64:"
Rewrite = Callable[[str, Any], Any]


@dataclass(slots=True)
class Pruned:
    """The text that may be kept, the paths in it with their values, and the paths that were dropped (without values).

    `inside`: texts that stand in Base64 and have slots in them; `${base64:n}` marks the place of the n-th.
    """

    text: str = ""
    inside: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)


def prune(lookup: LookupFacts, body: bytes, rewrite: Rewrite = lambda path, value: value) -> Pruned:
    """Cut down and rewritten, scalar by scalar (`rewrite(path, value)`); raises Undecodable for what the lookup cannot read."""
    return _Pruning(lookup, rewrite).of(body.decode("utf-8-sig", "strict"))


def unread(lookup: LookupFacts, body: str) -> frozenset[str]:
    """Paths in a body that its lookup never looks at; `@` for a body that it cannot read at all."""
    try:
        return frozenset(prune(lookup, body.encode()).dropped)
    except (Undecodable, ValueError):
        return frozenset({"@"})


class _Pruning:
    def __init__(self, lookup: LookupFacts, rewrite: Rewrite) -> None:
        self._steps = {step.at.text: [each for each in lookup.decode if each.at.text == step.at.text] for step in lookup.decode}
        self._root, self._rewrite, self._told = read_tree(lookup), rewrite, Pruned()
        soap = lookup.request.soap
        self._unwrap = ("Envelope", "Body", *soap.unwrap) if soap else None

    def of(self, text: str) -> Pruned:
        if self._unwrap is not None:
            self._told.text = self._xml(text, self._root, "", self._unwrap)
        elif "@" in self._steps:
            self._told.text = self._decoded(text, self._root, "@", 0)
        else:
            self._told.text = json.dumps(self._value(decode_json(text), self._root, ""), ensure_ascii=False)
        return self._told

    def _value(self, value: Any, node: Node, path: str) -> Any:
        if isinstance(value, list):
            inner = [self._value(each, node, path) for each in value]
            return inner if node.below or node.names or not value else [PRESENT]
        if isinstance(value, dict):
            return self._object(value, node, path)
        if isinstance(value, str) and value and path in self._steps:
            return self._decoded(value, node, path, 0)
        return self._scalar(value, node, path)

    def _object(self, value: dict[str, Any], node: Node, path: str) -> dict[str, Any]:
        if not node.below and not node.names and value:
            return {PRESENT: PRESENT}
        kept = {}
        for name, inner in value.items():
            place, child = f"{path}.{name}".lstrip("."), node.child(name)
            if child is None:
                self._told.dropped.add(place)
            else:
                kept[name] = self._value(inner, child, place)
        return kept

    def _scalar(self, value: Any, node: Node, path: str) -> Any:
        filled = value is not None and value != ""
        kept = self._rewrite(path, value) if node.value else PRESENT if filled else value
        self._told.kept[path] = str(kept)
        return kept

    def _decoded(self, text: str, node: Node, path: str, place: int) -> str:
        """A text with a structure inside, cut down and put back as it was coded."""
        steps = self._steps[path]
        if place == len(steps):
            return str(self._scalar(text, node, path))
        step, inside = steps[place], "" if path == "@" else path
        if step.from_ == "base64":
            return self._base64(text, node, path, place)
        if step.from_ == "xml_text" and text.lstrip().startswith("<"):
            return self._xml(text, node, inside, step.unwrap)
        if step.from_ == "json_text" and text.lstrip()[:1] in ("{", "["):
            rest = {name: kept for name, kept in self._steps.items() if name != path}
            self._steps, before = rest, self._steps
            told = json.dumps(self._value(decode_json(text), node, inside), ensure_ascii=False)
            self._steps = before
            return told
        return str(self._scalar(text, node, path))

    def _base64(self, text: str, node: Node, path: str, place: int) -> str:
        if text.startswith(_IN_BASE64):
            return text
        plain = self._decoded(base64.b64decode("".join(text.split())).decode("utf-8-sig"), node, path, place + 1)
        if "${" not in plain:
            return base64.b64encode(plain.encode()).decode()
        self._told.inside.append(plain)
        return f"{_IN_BASE64}{len(self._told.inside) - 1}}}"

    def _xml(self, text: str, node: Node, path: str, unwrap: tuple[str, ...]) -> str:
        try:
            read_xml(text)
        except NotPlainXml:
            raise Undecodable from None
        root = ElementTree.fromstring(text)  # noqa: S314 - read_xml has refused DOCTYPE and depth before
        self._element(root, node, path, unwrap)
        return ElementTree.tostring(root, encoding="unicode")

    def _element(self, element: ElementTree.Element, node: Node, path: str, unwrap: tuple[str, ...]) -> None:
        """Its own name may be one that is peeled off, or a step of the tree."""
        name = _local(element.tag)
        inner = node if name in unwrap and name not in node.below else node.child(name)
        place = path if inner is node else f"{path}.{name}".lstrip(".")
        element.attrib.clear()
        if inner is None:
            element[:], element.text = [], None
            self._told.dropped.add(place)
            return
        for child in list(element):
            below = f"{place}.{_local(child.tag)}".lstrip(".")
            if inner.child(_local(child.tag)) is None and _local(child.tag) not in unwrap:
                element.remove(child)
                self._told.dropped.add(below)
            else:
                self._element(child, inner, place, unwrap)
        if not len(element) and (element.text or "").strip():
            element.text = str(self._scalar(element.text, inner, place))


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
