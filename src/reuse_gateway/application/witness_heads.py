"""Heads of the ledger kept by recording them: cosignatures that witnesses bring, and one head a day."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from reuse_gateway.application.demand_evidence import VIETNAM
from reuse_gateway.application.kept_heads import COSIGNED, DAILY, KeptHeads
from reuse_gateway.application.ports import Clock, Recorder
from reuse_gateway.application.proof_ports import ProofLedger, Seal, Witnesses
from reuse_gateway.domain.errors import CallerError, Conflict, GatewayError, NotFound, ProofError, StoreError
from reuse_gateway.domain.event import Event

FORKED = "checkpoint.forked"


@dataclass(frozen=True, slots=True)
class WitnessHeads:
    """Takes what witnesses bring, and tells the day's head. Several processes may run it."""

    kept: KeptHeads
    ledger: ProofLedger
    seal: Seal
    witnesses: Witnesses
    recorder: Recorder
    clock: Clock

    async def add(self, note: bytes) -> tuple[int, int]:
        """Keep the cosignatures of known witnesses under a note of this ledger; its size, and how many are new.

        Raises ProofError for a note that is not ours or bears none that counts, NotFound for a size that was never signed,
        Conflict(`ledger_forked`) for a head under our key that is not ours: two histories exist, and an event tells so.
        """
        size, root = self.seal.open(note)
        own = await self.ledger.checkpoint_at(size)
        if own is None:
            raise NotFound()
        if self.seal.open(own)[1] != root:
            told = {"size": size, "root": self.seal.open(own)[1].hex(), "other_root": root.hex()}
            await self.recorder.record_event(Event(FORKED, self.clock.now(), told))
            raise Conflict(code="ledger_forked")
        given = self.witnesses.cosignatures(note, self.clock.now())
        known = await self.kept.vouched_by(size)
        new = {each.witness: each for each in given if each.witness not in known}
        for each in new.values():
            told = {"size": size, "root": root.hex(), "witness": each.witness, "line": each.line}
            await self.recorder.record_event(Event(COSIGNED, each.at, told))
        return size, len(new)

    async def publish(self) -> bool:
        """Tell the newest head as the day's, unless that was done; was it told now? Raises StoreError."""
        now = self.clock.now()
        day = now.astimezone(VIETNAM).date().isoformat()
        if await self.kept.told_on(day):
            return False
        size, root = self.seal.open(await self.ledger.checkpoint())
        await self.recorder.record_event(Event(DAILY, now, {"day": day, "size": size, "root": root.hex()}))
        return True

    @asynccontextmanager
    async def publishing(self, every: timedelta, on_trouble: Callable[[GatewayError], None]) -> AsyncIterator[WitnessHeads]:
        """Look in the background, until the end of the block, whether the day has its head."""
        task = asyncio.create_task(self._publish_on(every, on_trouble), name="daily-checkpoint")
        try:
            yield self
        finally:
            task.cancel()
            await asyncio.wait({task})

    async def _publish_on(self, every: timedelta, on_trouble: Callable[[GatewayError], None]) -> None:
        while True:
            await asyncio.sleep(every.total_seconds())
            try:
                await self.publish()
            except (StoreError, CallerError, ProofError) as error:
                on_trouble(error)
