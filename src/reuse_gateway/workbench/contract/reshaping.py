"""True answers bent in ways that need to know where the records stand, or that must change nothing at all."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from reuse_gateway.connectors.lookups import LookupFacts
from reuse_gateway.connectors.paths import Path
from reuse_gateway.workbench.stage import NotApplicable

CANARY = "khong-duoc-ra-ngoai"
_CLOSING = re.compile(r"(</[A-Za-z_][\w:.-]*>)(?=</)")


def with_records(lookup: LookupFacts, change: Callable[[Any], Any]) -> Callable[[bytes], bytes]:
    """The same answer with other records in place; raises NotApplicable where they do not lie in plain JSON."""
    path = _plain_path(lookup)
    texts = {step.at.text: step.from_ for step in lookup.decode}

    def walk(holder: Any, keys: tuple[str, ...], done: tuple[str, ...]) -> Any:
        way = texts.get(".".join(done) or "@")
        if way is not None and isinstance(holder, str):
            if way != "json_text":
                raise NotApplicable(f"the records lie inside {way}")
            return json.dumps(walk(json.loads(holder), keys, (*done, "")), ensure_ascii=False)
        if not keys:
            return change(holder)
        if isinstance(holder, list) and len(holder) == 1:
            return [walk(holder[0], keys, done)]
        if not isinstance(holder, dict) or keys[0] not in holder:
            raise NotApplicable("the valid case has no records where the manifest looks first")
        return holder | {keys[0]: walk(holder[keys[0]], keys[1:], (*filter(None, done), keys[0]))}

    def reshape(body: bytes) -> bytes:
        return json.dumps(walk(json.loads(body), path, ()), ensure_ascii=False).encode()

    return reshape


def _plain_path(lookup: LookupFacts) -> tuple[str, ...]:
    """The keys of the records' path; of several joined by `||` the first."""
    path: Path = lookup.records.either[0] if lookup.records.either else lookup.records
    if lookup.request.soap is not None:
        raise NotApplicable("the records lie inside XML")
    if path.keys is None:
        raise NotApplicable("the records' path is an expression")
    return tuple(key.name for key in path.keys)


def planted(body: bytes) -> bytes:
    """The answer with a field more in every object, also inside texts that are JSON or XML."""
    text = body.decode("utf-8-sig")
    if text.lstrip().startswith("<"):
        return _in_xml(text).encode()
    return json.dumps(_in_json(json.loads(text)), ensure_ascii=False).encode()


def _in_json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _in_json(inner) for name, inner in value.items()} | {"themVao": CANARY}
    if isinstance(value, list):
        return [_in_json(inner) for inner in value]
    if isinstance(value, str) and value.lstrip().startswith("<"):
        return _in_xml(value)
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            return json.dumps(_in_json(json.loads(value)), ensure_ascii=False)
        except ValueError:
            return value
    return value


def _in_xml(text: str) -> str:
    return _CLOSING.sub(rf"\1<themVao>{CANARY}</themVao>", text)
