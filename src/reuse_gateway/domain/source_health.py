"""How a source is doing (tình trạng nguồn dữ liệu): five states, judged from what was seen, without flapping."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# Entering a state asks for more than staying in it; leaving asks for more than not entering.
_DEAD_IN_A_ROW, _ALIVE_IN_A_ROW = 3, 2
_FAILING_SHARE, _MENDED_SHARE, _LEAST_FAILED = 0.05, 0.02, 2
_SLOW_SHARE, _QUICK_SHARE = 0.8, 0.6


class SourceState(StrEnum):
    """`off`: not connected, or in an announced maintenance. `unknown`: nobody has seen it lately, which is never `ok`."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"
    OFF = "off"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Signs:
    """What was seen within the window: how many questions and probes ended well or badly, and how the last ones did.

    `in_a_row` counts the newest ends of one kind: 3 = the last three went well, -3 = badly. `slowness` is the 95th percentile
    of the time taken as a share of the source's time limit.
    """

    answered: int = 0
    failed: int = 0
    in_a_row: int = 0
    slowness: float = 0.0
    circuit_open: bool = False
    off: bool = False


def next_state(state: SourceState, signs: Signs) -> SourceState:
    """The state after these signs, for a source that was in `state`."""
    seen = signs.answered + signs.failed
    if signs.off:
        return SourceState.OFF
    if signs.circuit_open or _dead(state, signs):
        return SourceState.DOWN
    if not seen:
        return SourceState.UNKNOWN
    troubled_before = state in (SourceState.DEGRADED, SourceState.DOWN)
    share, slow = (_MENDED_SHARE, _QUICK_SHARE) if troubled_before else (_FAILING_SHARE, _SLOW_SHARE)
    failing = signs.failed > share * seen and (troubled_before or signs.failed >= _LEAST_FAILED)
    return SourceState.DEGRADED if failing or signs.slowness >= slow else SourceState.OK


def _dead(state: SourceState, signs: Signs) -> bool:
    if state is SourceState.DOWN and signs.answered + signs.failed:
        return signs.in_a_row < _ALIVE_IN_A_ROW
    return signs.in_a_row <= -_DEAD_IN_A_ROW and signs.failed >= signs.answered


@dataclass(frozen=True, slots=True)
class Seen:
    """What one process has seen of a source: totals since it started, and the window.

    `success_ratio` (0 to 1) and the milliseconds are of questions asked on behalf of somebody, never of probes; `trouble`
    is the doubt in which the newest bad end left us.
    """

    signs: Signs
    connected: bool = True
    calls: int = 0
    calls_failed: int = 0
    probes: int = 0
    probes_failed: int = 0
    success_ratio: float | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    last_answered_at: datetime | None = None
    last_probed_at: datetime | None = None
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """A source as it is shown: its state, since when, and what was seen."""

    state: SourceState
    since: datetime | None = None
    success_ratio: float | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    last_answered_at: datetime | None = None
    last_probed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StateChange:
    """A source went from one state into another. `kind` is the event that tells others of it; None = nothing worth telling."""

    source: str
    before: SourceState
    after: SourceState
    at: datetime
    kind: str | None


_FALLEN = (SourceState.DEGRADED, SourceState.DOWN, SourceState.OFF)


def worth_telling(fallen: SourceState | None, after: SourceState) -> tuple[str | None, SourceState | None]:
    """The event of entering `after`, and what the source is then recovering from.

    `fallen` is what it was told to be since it was last well: a source that falls silent in between has not recovered, and
    one that answers again, though not always, has.
    """
    if after is SourceState.UNKNOWN:
        return None, fallen
    if after is SourceState.OK:
        return ("source.recovered" if fallen else None), None
    if after is SourceState.DEGRADED and fallen in (SourceState.DOWN, SourceState.OFF):
        return "source.recovered", after
    kind = None if after in (fallen, SourceState.OFF) else f"source.{after}"
    return kind, after if after in _FALLEN else fallen
