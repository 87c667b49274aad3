"""No signature covers when a checkpoint was signed; the instants inside its leaves, which are covered, bear witness."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row

from reuse_gateway.storage.discrepancies import UNREADABLE, Discrepancies

ASTRAY = timedelta(minutes=1)  # a leaf is signed within the store's deadline of seconds, and clocks are set now and then
_EARLIEST, _LATEST = datetime.min.replace(tzinfo=UTC) + ASTRAY, datetime.max.replace(tzinfo=UTC) - ASTRAY


class TimeCheck:
    """Fed with each leaf and then with the first checkpoint over it."""

    def __init__(self, found: Discrepancies) -> None:
        self._found = found
        self._told: list[datetime] = []
        self._last: datetime | None = None

    def leaf(self, row: Row[Any]) -> None:
        """Remember when its matter happened; a leaf that tells no instant bears no witness."""
        try:
            at = datetime.fromisoformat(json.loads(row.entry)["at"])
            if _EARLIEST < at < _LATEST:
                self._told.append(at)
        except UNREADABLE:
            return

    def checkpoint(self, row: Row[Any]) -> None:
        """Signed instants never go back and lie within ASTRAY of every leaf that they are the first to cover.

        One removed from between two others shows only when more than ASTRAY lies between these.
        """
        signed_at, told, self._told = row.signed_at, self._told, []
        if self._last and signed_at < self._last:
            self._found.add("checkpoint_back_dated", row.size, self._last, signed_at)
        elif told and signed_at < max(told) - ASTRAY:
            self._found.add("checkpoint_back_dated", row.size, max(told), signed_at)
        if told and signed_at > min(told) + ASTRAY:
            self._found.add("checkpoint_late", row.size, min(told), signed_at)
        self._last = signed_at
