"""Was the source down then? (nguồn có gián đoạn không): what the probe log proves or refutes about any instant of the past."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from reuse_gateway.domain.source_health import SourceState

# Clocks of offices and ours differ, and nobody notes the very second: an outage this near is the one that was meant.
NEAR = timedelta(minutes=2)
OUT = frozenset({SourceState.DOWN, SourceState.OFF})


@dataclass(frozen=True, slots=True)
class Observation:
    """What one process saw of a source from `from_at` up to, not including, `to_at`, during which its state stayed the same.

    Milliseconds are whole; `trouble` is a stable code of why the last failure failed.
    """

    source: str
    from_at: datetime
    to_at: datetime
    state: SourceState
    observer: str
    probes: int = 0
    probes_failed: int = 0
    calls: int = 0
    calls_failed: int = 0
    p50_ms: int | None = None
    p95_ms: int | None = None
    trouble: str | None = None

    @property
    def witnessed(self) -> SourceState:
        """A source that answered every probe was not down, however people's questions ended: bad ones would make an outage."""
        answered = self.probes > self.probes_failed == 0
        return SourceState.DEGRADED if self.state is SourceState.DOWN and answered else self.state


@dataclass(frozen=True, slots=True)
class Evidence:
    """An observation with the leaf that binds it, and when that leaf was first signed over.

    Signed hours after `to_at` it proves less: the store was away, or somebody wrote it later.
    """

    observation: Observation
    leaf_index: int
    sealed_at: datetime


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which the source was in one state, by the leaves named. Without evidence it is `unknown`, never `ok`."""

    from_at: datetime
    to_at: datetime
    state: SourceState
    leaves: tuple[int, ...] = ()


class OutageFinding(StrEnum):
    """What the log says to "the system was down"."""

    CONFIRMED = "confirmed"
    PARTLY = "partly"
    REFUTED = "refuted"
    NOT_KNOWN = "not_known"


def timeline(evidence: Iterable[Evidence], from_at: datetime, to_at: datetime) -> tuple[Stretch, ...]:
    """Without holes from `from_at` to `to_at`; what nobody observed is unknown."""
    told = (each for each in evidence if each.observation.from_at < to_at and each.observation.to_at > from_at)
    waiting = deque(sorted(told, key=lambda each: each.observation.from_at))
    edges = {from_at, to_at}
    for each in waiting:
        edges |= {max(each.observation.from_at, from_at), min(each.observation.to_at, to_at)}
    there: list[Evidence] = []
    found: list[tuple[datetime, datetime, SourceState, set[int]]] = []
    for start, end in pairwise(sorted(edges)):
        while waiting and waiting[0].observation.from_at <= start:
            there.append(waiting.popleft())
        there = [each for each in there if each.observation.to_at > start]
        state, leaves = agreed(each.observation.witnessed for each in there), {each.leaf_index for each in there}
        if found and found[-1][2] is state:
            begun, _, _, before = found.pop()
            leaves, start = _added(before, leaves), begun
        found.append((start, end, state, leaves))
    return tuple(Stretch(start, end, state, tuple(sorted(leaves))) for start, end, state, leaves in found)


def _added(leaves: set[int], more: set[int]) -> set[int]:
    """In place: a month of quiet is one stretch of thousands of leaves."""
    leaves |= more
    return leaves


def agreed(states: Iterable[SourceState]) -> SourceState:
    """What several processes that looked at the same time say together: where one got answers, it was not down for all."""
    known = set(states) - {SourceState.UNKNOWN}
    if len(known) <= 1:
        return known.pop() if known else SourceState.UNKNOWN
    answering = known & {SourceState.OK, SourceState.DEGRADED}
    return SourceState.DEGRADED if answering else SourceState.DOWN


def outage_at(stretches: Sequence[Stretch], at: datetime, near: timedelta = NEAR) -> OutageFinding:
    """What was there at an instant, in favour of whoever says that the source was down: an outage within `near` confirms it."""
    met = {each.state for each in stretches if each.from_at <= at + near and each.to_at > at - near}
    if met & OUT:
        return OutageFinding.CONFIRMED
    if not met or SourceState.UNKNOWN in met:
        return OutageFinding.NOT_KNOWN
    return OutageFinding.PARTLY if SourceState.DEGRADED in met else OutageFinding.REFUTED


def seconds_by_state(stretches: Iterable[Stretch]) -> Mapping[SourceState, float]:
    """How long it was in each state; every state is there."""
    told = dict.fromkeys(SourceState, 0.0)
    for each in stretches:
        told[each.state] += (each.to_at - each.from_at).total_seconds()
    return told
