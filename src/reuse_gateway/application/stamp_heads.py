"""The day's head time-stamped by an authority outside (đóng dấu thời gian): nobody here can say it is older or newer."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import timedelta

from reuse_gateway.application.kept_heads import KeptHeads
from reuse_gateway.application.kept_stamps import NOT_STAMPED, STAMPED, KeptStamps
from reuse_gateway.application.ports import Clock, Recorder
from reuse_gateway.application.timestamp_ports import TimestampAuthority
from reuse_gateway.domain.errors import ProofError
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.receipt import instant
from reuse_gateway.domain.time_stamp import TimeStamp, stamped_text

ASTRAY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class StampHeads:
    """Several processes may run it: should two stamp one head, both stamps hold and the first counts."""

    heads: KeptHeads
    kept: KeptStamps
    authority: TimestampAuthority
    recorder: Recorder
    clock: Clock

    async def __call__(self) -> bool:
        """Stamp the newest daily head, unless it is; was it stamped now? An older one that was missed is a beginning of it.

        What went wrong is told as an event, once per head and reason, and tried again in the next round. Raises StoreError.
        """
        head = await self.heads.newest_daily()
        if head is None or await self.kept.of(head[0]) is not None:
            return False
        size, note = head
        about: dict[str, str | int] = {"size": size}
        try:
            stamp = await self._stamped(stamped_text(note))
        except ProofError as failure:
            if not await self.kept.failed_by(size, failure.code):
                await self.recorder.record_event(Event(NOT_STAMPED, self.clock.now(), about | {"code": failure.code}))
            return False
        about |= {"stamped_at": instant(stamp.at), "reply": b64encode(stamp.reply).decode()}
        await self.recorder.record_event(Event(STAMPED, self.clock.now(), about))
        return True

    async def _stamped(self, text: bytes) -> TimeStamp:
        """Raises ProofError(`tsa_time_astray`) where the authority's clock and ours are far apart: one of them is wrong."""
        stamp = await self.authority.stamp(text)
        if abs(stamp.at - self.clock.now()) > ASTRAY:
            raise ProofError("another time than ours", code="tsa_time_astray")
        return stamp
