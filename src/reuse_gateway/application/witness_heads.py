"""Heads of the ledger kept by recording them: cosignatures that witnesses bring, and one head a day."""

from __future__ import annotations

from dataclasses import dataclass

from reuse_gateway.application.kept_heads import COSIGNED, DAILY, FORKED, KeptHeads
from reuse_gateway.application.ports import Clock, Recorder
from reuse_gateway.application.proof_ports import ProofLedger, Seal, Witnesses
from reuse_gateway.domain.errors import Conflict, NotFound
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.vietnam import vietnamese_day


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
            if not await self.kept.fork_told(size, root.hex()):
                told = {"size": size, "root": self.seal.open(own)[1].hex(), "other_root": root.hex()}
                await self._told_once(Event(FORKED, self.clock.now(), told))
            raise Conflict(code="ledger_forked")
        given = self.witnesses.cosignatures(note, self.clock.now())
        known = await self.kept.vouched_by(size)
        new = {each.witness: each for each in given if each.witness not in known}
        added = 0
        for each in new.values():
            told = {"size": size, "root": root.hex(), "witness": each.witness, "line": each.line}
            added += await self._told_once(Event(COSIGNED, each.at, told))
        return size, added

    async def publish(self) -> bool:
        """Tell the newest head as the day's, unless that was done; was it told now? Raises StoreError."""
        now = self.clock.now()
        day = vietnamese_day(now).isoformat()
        if await self.kept.told_on(day):
            return False
        size, root = self.seal.open(await self.ledger.checkpoint())
        return await self._told_once(Event(DAILY, now, {"day": day, "size": size, "root": root.hex()}))

    async def _told_once(self, event: Event) -> bool:
        """Recorded now? Several calls and processes may be about to tell the same; the ledger takes one."""
        try:
            await self.recorder.record_event(event)
        except Conflict as conflict:
            if conflict.code != "already_recorded":
                raise
            return False
        return True
