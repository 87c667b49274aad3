"""Registers for the tests of syncing: a scripted one in memory, and the simulated one over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from reuse_gateway.application.holdings_ports import RegisterFacts, RegisterPage, RegisterTrouble
from reuse_gateway.application.keep_holdings import KeepHoldings
from reuse_gateway.application.sync_register import SyncRegister
from reuse_gateway.connectors.line_of import line_of
from reuse_gateway.connectors.loading import load_manifest
from reuse_gateway.connectors.register_http import CalledRegister, limits_of
from reuse_gateway.connectors.upstream import Tls, aiohttp_transport
from reuse_gateway.domain.announcement import Announced, AnnouncedPaper
from reuse_gateway.domain.register_cursor import Rhythm, Window
from reuse_gateway.simulation.app import build_app
from reuse_gateway.simulation.registers import SimulatedRegister
from reuse_gateway.simulation.serving import serve
from reuse_gateway.simulation.tokens import simulated_secret
from reuse_gateway.system import SystemClock

FOLDER = Path(__file__).parent / "registers"
SINCE = date(2026, 11, 1)


@dataclass
class ScriptedRegister:
    """Records by day; `troubles` are raised by the number of the page call, `crash` by any other exception there."""

    days: dict[date, list[str]]
    size: int = 2
    window_days: int = 5
    marks: bool = False
    drains: bool = False
    version: str = "v1"
    troubles: dict[int, Exception] = field(default_factory=dict)
    mark_troubles: dict[int, Exception] = field(default_factory=dict)
    lost: set[int] = field(default_factory=set)
    calls: list[tuple[Window, int]] = field(default_factory=list)
    marked: list[str] = field(default_factory=list)
    with_total: bool = True

    @property
    def facts(self) -> RegisterFacts:
        rhythm = Rhythm(SINCE, self.window_days, 2)
        return RegisterFacts("windowed", self.version, ("",), rhythm, 60, self.marks, self.drains)

    async def page(self, stream: str, window: Window, page: int) -> RegisterPage:
        self.calls.append((window, page))
        if trouble := self.troubles.pop(len(self.calls), None):
            raise trouble
        listed = [key for day, keys in sorted(self.days.items()) if window.first <= day <= window.last for key in keys]
        listed = [key for key in listed if not (self.drains and key in self.marked)]
        shown = [] if len(self.calls) in self.lost else listed[page * self.size : (page + 1) * self.size]
        told = tuple(self._record(key) for key in shown)
        total = len(listed) if self.with_total else None
        return RegisterPage(told, len(shown) < self.size, total, len(shown), tuple(shown) if self.marks else ())

    async def received(self, stream: str, marks: tuple[str, ...]) -> None:
        if trouble := self.mark_troubles.pop(len(self.marked) + 1, None):
            raise trouble
        self.marked += marks

    def _record(self, key: str) -> Announced:
        day = next(day for day, keys in self.days.items() if key in keys)
        owner = f"citizen:9990900{int(key):05d}"
        return Announced(key, datetime(day.year, day.month, day.day, tzinfo=UTC), (AnnouncedPaper("diploma", owner),))


def spread(count: int, since: date = SINCE, days: int = 20) -> dict[date, list[str]]:
    found: dict[date, list[str]] = {}
    for number in range(count):
        found.setdefault(since + timedelta(days=number % days), []).append(str(number))
    return found


async def no_pause(seconds: float) -> None:
    return None


def reader(keep: KeepHoldings) -> SyncRegister:
    return SyncRegister(keep, "H41", sleep=no_pause)


def down(code: str = "source_unavailable", *, retryable: bool = True) -> RegisterTrouble:
    return RegisterTrouble(code, retryable=retryable)


@asynccontextmanager
async def simulated(**changes: Any) -> AsyncIterator[tuple[CalledRegister, SimulatedRegister]]:
    """The register of `registers/` over real HTTP, and the hands on it. `changes` go into the manifest's sync part."""
    app = build_app(FOLDER)
    async with serve(app) as url:
        manifest = load_manifest(FOLDER / "sector" / "windowed.yaml", {"diploma"})
        sync = manifest.sync.model_copy(update=changes)
        manifest = manifest.model_copy(update={"sync": sync, "limits": limits_of(manifest, sync)})
        urls, tls = {"windowed": f"{url}/windowed"}, Tls()
        line = line_of(manifest, urls, simulated_secret, SystemClock(), aiohttp_transport, tls, frozenset())
        register = CalledRegister(manifest, sync, sync.listing, line, "H41")
        try:
            yield register, app.state.sources["windowed"].register
        finally:
            await register.aclose()
