"""From bytes to a plain value. Registers put JSON in JSON strings and SOAP in JSON strings; anything unclear is refused."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from reuse_gateway.connectors.lookups import Decode
from reuse_gateway.connectors.xml_reading import NotPlainXml, read_xml


class Undecodable(Exception):
    """The bytes are not what the manifest says the source sends."""


def decode_json(body: bytes | str) -> Any:
    """Strict JSON in UTF-8: no NaN, no duplicate keys, no depth without end; raises Undecodable."""
    try:
        text = body.decode("utf-8-sig") if isinstance(body, bytes) else body
        return json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Undecodable from None


def decode_xml(body: bytes | str, unwrap: tuple[str, ...] = ()) -> Any:
    """Objects by local names, repeated elements as lists; raises Undecodable.

    `unwrap` names roots that are peeled off where they are there (clients have seen answers with and without Envelope).
    """
    try:
        value: Any = read_xml(body.decode("utf-8-sig") if isinstance(body, bytes) else body)
    except (NotPlainXml, UnicodeDecodeError):
        raise Undecodable from None
    for name in unwrap:
        value = value[name] if isinstance(value, dict) and name in value else value
    return value


def decode_inside(body: Any, steps: tuple[Decode, ...]) -> Any:
    """Every step in its order, each text put back decoded; raises Undecodable."""
    for step in steps:
        keys = tuple(key.name for key in step.at.keys or ())
        body = _decoded_at(body, keys, step)
    return body


def _decoded_at(holder: Any, keys: tuple[str, ...], step: Decode) -> Any:
    """Nothing there is left to the rules; something else than text is refused. Lists on the way are gone through."""
    if not keys:
        return _decoded(holder, step)
    if isinstance(holder, list):
        return [_decoded_at(each, keys, step) for each in holder]
    if isinstance(holder, dict) and keys[0] in holder:
        holder[keys[0]] = _decoded_at(holder[keys[0]], keys[1:], step)
    return holder


def _decoded(text: Any, step: Decode) -> Any:
    if text is None or text == "":
        return text
    if not isinstance(text, str):
        raise Undecodable
    if step.from_ == "base64":
        return _plain_text(text)
    # Words where JSON or XML was due are a message for people, which the rules may read.
    if step.from_ == "json_text":
        return decode_json(text) if text.lstrip()[:1] in ("{", "[", '"') else text
    return decode_xml(text, step.unwrap) if text.lstrip().startswith("<") else text


def _plain_text(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode("utf-8-sig")
    except (binascii.Error, ValueError):
        raise Undecodable from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) != len(pairs):
        raise ValueError("duplicate key")
    return plain


def _refuse(constant: str) -> None:
    raise ValueError(constant)
