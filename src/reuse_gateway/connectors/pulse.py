"""How a source has been doing lately, learnt from the calls that were made anyway."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """`state` is ok, degraded, down, off (not configured) or unknown (not asked yet); milliseconds over the last 100 calls."""

    state: str
    success_ratio: float | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    last_answered_at: datetime | None = None


class Pulse:
    """The last 100 calls of one source."""

    def __init__(self) -> None:
        self._calls: deque[tuple[bool, float]] = deque(maxlen=100)
        self._last_answered_at: datetime | None = None

    def beat(self, answered: bool, seconds: float, at: datetime) -> None:
        """One call ended: intelligibly (whatever it said) or not."""
        self._calls.append((answered, seconds))
        if answered:
            self._last_answered_at = at

    def health(self, circuit_open: bool, timeout_s: float) -> SourceHealth:
        """What these calls say about the source."""
        if not self._calls:
            return SourceHealth("unknown")
        ratio = sum(answered for answered, _ in self._calls) / len(self._calls)
        seconds = sorted(taken for _, taken in self._calls)
        p50, p95 = (seconds[min(len(seconds) - 1, int(len(seconds) * share))] for share in (0.5, 0.95))
        state = "ok" if ratio >= 0.95 and p95 < 0.8 * timeout_s else "degraded"
        if circuit_open or ratio < 0.5:
            state = "down"
        return SourceHealth(state, round(ratio, 4), round(p50 * 1e3, 3), round(p95 * 1e3, 3), self._last_answered_at)
