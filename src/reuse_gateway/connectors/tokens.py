"""Tokens and sessions of a source: kept until shortly before they end, fetched once however many calls wait."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from reuse_gateway.connectors.single_flight import SingleFlight
from reuse_gateway.connectors.trouble import Trouble
from reuse_gateway.domain.holding import Doubt

_SKEW_S, _LONGEST = 30.0, 8_192
# Portals lock an account after a few wrong passwords; a refused login is not tried again at once.
_PAUSE_S = 30.0


@dataclass(frozen=True, slots=True)
class Issued:
    """What a login yielded: tokens by slot name (`token`, `token.id_token`), and for how many seconds from now."""

    values: Mapping[str, str]
    lasts_s: float


class Tokens:
    """Of one source. `fetch` logs in or asks for a token; it raises Trouble."""

    def __init__(self, fetch: Callable[[], Awaitable[Issued]], timeout_s: float) -> None:
        self._fetch_new, self._timeout_s = fetch, timeout_s
        self._flight: SingleFlight[Issued] = SingleFlight()
        self._issued: Issued | None = None
        self._good_until = self._paused_until = float("-inf")

    async def current(self, deadline: float) -> Issued:
        """A token that is still good; raises Trouble, or TimeoutError at the deadline (loop time)."""
        now = asyncio.get_running_loop().time()
        if self._issued is not None and now < self._good_until:
            return self._issued
        if now < self._paused_until:
            raise Trouble(Doubt.SOURCE_DENIED)
        return await self._flight.join("token", self._fetch, deadline)

    def forget(self, issued: Issued) -> None:
        """The source refused this one. A newer one, fetched by another call meanwhile, stays."""
        if issued is self._issued:
            self._issued = None

    async def aclose(self) -> None:
        await self._flight.aclose()

    async def _fetch(self) -> Issued:
        try:
            async with asyncio.timeout(self._timeout_s):
                issued = await self._fetch_new()
        except TimeoutError:
            raise Trouble(Doubt.SOURCE_TIMED_OUT, ailing=True) from None
        except Trouble as trouble:
            if trouble.doubt is Doubt.SOURCE_DENIED:
                self._paused_until = asyncio.get_running_loop().time() + _PAUSE_S
            raise
        self._issued = issued
        self._good_until = asyncio.get_running_loop().time() + max(issued.lasts_s - _SKEW_S, issued.lasts_s / 2)
        return issued


def checked_token(value: object) -> str:
    """A token that can stand in a header; raises Trouble for anything else."""
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST:
        raise Trouble(Doubt.BAD_ANSWER, ailing=True)
    if not (value.isascii() and value.isprintable() and " " not in value):
        raise Trouble(Doubt.BAD_ANSWER, ailing=True)
    return value
