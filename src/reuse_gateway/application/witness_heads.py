"""Heads of the ledger kept by recording them: cosignatures that witnesses bring, and one head a day."""

from __future__ import annotations

from dataclasses import dataclass

from reuse_gateway.application.kept_heads import COSIGNED, DAILY, KeptHeads
from reuse_gateway.application.ports import Clock, Recorder
from reuse_gateway.application.proof_ports import ProofLedger, Seal, Witnesses
from reuse_gateway.domain.errors import Conflict, NotFound
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.vietnam import vietnamese_day

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
        day = vietnamese_day(now).isoformat()
        if await self.kept.told_on(day):
            return False
        size, root = self.seal.open(await self.ledger.checkpoint())
        await self.recorder.record_event(Event(DAILY, now, {"day": day, "size": size, "root": root.hex()}))
        return True
