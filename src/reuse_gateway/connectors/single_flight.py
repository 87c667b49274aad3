"""Identical questions asked at the same time are put once; who leaves early takes nobody else's answer along."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Each flight is a task of its own, so a cancelled caller cancels nothing that others wait for."""

    def __init__(self) -> None:
        self._flights: dict[Hashable, asyncio.Task[T]] = {}
        self._waiting: dict[asyncio.Task[T], int] = {}
        self._under_way: set[asyncio.Task[T]] = set()

    async def join(self, key: Hashable, call: Callable[[], Awaitable[T]], deadline: float) -> T:
        """The answer of the flight under `key`, started if there is none; raises TimeoutError at `deadline` (loop time).

        A flight that nobody waits for any more is cancelled; it is not waited for, so a slow farewell delays no caller.
        """
        flight = self._flights.get(key)
        if flight is None:
            flight = self._start(key, call)
        self._waiting[flight] = self._waiting.get(flight, 0) + 1
        try:
            await asyncio.wait({flight}, timeout=max(0.0, deadline - asyncio.get_running_loop().time()))
        finally:
            self._leave(key, flight)
        if not flight.done() or flight.cancelled():
            raise TimeoutError
        return flight.result()

    async def aclose(self) -> None:
        """Cancel what is under way and see it end."""
        under_way = list(self._under_way)
        for flight in under_way:
            flight.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    def _start(self, key: Hashable, call: Callable[[], Awaitable[T]]) -> asyncio.Task[T]:
        flight = asyncio.ensure_future(call())
        self._flights[key] = flight
        self._under_way.add(flight)
        flight.add_done_callback(lambda done: self._landed(key, done))
        return flight

    def _landed(self, key: Hashable, flight: asyncio.Task[T]) -> None:
        self._under_way.discard(flight)
        if self._flights.get(key) is flight:
            del self._flights[key]
        if not flight.cancelled():
            flight.exception()

    def _leave(self, key: Hashable, flight: asyncio.Task[T]) -> None:
        self._waiting[flight] -= 1
        if self._waiting[flight]:
            return
        del self._waiting[flight]
        if not flight.done():
            flight.cancel()
            if self._flights.get(key) is flight:
                del self._flights[key]
