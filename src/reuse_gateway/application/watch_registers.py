"""Read every register in its rhythm, beside the service: due or not, one process or several, whatever goes wrong."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from reuse_gateway.application.holdings_ports import Register
from reuse_gateway.application.in_background import in_background
from reuse_gateway.application.sync_register import RoundReport, SyncRegister
from reuse_gateway.domain.errors import StoreError

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 10.0, 900.0
OnRound = Callable[[RoundReport], None]
Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class WatchRegisters:
    """One task a register, so that a slow one holds up no other; checks never wait for any of them."""

    sync: SyncRegister
    on_round: OnRound
    sleep: Sleep = asyncio.sleep

    @asynccontextmanager
    async def watching(self, registers: Iterable[Register]) -> AsyncIterator[None]:
        """Until the block ends; a round under way is left where it is and goes on at the next start."""
        async with in_background("register-sync", *map(self.follow, registers)):
            yield

    async def follow(self, register: Register) -> None:
        """Rounds without end. Another process may have read the register meanwhile: then none is due."""
        failed = 0
        while True:
            due_s = await self._due_s(register)
            if due_s <= 0:
                report = await self.sync(register)
                self.on_round(report)
                failed = failed + 1 if report.outcome == "failed" else 0
                due_s = self._pause_s(register, failed) if report.outcome != "synced" else register.facts.every_s
            await self.sleep(due_s)

    async def _due_s(self, register: Register) -> float:
        """Seconds until the next round; a head that cannot be read, or comes from the future, makes one due."""
        facts = register.facts
        try:
            head = await self.sync.keep.index.head(facts.source)
        except StoreError:
            return 0
        synced_at = head.cursor.synced_at
        if synced_at is None or head.cursor.facts != facts.facts:
            return 0
        passed = (self.sync.keep.clock.now() - synced_at).total_seconds()
        return facts.every_s - passed if passed >= 0 else 0

    def _pause_s(self, register: Register, failed: int) -> float:
        longest = min(_LONGEST_PAUSE_S, register.facts.every_s)
        pause = min(_FIRST_PAUSE_S * 2 ** min(failed, 10), longest)
        return pause * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing
