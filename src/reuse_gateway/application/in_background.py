"""Work in the background for as long as a block lasts: broken off at its end, and waited for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, NoReturn

from reuse_gateway.domain.errors import GatewayError

OnTrouble = Callable[[GatewayError], None]


@asynccontextmanager
async def in_background(name: str, *works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Each in a task of its own. None of them MUST end by itself with an error that somebody should hear of."""
    tasks = [asyncio.create_task(work, name=name) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def repeated(
    name: str, work: Callable[[], Awaitable[object]], every: timedelta, on_trouble: OnTrouble, first: timedelta | None = None
) -> AsyncIterator[None]:
    """Round after round, `every` apart, the first after `first`; one in trouble tells it, and the next is made all the same."""
    async with in_background(name, _rounds(work, every, on_trouble, every if first is None else first)):
        yield


async def _rounds(work: Callable[[], Awaitable[object]], every: timedelta, on_trouble: OnTrouble, first: timedelta) -> NoReturn:
    pause = first
    while True:
        await asyncio.sleep(pause.total_seconds())
        pause = every
        try:
            await work()
        except GatewayError as error:
            on_trouble(error)
