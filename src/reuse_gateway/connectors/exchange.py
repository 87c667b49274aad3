"""A question and its answer as HTTP carries them, before anybody reads a meaning into them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

_JSON = ("content-type", "application/json")


class CannotPlace(Exception):
    """A credential belongs into a JSON body, and this question has none."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request as a protocol composed it; `target` is path and query below the source's base URL, encoded."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    content: bytes | None = None

    def with_header(self, name: str, value: str) -> Outgoing:
        return replace(self, headers=(*self.headers, (name, value)))

    def with_query(self, name: str, value: str) -> Outgoing:
        joint = "&" if "?" in self.target else "?"
        return replace(self, target=f"{self.target}{joint}{urlencode({name: value})}")

    def with_field(self, name: str, value: str) -> Outgoing:
        """One more field on top of the JSON object of the body; raises CannotPlace."""
        body = json.loads(self.content) if self.content else {}
        if not isinstance(body, dict):
            raise CannotPlace
        content = json.dumps(body | {name: value}, ensure_ascii=False).encode()
        headers = self.headers if self.content else (*self.headers, _JSON)
        return replace(self, content=content, headers=headers)

    def placed(self, at: str, name: str, value: str) -> Outgoing:
        """With one value in a `header`, the `query` or a field of the `json` body."""
        return {"header": self.with_header, "query": self.with_query, "json": self.with_field}[at](name, value)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, within its size limit; names of headers in lower case."""

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def says_wait(self) -> bool:
        """`Retry-After` (RFC 9110 section 10.2.3): the source wants to be left alone for a while."""
        return "retry-after" in self.headers
