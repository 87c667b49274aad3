"""Opaque page cursors: where the next page begins, bound to the filters of the first, signed so that none can be made up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping

from reuse_gateway.domain.errors import CallerError


class Cursors:
    """Seals and opens cursors with a key of its own."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def seal(self, after: str, filters: Mapping[str, str]) -> str:
        """A cursor that continues beyond `after` for the same filters."""
        body = json.dumps([after, _digest(filters)], separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self._mac(body) + body).decode().rstrip("=")

    def open(self, cursor: str | None, filters: Mapping[str, str]) -> str | None:
        """Where to continue; None for the first page. Raises CallerError(`stale_cursor`)."""
        if cursor is None:
            return None
        try:
            raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"===")
            mac, body = raw[:16], raw[16:]
            if not hmac.compare_digest(mac, self._mac(body)):
                raise ValueError
            after, digest = json.loads(body)
        except ValueError:
            raise CallerError(code="stale_cursor") from None
        if digest != _digest(filters):
            raise CallerError(code="stale_cursor")
        return after

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")[:16]


def _digest(filters: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(dict(filters), sort_keys=True).encode()).hexdigest()[:16]
