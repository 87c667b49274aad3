"""How a source has been doing lately, learnt from the questions that were asked anyway and from probes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from reuse_gateway.domain.source_health import Seen, Signs

_MOST = 100


@dataclass(frozen=True, slots=True)
class _Beat:
    ended: float
    answered: bool
    seconds: float
    probe: bool


class Pulse:
    """The last 100 ends that are not older than `window_s`, and totals since the start."""

    def __init__(self, now: Callable[[], float], window_s: float, timeout_s: float) -> None:
        self._now, self._window_s, self._timeout_s = now, window_s, timeout_s
        self._beats: deque[_Beat] = deque(maxlen=_MOST)
        self._totals = {(probe, answered): 0 for probe in (False, True) for answered in (False, True)}
        self._answered_at: datetime | None = None
        self._probed_at: datetime | None = None
        self._trouble: str | None = None

    def beat(self, seconds: float, at: datetime, trouble: str | None = None, *, probe: bool = False) -> None:
        """One question ended: intelligibly, whatever the answer said, or in `trouble` (a stable code)."""
        answered = trouble is None
        self._beats.append(_Beat(self._now(), answered, seconds, probe))
        self._totals[probe, answered] += 1
        self._trouble = trouble or self._trouble
        self._answered_at = at if answered else self._answered_at
        self._probed_at = at if probe else self._probed_at

    def seen(self, *, circuit_open: bool) -> Seen:
        """All of it, as of now."""
        oldest = self._now() - self._window_s
        while self._beats and self._beats[0].ended < oldest:
            self._beats.popleft()
        calls = [each for each in self._beats if not each.probe]
        p50, p95 = _percentiles([each.seconds for each in calls])
        answered = sum(each.answered for each in calls)
        return Seen(
            self._signs(circuit_open),
            True,
            *(self._totals[False, True] + self._totals[False, False], self._totals[False, False]),
            *(self._totals[True, True] + self._totals[True, False], self._totals[True, False]),
            success_ratio=round(answered / len(calls), 4) if calls else None,
            p50_ms=round(p50 * 1e3, 3) if calls else None,
            p95_ms=round(p95 * 1e3, 3) if calls else None,
            last_answered_at=self._answered_at,
            last_probed_at=self._probed_at,
            trouble=self._trouble,
        )

    def _signs(self, circuit_open: bool) -> Signs:
        beats = self._beats
        answered = sum(each.answered for each in beats)
        newest, in_a_row = beats[-1].answered if beats else False, 0
        for each in reversed(beats):
            if each.answered is not newest:
                break
            in_a_row += 1
        _, p95 = _percentiles([each.seconds for each in beats])
        failed = len(beats) - answered
        return Signs(answered, failed, in_a_row if newest else -in_a_row, p95 / self._timeout_s, circuit_open)


def _percentiles(seconds: list[float]) -> tuple[float, float]:
    if not seconds:
        return 0.0, 0.0
    ordered = sorted(seconds)
    p50, p95 = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.95))
    return p50, p95
