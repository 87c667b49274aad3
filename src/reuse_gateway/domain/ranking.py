"""Rankings by a rate (xếp hạng): never by a count, and nobody whose denominator is too small to say anything. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reuse_gateway.domain.indicators import Figure
from reuse_gateway.domain.reuse_report import ReuseRow

LOWER_IS_BETTER = frozenset({"avoidable_requests", "unanswered", "violations_per_1000"})


@dataclass(frozen=True, slots=True)
class Ranked:
    """A row with its place; equal rates share one, and the next place is left out (1, 1, 3)."""

    place: int
    key: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Ranking:
    """Places by rate, the best first; `too_small` holds keys whose denominator is below `least`, without a place."""

    rate: str
    least: int
    places: tuple[Ranked, ...]
    too_small: tuple[str, ...]


def ranking(rows: Iterable[ReuseRow], rate: str, least: int) -> Ranking:
    """Rows by one of their rates; raises KeyError for a rate there is not."""
    figures = [(row.key or "", _figure(row, rate)) for row in rows if row.key]
    large = [(key, figure) for key, figure in figures if (figure.denominator or 0) >= max(least, 1)]
    worst_first = -1 if rate not in LOWER_IS_BETTER else 1
    ordered = sorted(large, key=lambda each: (worst_first * _exact(each[1]), each[0]))
    places: list[Ranked] = []
    for number, (key, figure) in enumerate(ordered, 1):
        same = places and _exact(places[-1].figure) == _exact(figure)
        places.append(Ranked(places[-1].place if same else number, key, figure))
    kept = {key for key, _ in large}
    return Ranking(rate, least, tuple(places), tuple(sorted(key for key, _ in figures if key not in kept)))


def _exact(figure: Figure) -> float:
    return (figure.numerator or 0) / (figure.denominator or 1)


def _figure(row: ReuseRow, rate: str) -> Figure:
    for figure in (*row.official, *row.rates):
        if figure.formula.id == rate:
            return figure
    raise KeyError(rate)
