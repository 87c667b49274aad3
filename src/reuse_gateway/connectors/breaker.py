"""Circuit breaker: a source that mostly fails is left alone for a while, then asked once to see whether it is back."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from enum import StrEnum


class Circuit(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Breaker:
    """Rolling window of the last calls. `ratio` of at least `least` failed calls opens it for `open_s` (and up to 20 % more).

    The reopening is jittered: many processes that lost a source together must not come back together.
    """

    def __init__(
        self,
        *,
        window: int,
        least: int,
        ratio: float,
        open_s: float,
        now: Callable[[], float],
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._window: deque[bool] = deque(maxlen=window)
        self._least, self._ratio, self._open_s = least, ratio, open_s
        self._now, self._chance = now, chance
        self._open_until = 0.0
        self._state = Circuit.CLOSED
        self._probing = False
        self._era = 0

    @property
    def state(self) -> Circuit:
        """Open turns half open by the clock alone."""
        if self._state is Circuit.OPEN and self._now() >= self._open_until:
            self._turn(Circuit.HALF_OPEN)
        return self._state

    def admit(self) -> int | None:
        """A permit for one call, or None = not now. Half open lets exactly one through. Each permit must be settled."""
        state = self.state
        if state is Circuit.OPEN or self._probing:
            return None
        self._probing = state is Circuit.HALF_OPEN
        return self._era

    def settle(self, permit: int, succeeded: bool | None) -> None:
        """How the call ended; None = it says nothing about the source (given up early, cancelled).

        A call that went out before the circuit last changed tells of another time and is not counted.
        """
        if permit != self._era:
            return
        if self._state is Circuit.HALF_OPEN:
            self._probing = False
            if succeeded is not None:
                self._turn(Circuit.CLOSED if succeeded else Circuit.OPEN)
        elif succeeded is not None:
            self._window.append(succeeded)
            failed = self._window.count(False)
            if len(self._window) >= self._least and failed >= self._ratio * len(self._window):
                self._turn(Circuit.OPEN)

    def _turn(self, state: Circuit) -> None:
        self._state = state
        self._era += 1
        self._window.clear()
        if state is Circuit.OPEN:
            self._open_until = self._now() + self._open_s * (1 + 0.2 * self._chance())
