"""An announcement (thông báo nắm giữ): a system tells line by line what it holds; each once, nothing half-acknowledged."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reuse_gateway.application.holdings_ports import HoldingsIndex
from reuse_gateway.application.keep_holdings import KeepHoldings, Origin
from reuse_gateway.application.ports import Claim
from reuse_gateway.domain.announcement import Announced
from reuse_gateway.domain.errors import Conflict, Fault, KeyReused

MOST_TOLD = 500


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines of an announcement: what they say, and what is refused of them (line number from 1, faults)."""

    count: int
    records: Sequence[Announced]
    refused: Sequence[tuple[int, Sequence[Fault]]] = ()


@dataclass(slots=True)
class AnnounceHoldings:
    """Lines are kept some at a time; the report is kept last, and only with it the announcement has been acknowledged.

    One that breaks off may be sent again whole: what is known already is nothing new.
    """

    keep: KeepHoldings
    index: HoldingsIndex
    _running: set[tuple[str, str]] = field(default_factory=set)

    async def __call__(
        self, origin: Origin, chunks: AsyncIterator[Lines], key: str | None, fingerprint: Callable[[], bytes]
    ) -> Mapping[str, Any]:
        """The report. `fingerprint` is asked once all chunks were read. Raises KeyReused, Conflict, StoreError and what
        `chunks` raises.
        """
        running = (origin.client_id, key or "")
        if key and running in self._running:
            raise Conflict(code="idempotency_in_progress")
        if key:
            self._running.add(running)
        try:
            return await self._once(origin, chunks, key, fingerprint)
        finally:
            self._running.discard(running)

    async def _once(
        self, origin: Origin, chunks: AsyncIterator[Lines], key: str | None, fingerprint: Callable[[], bytes]
    ) -> Mapping[str, Any]:
        if key and await self.index.claimed(origin.client_id, key):
            async for _ in chunks:
                pass
            return await self._kept(origin, key, fingerprint())
        report = await self._taken(origin, chunks)
        claim = Claim(origin.client_id, key, fingerprint()) if key else None
        try:
            await self.keep(origin, (), claim=claim, report=report)
        except Conflict:
            return await self._kept(origin, key or "", fingerprint())
        return report

    async def _taken(self, origin: Origin, chunks: AsyncIterator[Lines]) -> Mapping[str, Any]:
        read = new = refused = 0
        told: list[dict[str, Any]] = []
        async for lines in chunks:
            kept = await self.keep(origin, lines.records)
            read, new, refused = read + lines.count, new + kept.new, refused + len(lines.refused)
            told += [
                {"line": line, "pointer": fault.pointer, "code": fault.code}
                for line, faults in lines.refused[: max(0, MOST_TOLD - len(told))]
                for fault in faults[:1]
            ]
        return {"source": origin.source, "read": read, "new": new, "refused": refused, "refusals": told}

    async def _kept(self, origin: Origin, key: str, fingerprint: bytes) -> Mapping[str, Any]:
        kept = await self.index.claimed(origin.client_id, key)
        if kept is None:
            raise Conflict()
        if kept[0] != fingerprint:
            raise KeyReused()
        return kept[1]
