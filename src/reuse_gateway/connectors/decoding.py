"""From bytes to a plain value. Registers put JSON in JSON strings and SOAP in JSON strings; anything unclear is refused."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

_DEEPEST = 40


class Undecodable(Exception):
    """The bytes are not what the manifest says the source sends."""


def decode_json(body: bytes | str) -> Any:
    """Strict JSON in UTF-8: no NaN, no duplicate keys, no depth without end; raises Undecodable."""
    try:
        text = body.decode("utf-8-sig") if isinstance(body, bytes) else body
        return json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Undecodable from None


def decode_xml(text: str, unwrap: tuple[str, ...] = ()) -> Any:
    """Objects by local names (prefixes differ per environment), repeated elements as lists; raises Undecodable.

    `unwrap` names roots that are peeled off where they are there (clients have seen answers with and without Envelope).
    A DOCTYPE is refused: no honest answer has one, and entities are how XML parsers are attacked.
    """
    if "<!doctype" in text.lower() or "<!entity" in text.lower():
        raise Undecodable
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - DOCTYPE refused above, size capped by the caller
    except (ElementTree.ParseError, ValueError):
        raise Undecodable from None
    value: Any = {_local(root.tag): _plain(root, 0)}
    for name in unwrap:
        value = value[name] if isinstance(value, dict) and name in value else value
    return value


def _plain(element: ElementTree.Element, depth: int) -> Any:
    if depth > _DEEPEST:
        raise Undecodable
    if not len(element):
        return (element.text or "").strip()
    plain: dict[str, Any] = {}
    for child in element:
        name, value = _local(child.tag), _plain(child, depth + 1)
        if name not in plain:
            plain[name] = value
        elif isinstance(plain[name], list):
            plain[name].append(value)
        else:
            plain[name] = [plain[name], value]
    return plain


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) != len(pairs):
        raise ValueError("duplicate key")
    return plain


def _refuse(constant: str) -> None:
    raise ValueError(constant)
