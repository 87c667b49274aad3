"""The fault switch for sources without HTTP: their view or newest file is really spoiled for as long as a fault stands."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from reuse_gateway.simulation.faults import Fault, FaultKind, Switchboard
from reuse_gateway.simulation.local_rows import LocalSource, Misfortune

# What a fault of the wire is to a view or a file, the first that can befall it.
_AS: Mapping[FaultKind, tuple[Misfortune, ...]] = {
    FaultKind.DOWN: (Misfortune.GONE,),
    FaultKind.SILENT: (Misfortune.LOCKED,),
    FaultKind.HTML: (Misfortune.HTML,),
    FaultKind.TRUNCATED: (Misfortune.HALF_WRITTEN, Misfortune.LACKING),
    FaultKind.GARBAGE: (Misfortune.GARBAGE,),
}


class LocalSwitch:
    """Keeps local sources as the switchboard says. One fault at a time befalls a source, the newest."""

    def __init__(self, sources: Mapping[str, LocalSource], switchboard: Switchboard) -> None:
        self._sources, self._switchboard = sources, switchboard
        self._befallen: dict[str, Misfortune] = {}
        self._turn = asyncio.Lock()
        self._ends: set[asyncio.Task[None]] = set()

    def takes(self, fault: Fault) -> bool:
        """Can it befall this source? Late answers, and a share of failing ones, are for the wire only."""
        return fault.source not in self._sources or (fault.share >= 1 and self._misfortune(fault) is not None)

    async def follow(self, fault: Fault | None = None) -> None:
        """As the switchboard says now, and once more when this fault ends."""
        async with self._turn:
            # A view is locked only when nobody reads it any more, which may take a moment.
            await asyncio.to_thread(self._follow)
        if fault is not None and fault.for_s is not None:
            task = asyncio.ensure_future(self._later(fault.for_s))
            self._ends.add(task)
            task.add_done_callback(self._ends.discard)

    async def aclose(self) -> None:
        """Nothing is mended any more."""
        for task in self._ends:
            task.cancel()
        await asyncio.gather(*self._ends, return_exceptions=True)

    async def _later(self, seconds: float) -> None:
        await asyncio.sleep(seconds + 0.01)
        await self.follow()

    def _follow(self) -> None:
        wanted = {fault.source: what for fault in self._switchboard.standing() if (what := self._misfortune(fault))}
        for name, source in self._sources.items():
            if wanted.get(name) is self._befallen.get(name):
                continue
            if name in wanted:
                source.suffer(wanted[name])
                self._befallen[name] = wanted[name]
            else:
                source.mend()
                del self._befallen[name]

    def _misfortune(self, fault: Fault) -> Misfortune | None:
        source = self._sources.get(fault.source)
        possible = source.misfortunes if source else frozenset[Misfortune]()
        return next((what for what in _AS.get(fault.kind, ()) if what in possible), None)
