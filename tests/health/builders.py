"""Sources that do as they are told, and a store that keeps what it is given, for the watch over them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from reuse_gateway.application.watch_sources import WatchSources
from reuse_gateway.domain.availability import Evidence, Observation
from reuse_gateway.domain.check import Position
from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.source_health import Seen, Signs, SourceState
from tests.storage.builders import AT, Clocked

OK, DEGRADED, DOWN, OFF, UNKNOWN = SourceState
WELL, DEAD, NOTHING = Signs(answered=10, in_a_row=10), Signs(failed=5, in_a_row=-5), Signs()


def after(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def observed(state: SourceState, start: float, end: float, **more: Any) -> Observation:
    """Seconds after AT, of `population`."""
    return Observation("population", after(start), after(end), state, "obs_1", **more)


def evidence(state: SourceState, start: float, end: float, leaf: int = 0) -> Evidence:
    return Evidence(observed(state, start, end), leaf, after(end + 1))


@dataclass
class Told:
    """Port `WatchedSources`: `population` looks as `shown` says, and answers probes with what `answers` says in turn."""

    shown: Seen
    answers: list[str | None] = field(default_factory=list)
    probed: int = 0
    thrice: asyncio.Event = field(default_factory=asyncio.Event)

    def becomes(self, signs: Signs, **totals: Any) -> None:
        self.shown = replace(self.shown, signs=signs, **totals)

    def seen(self) -> Mapping[str, Seen]:
        return {"population": self.shown, "abroad": Seen(Signs(off=True), connected=False)}

    def probes(self) -> Mapping[str, float]:
        return {"population": 0.01}

    async def probe(self, source: str, agency: str) -> str | None:
        if self.probed == 3:
            self.thrice.set()
        self.probed += 1
        return self.answers.pop(0) if self.answers else "held"


@dataclass
class Kept:
    """Ports `HealthRecorder` and `HealthLog`: `broken` as long as the store is away."""

    leaves: list[tuple[Sequence[Observation], Sequence[Event]]] = field(default_factory=list)
    last: dict[str, SourceState] = field(default_factory=dict)
    broken: bool = False

    async def record_health(self, observations: Sequence[Observation], events: Sequence[Event]) -> Position:
        await asyncio.sleep(0)
        if self.broken:
            raise StoreError("away")
        self.leaves.append((tuple(observations), tuple(events)))
        return Position(len(self.leaves) - 1, len(self.leaves))

    async def evidence(self, source: str, from_at: datetime, to_at: datetime) -> Sequence[Evidence]:
        return [Evidence(each, leaf, AT) for leaf, (told, _) in enumerate(self.leaves) for each in told]

    async def last_states(self) -> Mapping[str, SourceState]:
        return self.last

    @property
    def observations(self) -> list[Observation]:
        return [each for told, _ in self.leaves for each in told]

    @property
    def events(self) -> list[str]:
        return [each.kind for _, events in self.leaves for each in events]


def watch(sources: Told, kept: Kept, clock: Clocked, **more: Any) -> WatchSources:
    return WatchSources(sources, kept, kept, clock, "obs_1", "H41", **more)
