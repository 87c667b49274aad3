"""What reuse spared people (tiết kiệm): papers not brought, times what one costs, as a range where that is a guess. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reuse_gateway.domain.text import Text


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What bringing one paper costs a person, from a day on; `low` = `high` where it is known. `verified` False = a guess."""

    id: str
    name: Text
    unit: str
    low: Decimal
    high: Decimal
    valid_from: date
    valid_to: date | None = None
    source: str = ""
    verified: bool = False

    def holds(self, day: date) -> bool:
        """Is it the one of that day?"""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Saving:
    """One kind of cost spared: `papers` times the unit cost, from the lowest to the highest."""

    cost: UnitCost
    papers: int

    @property
    def low(self) -> Decimal:
        """At least."""
        return self.cost.low * self.papers

    @property
    def high(self) -> Decimal:
        """At most."""
        return self.cost.high * self.papers

    @property
    def formula(self) -> str:
        """As anybody can work it out again."""
        per = f"{self.cost.low}" if self.cost.low == self.cost.high else f"({self.cost.low}..{self.cost.high})"
        return f"{self.papers} x {per} {self.cost.unit}"


def savings(papers: int, costs: Sequence[UnitCost], day: date) -> tuple[Saving, ...]:
    """Each cost of that day for so many papers that people did not have to bring."""
    return tuple(Saving(cost, papers) for cost in costs if cost.holds(day))
