"""The policy of a day (chính sách theo ngày): shipped facts and the dated rows known so far; follows the store."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta

from reuse_gateway.application.check_documents import Policy
from reuse_gateway.application.in_background import OnTrouble, repeated
from reuse_gateway.application.ports import FactRows
from reuse_gateway.domain.dated_fact import FactBook
from reuse_gateway.domain.facts_on import exceptions_on, sources_on, waivers_on

_MOST_KEPT = 512


class DatedPolicy:
    """Port `Policies` over one shipped policy. Rows never change, so what was made of the same rows is made once."""

    def __init__(self, shipped: Policy, rows: FactRows) -> None:
        self.shipped, self.book = shipped, FactBook()
        self._rows = rows
        self._made: OrderedDict[tuple[int, date, str, str], Policy] = OrderedDict()

    def on(self, day: date, agency: str = "", procedure: str = "") -> Policy:
        """What holds that day as far as it is known now; the version names the newest change that was known."""
        if not self.book.changes:
            return self.shipped
        key = (self.book.number, day, agency, procedure)
        if key not in self._made:
            self._made[key] = policy_on(self.shipped, self.book, day, agency, procedure)
            if len(self._made) > _MOST_KEPT:
                self._made.popitem(last=False)
        return self._made[key]

    async def refresh(self) -> FactBook:
        """Learn what has been recorded since, by whichever process; raises StoreError."""
        known = self.book.number
        fresh = await self._rows.changes(known)
        if fresh and self.book.number == known:
            self.book = FactBook((*self.book.changes, *fresh))
        return self.book

    @asynccontextmanager
    async def following(self, every_s: float, on_trouble: OnTrouble) -> AsyncIterator[DatedPolicy]:
        """Knows every row before it yields, and those of other processes `every_s` after they are recorded.

        While the store is away the rows known so far stay: no check can be recorded then anyway.
        """
        await self.refresh()
        async with repeated("facts-follower", self.refresh, timedelta(seconds=every_s), on_trouble):
            yield self


def policy_on(shipped: Policy, book: FactBook, day: date, agency: str = "", procedure: str = "") -> Policy:
    """The shipped policy under the rows of a book; the version is the shipped one and the number of the newest row."""
    sources = sources_on(shipped.facts.sources, book, day, agency, procedure)
    return replace(
        shipped,
        facts=replace(shipped.facts, sources=sources),
        version=f"{shipped.version}+{book.number}",
        exceptions=exceptions_on(shipped.exceptions, book, day),
        waivers=waivers_on(book, day),
    )
