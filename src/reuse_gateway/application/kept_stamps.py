"""Time-stamps that were kept, read from the log of events; each is bound to the ledger by its event's digest."""

from __future__ import annotations

from base64 import b64decode

from reuse_gateway.application.kept_heads import Followed
from reuse_gateway.application.ports import EventLog
from reuse_gateway.domain.event import RecordedEvent

STAMPED, NOT_STAMPED = "checkpoint.timestamped", "checkpoint.timestamp_failed"


class KeptStamps:
    """Every method raises StoreError."""

    def __init__(self, events: EventLog) -> None:
        self._stamped, self._failed = Followed(events, STAMPED), Followed(events, NOT_STAMPED)

    async def of(self, size: int) -> bytes | None:
        """The first reply (TimeStampResp, DER) kept for the head of this size; None = it was never stamped."""
        return next((_reply(each) for each in await self._stamped.all() if each.event.body["size"] == size), None)

    async def newest(self, below: int | None = None) -> tuple[int, bytes] | None:
        """Size and reply of the largest stamped head, as was recorded below ledger index `below`."""
        told = [each for each in await self._stamped.all() if below is None or each.place.leaf_index < below]
        return max(((int(str(each.event.body["size"])), _reply(each)) for each in told), key=lambda each: each[0], default=None)

    async def failed_by(self, size: int, code: str) -> bool:
        """Was it told before that this head could not be stamped, for the same reason?"""
        told = (each.event.body for each in await self._failed.all())
        return any((body["size"], body["code"]) == (size, code) for body in told)


def _reply(stamped: RecordedEvent) -> bytes:
    return b64decode(str(stamped.event.body["reply"]))
