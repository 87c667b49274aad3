"""Numbers for everybody (công khai): by agency and whole month alone, small cells hidden, counted once and then remembered."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date, timedelta

from reuse_gateway.application.numbers_ports import PublicCells
from reuse_gateway.application.ports import Clock
from reuse_gateway.domain.errors import Fault, InvalidInput
from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.suppression import Published, published
from reuse_gateway.domain.vietnam import vietnamese_day

MOST_MONTHS = 24


@dataclass(slots=True)
class PublishReuse:
    """Whole months that are over, and no other period: two that overlap would give back by difference what each one hides.

    A month is counted once in the life of this process, so that what comes in late cannot be told by difference either.
    """

    counts: PublicCells
    clock: Clock
    least: int
    _told: OrderedDict[date, Published] = field(default_factory=OrderedDict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__(self, month: str) -> tuple[Period, Published]:
        """Of a month `2026-10`: cells are papers reused, held but not reused, not held. Raises InvalidInput, StoreError."""
        period = _month(month, vietnamese_day(self.clock.now()))
        async with self._turn:
            if period.first not in self._told:
                self._told[period.first] = published(await self.counts.cells(period), self.least)
            while len(self._told) > MOST_MONTHS:
                self._told.popitem(last=False)
            return period, self._told[period.first]


def _month(told: str, today: date) -> Period:
    try:
        first = date.fromisoformat(f"{told}-01")
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        period = Period(first, last)
    except (ValueError, OverflowError):
        raise InvalidInput(Fault("/query/month", "bad_format")) from None
    if last >= today:
        raise InvalidInput(Fault("/query/month", "month_not_over"))
    if (today.year - first.year) * 12 + today.month - first.month > MOST_MONTHS:
        raise InvalidInput(Fault("/query/month", "period_too_early"))
    return period
