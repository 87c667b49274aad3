"""Read a register by windows into the holdings index (đồng bộ sổ): resumable at every page, nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from reuse_gateway.application.holdings_ports import Register, RegisterFacts, RegisterPage, RegisterTrouble
from reuse_gateway.application.keep_holdings import KeepHoldings, Kept, Origin
from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.holdings_index import IndexHead
from reuse_gateway.domain.register_cursor import Cursor, Window, begun, closed, finished, restarted, turned
from reuse_gateway.domain.vietnam import vietnamese_day

_TRIES, _FIRST_PAUSE_S, _LONGEST_PAUSE_S = 4, 0.5, 30.0
_WORTH_A_BATCH = 50  # windows: so many empty ones are not read again after a crash
_NOTHING = RegisterPage((), True)
CLIENT = "gateway"
Result = TypeVar("Result")
Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class RoundReport:
    """What one round came to: `synced`, `overtaken` (another process reads this register) or `failed` with its code."""

    source: str
    outcome: str
    code: str | None = None
    windows: int = 0
    pages: int = 0
    read: int = 0
    new: int = 0
    goal: date | None = None
    head: IndexHead | None = None


Progress = Callable[[RoundReport, str, Window | None], None]


class Overtaken(Exception):
    """Somebody else has moved the cursor: what was read here is kept there."""


@dataclass(slots=True)
class _Round:
    register: Register
    facts: RegisterFacts
    progress: Progress
    report: RoundReport
    cursor: Cursor
    kept: Cursor

    def count(self, stream: str, window: Window | None, **more: int) -> None:
        """Add to the report and tell it."""
        told = {name: getattr(self.report, name) + by for name, by in more.items()}
        self.report = replace(self.report, **told)
        self.progress(self.report, stream, window)


@dataclass(frozen=True, slots=True)
class SyncRegister:
    """One round: every window from where the last round ended, a little before it, up to today.

    A page and the place where to go on are one batch. The source hears that it was received only after that, so what was
    not marked is shown again; what is shown again is nothing new.
    """

    keep: KeepHoldings
    agency: str
    sleep: Sleep = asyncio.sleep
    pause_s: float = _FIRST_PAUSE_S

    async def __call__(self, register: Register, progress: Progress = lambda *_: None) -> RoundReport:
        """Raises nothing but cancellation; trouble of the register or of the store is in the report."""
        facts = register.facts
        blank = RoundReport(facts.source, "failed")
        under_way = _Round(register, facts, progress, blank, Cursor(), Cursor())
        try:
            return await self._read(under_way)
        except Overtaken:
            return replace(under_way.report, outcome="overtaken")
        except RegisterTrouble as trouble:
            return replace(under_way.report, code=trouble.code)
        except StoreError as trouble:
            return replace(under_way.report, code=trouble.code)

    async def _read(self, under_way: _Round) -> RoundReport:
        facts, now = under_way.facts, self.keep.clock.now()
        head = await self.keep.index.head(facts.source)
        today = vietnamese_day(now)
        under_way.kept = head.cursor
        under_way.cursor = begun(head.cursor, facts.facts, facts.streams, facts.rhythm, today, now)
        under_way.report = replace(under_way.report, goal=under_way.cursor.goal)
        for stream in facts.streams:
            while under_way.cursor.streams[stream].window:
                await self._window(under_way, stream)
        kept = await self._keep(under_way, finished(under_way.cursor, facts.as_of), _NOTHING, quiet=False)
        return replace(under_way.report, outcome="synced", head=kept.head)

    async def _window(self, under_way: _Round, stream: str) -> None:
        """Page by page until the last; where pages were lost, the whole window again."""
        facts, window = under_way.facts, under_way.cursor.streams[stream].window
        for last_try in (False, True):
            whole = await self._pages(under_way, stream, window)
            if whole:
                break
            if last_try:
                raise RegisterTrouble("page_lost")
            under_way.cursor = restarted(under_way.cursor, stream)
        under_way.cursor = closed(under_way.cursor, stream, facts.rhythm)
        under_way.count(stream, window, windows=1)
        if under_way.report.windows % _WORTH_A_BATCH == 0:
            await self._keep(under_way, under_way.cursor, _NOTHING, quiet=False)

    async def _pages(self, under_way: _Round, stream: str, window: Window) -> bool:
        """False where the source counts more records than its pages showed."""
        facts, register = under_way.facts, under_way.register
        shown: frozenset[str] = frozenset()
        for _ in range(facts.most_pages):
            reach = under_way.cursor.streams[stream]
            at = 0 if facts.drains else reach.page
            page = await self._tried(lambda at=at: register.page(stream, window, at))
            after = turned(under_way.cursor, stream, page.count)
            # What is to be marked stays the next page to read until it is marked: a crash in between reads it again.
            kept = await self._keep(under_way, under_way.cursor if page.marks else after, page, quiet=True)
            under_way.count(stream, window, pages=1, read=page.count, new=kept.new)
            if facts.marks and page.marks:
                if shown and shown == set(page.marks):
                    raise RegisterTrouble("marks_without_effect", retryable=False)
                await self._tried(lambda page=page: register.received(stream, page.marks))
                shown = frozenset(page.marks) if facts.drains else shown
            under_way.cursor = after
            if page.last:
                seen = after.streams[stream].seen
                return facts.drains or page.total is None or seen >= page.total
        raise RegisterTrouble("too_many_pages", retryable=False)

    async def _keep(self, under_way: _Round, cursor: Cursor, page: RegisterPage, *, quiet: bool) -> Kept:
        """The page with the cursor behind it; `quiet`: without new rows it is not worth a batch."""
        before = under_way.kept

        def advance(head: IndexHead) -> IndexHead:
            if head.cursor != before:
                raise Overtaken
            return replace(head, cursor=cursor)

        origin = Origin(under_way.facts.source, CLIENT, self.agency)
        kept = await self.keep(origin, page.records, advance, quiet=quiet)
        if kept.position is not None:
            under_way.kept = cursor
        return kept

    async def _tried(self, ask: Callable[[], Awaitable[Result]]) -> Result:
        """Again after a pause that grows, with chance in it: registers come back to many at once."""
        for attempt in range(_TRIES):
            try:
                return await ask()
            except RegisterTrouble as trouble:
                if attempt == _TRIES - 1 or not trouble.retryable:
                    raise
            pause = min(self.pause_s * 2**attempt, _LONGEST_PAUSE_S)
            await self.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - spreads load, guards nothing
        raise AssertionError("unreachable")
