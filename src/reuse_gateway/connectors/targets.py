"""What may stand in a request's path and headers: nothing that could send it, or its credentials, anywhere else."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import quote

from pydantic import AfterValidator

from reuse_gateway.connectors.placeholders import MissingInput, Slot, SlotField

_LITERAL = re.compile(r"[A-Za-z0-9/_.:;,=~()-]*")
_HEADER = re.compile(r"[A-Za-z0-9_-]{1,80}")
# What HTTP itself says about a message (RFC 9110, RFC 9112), where it goes, or who is signed in.
_NOT_A_MANIFESTS = frozenset(
    {
        "host", "content-length", "transfer-encoding", "content-encoding", "accept-encoding", "connection", "keep-alive", "te",
        "trailer", "upgrade", "expect", "cookie", "forwarded", "x-forwarded-host", "proxy-authorization", "proxy-connection",
    }
)  # fmt: skip


def _target(slot: Slot) -> Slot:
    """Joined to `https://host` it must stay a path of that host: `@other.example/` or `.other.example/` would be another."""
    whole = "{}".join(slot.parts[::2])
    if not whole.startswith("/") or whole.startswith("//"):
        raise ValueError("a path begins with one slash")
    if not all(_LITERAL.fullmatch(part) for part in slot.parts[::2]):
        raise ValueError("a path has letters, digits and /_.:;,=~()- beside its inputs; a query stands in query")
    if any(step in (".", "..") for step in whole.split("/")):
        raise ValueError("a path has no . and .. steps")
    return slot


def _headers(told: dict[str, Slot]) -> dict[str, Slot]:
    for name, slot in told.items():
        if not _HEADER.fullmatch(name) or name.lower() in _NOT_A_MANIFESTS:
            raise ValueError(f"{name!r} is no header that a manifest may set")
        if not all(part.isprintable() for part in slot.parts[::2]):
            raise ValueError(f"{name!r} holds a control character")
    return told


TargetField = Annotated[SlotField, AfterValidator(_target)]
HeadersField = Annotated[dict[str, SlotField], AfterValidator(_headers)]


def in_path(value: str) -> str:
    """One value as a step of a path, encoded; raises MissingInput for one that would climb (RFC 3986 section 5.2.4)."""
    if value in ("", ".", ".."):
        raise MissingInput
    return quote(value, safe="")


def in_header(value: str) -> str:
    """One value of a header; raises MissingInput for one that would end it."""
    if not value.isprintable():
        raise MissingInput
    return value
