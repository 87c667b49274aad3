"""The fault switch (công tắc sự cố): what is wrong with a simulated source for now, so that outages can be rehearsed."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from pydantic import Field, model_validator

from reuse_gateway.simulation.door_facts import Facts


class FaultKind(StrEnum):
    """`down` answers 503 at once, `silent` accepts and never answers; the others strike a `share` of the calls."""

    DOWN = "down"
    SILENT = "silent"
    ERRORS = "errors"
    SLOW = "slow"
    HTML = "html"
    TRUNCATED = "truncated"
    GARBAGE = "garbage"


class Fault(Facts):
    """One fault of one source. `share` of its calls are struck, `add_s` is what a slow answer takes longer, `for_s` how long it
    lasts (none = until cleared)."""

    source: str = Field(min_length=1, max_length=41)
    kind: FaultKind
    share: float = Field(default=1.0, gt=0, le=1)
    add_s: float = Field(default=0.0, ge=0, le=60)
    for_s: float | None = Field(default=None, gt=0, le=86_400)

    @model_validator(mode="after")
    def _slow_by_how_much(self) -> Fault:
        if (self.kind is FaultKind.SLOW) != (self.add_s > 0):
            raise ValueError("add_s belongs to slow, and slow needs it")
        return self


@dataclass(frozen=True, slots=True)
class _Standing:
    fault: Fault
    ends: float


class Switchboard:
    """All faults that stand now: one of each kind per source, the newest."""

    def __init__(self, now: Callable[[], float] = time.monotonic, chance: Callable[[], float] = random.random) -> None:
        self._now, self._chance = now, chance
        self._standing: dict[tuple[str, FaultKind], _Standing] = {}

    def put(self, fault: Fault) -> None:
        """From now on."""
        ends = float("inf") if fault.for_s is None else self._now() + fault.for_s
        self._standing[fault.source, fault.kind] = _Standing(fault, ends)

    def clear(self, source: str | None = None) -> None:
        """Nothing is wrong with this source (or with any) any more."""
        self._standing = {key: each for key, each in self._standing.items() if source is not None and key[0] != source}

    def standing(self) -> list[Fault]:
        """What is wrong now; `for_s` is what is left."""
        now = self._now()
        self._standing = {key: each for key, each in self._standing.items() if each.ends > now}
        return [_left(each, now) for each in self._standing.values()]

    def striking(self, source: str) -> dict[FaultKind, Fault]:
        """Which faults strike this one call."""
        if not self._standing:
            return {}
        struck = (each for each in self.standing() if each.source == source)
        return {each.kind: each for each in struck if each.share >= 1 or self._chance() < each.share}


def _left(standing: _Standing, now: float) -> Fault:
    left = None if standing.ends == float("inf") else round(standing.ends - now, 3) or 0.001
    return standing.fault.model_copy(update={"for_s": left})
