"""Watch the sources (theo dõi nguồn): probe them, keep their states, and log what was seen so that it can be proved later."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from reuse_gateway.application.health_ports import HealthLog, HealthRecorder, WatchedSources
from reuse_gateway.application.in_background import in_background
from reuse_gateway.application.ports import Clock
from reuse_gateway.domain.availability import Observation
from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.source_health import Health, Seen, SourceState, StateChange, next_state, worth_telling

_TICK_S, _HURRY_S, _FIRST_WITHIN_S, _TROUBLE_SEAL_S = 0.5, 5.0, 3.0, 30.0
# A process that did not look for so long was asleep or starved: of that time it knows nothing.
_ASLEEP = timedelta(seconds=15)
_MOST_PENDING, _MOST_IN_A_LEAF = 20_000, 100
OnChange = Callable[[StateChange], None]
OnProbe = Callable[[str, str], None]
OnTrouble = Callable[[StoreError], None]


@dataclass(slots=True)
class _Track:
    """One source: its state, and the observation that is still open with what had been seen when it began."""

    state: SourceState
    since: datetime
    begun: datetime
    base: Seen
    fallen: SourceState | None = None


@dataclass
class WatchSources:
    """Implements `SourceHealth`. `seal_s`: an observation is recorded at each change of state, and after so long without one.

    `on_change` is told of every change once it has been judged; whoever needs it durably reads the events instead.
    """

    sources: WatchedSources
    recorder: HealthRecorder
    log: HealthLog
    clock: Clock
    observer: str
    agency: str
    seal_s: float = 300.0
    on_change: list[OnChange] = field(default_factory=list)
    on_probe: OnProbe = lambda source, outcome: None
    on_trouble: OnTrouble = lambda error: None
    _tracks: dict[str, _Track] = field(default_factory=dict)
    _pending: list[Observation] = field(default_factory=list)
    _events: list[Event] = field(default_factory=list)
    _looked_at: datetime | None = None

    def observe(self) -> Mapping[str, Health]:
        """Each source with its state as last judged."""
        return {source: self._health(source, seen) for source, seen in self.sources.seen().items()}

    def look(self) -> None:
        """Judge every source anew, as of now. A clock that leapt, either way, opens new observations."""
        at = self.clock.now()
        asleep = self._looked_at is not None and not timedelta(0) <= at - self._looked_at <= _ASLEEP
        for source, seen in self._connected().items():
            if asleep and source in self._tracks:
                self._close(source, seen, self._looked_at or at)
                self._open(source, seen, at)
            self._judge(source, seen, at)
        self._looked_at = at

    async def seal(self, *, everything: bool = False) -> None:
        """Record what is due: a change of state at once, trouble every half minute, else every `seal_s`.

        Raises StoreError; then it is kept for later.

        A commit whose outcome was not learnt may stand twice: the same told twice proves the same.
        """
        at = self.clock.now()
        due = everything or any(at - each.begun >= self._patience(each.state) for each in self._tracks.values())
        if due:
            for source, seen in self._connected().items():
                if source in self._tracks:
                    self._close(source, seen, at)
                    self._open(source, seen, at)
        while self._pending or self._events:
            told, events = self._pending[:_MOST_IN_A_LEAF], self._events[:_MOST_IN_A_LEAF]
            await self.recorder.record_health(told, events)
            del self._pending[: len(told)], self._events[: len(events)]

    def _patience(self, state: SourceState) -> timedelta:
        """An office may claim an outage while it lasts: it must be on record by then."""
        troubled = state in (SourceState.DEGRADED, SourceState.DOWN)
        return timedelta(seconds=min(self.seal_s, _TROUBLE_SEAL_S) if troubled else self.seal_s)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[WatchSources]:
        """Watches until the block ends, then records what is still open."""
        await self._remember()
        self.look()
        probes = (self._probe_on(source, every_s) for source, every_s in self.sources.probes().items())
        ending = asyncio.Event()
        sealing = asyncio.create_task(self._seal_until(ending))
        try:
            async with in_background("sources-watch", self._look_on(), *probes):
                yield self
        finally:
            # Cancelled in the middle of a commit it would not know whether to record the same again.
            ending.set()
            await sealing

    async def _remember(self) -> None:
        """A source that was down when the gateway stopped has recovered when it is seen well again."""
        last = await self.log.last_states()
        at, seen = self.clock.now(), self._connected()
        bad = (SourceState.DEGRADED, SourceState.DOWN, SourceState.OFF)
        for source, state in last.items():
            if source in seen and state in bad:
                self._tracks[source] = _Track(SourceState.UNKNOWN, at, at, seen[source], state)

    def _connected(self) -> Mapping[str, Seen]:
        """What is not connected cannot be down, and is not worth a log."""
        return {source: seen for source, seen in self.sources.seen().items() if seen.connected}

    def _judge(self, source: str, seen: Seen, at: datetime) -> None:
        track = self._tracks.setdefault(source, _Track(SourceState.UNKNOWN, at, at, seen))
        state = next_state(track.state, seen.signs)
        if state is track.state:
            return
        self._close(source, seen, at)
        kind, track.fallen = worth_telling(track.fallen, state)
        change = StateChange(source, track.state, state, at, kind)
        track.state, track.since = state, at
        self._open(source, seen, at)
        if kind:
            self._events.append(Event(kind, at, {"source": source, "state": str(state), "before": str(change.before)}))
        for tell in self.on_change:
            tell(change)

    def _open(self, source: str, seen: Seen, at: datetime) -> None:
        self._tracks[source].begun, self._tracks[source].base = at, seen

    def _close(self, source: str, seen: Seen, at: datetime) -> None:
        """What was seen since it was opened; nothing where nobody looked or nothing was learnt."""
        track = self._tracks[source]
        told = _observed(source, self.observer, track, seen, at)
        if told is not None:
            self._pending.append(told)
            del self._pending[:-_MOST_PENDING]

    def _health(self, source: str, seen: Seen) -> Health:
        track = self._tracks.get(source)
        state = track.state if track else next_state(SourceState.UNKNOWN, seen.signs)
        figures = (seen.success_ratio, seen.p50_ms, seen.p95_ms, seen.last_answered_at, seen.last_probed_at)
        return Health(state, track.since if track else None, *figures)

    async def _look_on(self) -> None:
        while True:
            await asyncio.sleep(_TICK_S)
            self.look()

    async def _seal_until(self, ending: asyncio.Event) -> None:
        while not ending.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(ending.wait(), _TICK_S)
            await self._try_to_seal()
        self.look()
        await self._try_to_seal(everything=True)

    async def _try_to_seal(self, *, everything: bool = False) -> None:
        try:
            await self.seal(everything=everything)
        except StoreError as error:
            self.on_trouble(error)

    async def _probe_on(self, source: str, every_s: float) -> None:
        """At its pace, spread from the start; in a hurry while the source is not well."""
        await asyncio.sleep(random.uniform(0, min(every_s, _FIRST_WITHIN_S)))  # noqa: S311 - spreads load, guards nothing
        while True:
            outcome = await self.sources.probe(source, self.agency)
            self.on_probe(source, outcome or "skipped")
            self.look()
            state = self._tracks[source].state
            well = state in (SourceState.OK, SourceState.OFF) and outcome in ("held", None)
            await asyncio.sleep(every_s if well else min(every_s, _HURRY_S))


def _observed(source: str, observer: str, track: _Track, seen: Seen, at: datetime) -> Observation | None:
    base = track.base
    counts = {
        "probes": seen.probes - base.probes,
        "probes_failed": seen.probes_failed - base.probes_failed,
        "calls": seen.calls - base.calls,
        "calls_failed": seen.calls_failed - base.calls_failed,
    }
    if at <= track.begun or (track.state is SourceState.UNKNOWN and not any(counts.values())):
        return None
    told = Observation(source, track.begun, at, track.state, observer, **counts)
    if counts["calls"] and seen.p50_ms is not None and seen.p95_ms is not None:
        told = replace(told, p50_ms=round(seen.p50_ms), p95_ms=round(seen.p95_ms))
    return replace(told, trouble=seen.trouble) if counts["probes_failed"] + counts["calls_failed"] else told
