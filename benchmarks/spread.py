"""One figure from several rounds: the median, with the smallest and the largest beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Spread:
    """Median of the rounds (min..max)."""

    median: float
    low: float
    high: float
    rounds: int

    @classmethod
    def of(cls, figures: Iterable[float]) -> Spread:
        """Raises ValueError for no figures at all."""
        told = list(figures)
        if not told:
            raise ValueError("no rounds")
        return cls(median(told), min(told), max(told), len(told))

    def __str__(self) -> str:
        return f"{shown(self.median)} ({shown(self.low)}..{shown(self.high)})"


def shown(figure: float) -> str:
    """Three significant digits, whole numbers from 100 on."""
    return f"{figure:,.0f}" if abs(figure) >= 100 else f"{figure:.3g}"
