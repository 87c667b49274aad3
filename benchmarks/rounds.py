"""How much is measured: rounds that interleave what is compared, seconds of each, and progress told while it goes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effort:
    """At least five rounds make a median; `quick` is for trying things out and says so in its results."""

    how_many: int = 5
    seconds: float = 4.0
    warm_up_s: float = 1.0
    cold_starts: int = 10
    quick: bool = False

    @classmethod
    def little(cls) -> Effort:
        """Seconds instead of minutes; no figures to quote."""
        return cls(1, 1.0, 0.5, 2, quick=True)

    def rounds(self, what: str) -> Iterator[int]:
        """1.. with a line of progress on standard error for each."""
        yield from counted(what, self.how_many)


def counted(what: str, most: int) -> Iterator[int]:
    """1..most, told on standard error."""
    for number in range(1, most + 1):
        print(f"  {what}: {number}/{most}", file=sys.stderr, flush=True)
        yield number
