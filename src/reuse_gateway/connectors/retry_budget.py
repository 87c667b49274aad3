"""Retry budget: repeats are a share of the calls made, plus a small floor, so that an outage never becomes a storm."""

from __future__ import annotations

from collections.abc import Callable


class RetryBudget:
    """Each call earns `share` of a retry, each second `floor_per_s`; little of it can be saved up."""

    def __init__(self, share: float, floor_per_s: float, now: Callable[[], float]) -> None:
        self._share, self._floor_per_s, self._now = share, floor_per_s, now
        self._most = max(10.0 * share, floor_per_s)
        self._saved = floor_per_s
        self._since = now()

    def earn(self) -> None:
        """A first attempt goes out."""
        self._saved = min(self._most, self._saved + self._share)

    def spend(self) -> bool:
        """May one more attempt be made?"""
        now = self._now()
        self._saved = min(self._most, self._saved + (now - self._since) * self._floor_per_s)
        self._since = now
        if self._saved < 1:
            return False
        self._saved -= 1
        return True
