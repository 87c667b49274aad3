"""A line that is listened to, for authors who want to see what is asked and what comes back. Nothing is logged."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from reuse_gateway.connectors.exchange import Answer
from reuse_gateway.connectors.lines import Line
from reuse_gateway.connectors.manifest import Limits
from reuse_gateway.connectors.upstream import aiohttp_transport
from reuse_gateway.connectors.wire import Headers, Wire


@dataclass(slots=True)
class Heard:
    """Questions, answers and what was shown to get them, in their order."""

    exchanges: list[tuple[Any, Any, Any]] = field(default_factory=list)

    @property
    def answers(self) -> list[Any]:
        return [answer for _, answer, _ in self.exchanges]

    @property
    def around(self) -> Callable[[Line], Line]:
        """What a registry is given."""
        return lambda line: _WatchedLine(line, self)


class _WatchedLine:
    """As the line within, heard."""

    def __init__(self, line: Line, heard: Heard) -> None:
        self._line, self._heard = line, heard

    async def carry(self, question: Any, deadline: float) -> tuple[Any, Any]:
        answer, shown = await self._line.carry(question, deadline)
        self._heard.exchanges.append((question, answer, shown))
        return answer, shown

    def refused(self, shown: Any) -> bool:
        return self._line.refused(shown)

    async def aclose(self) -> None:
        await self._line.aclose()


@dataclass(frozen=True, slots=True)
class Sent:
    """One HTTP exchange as it went over the wire, logins included."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    content: bytes | None
    answer: Answer | None


@dataclass(slots=True)
class WatchedWires:
    """A transport factory whose exchanges are heard."""

    sent: list[Sent] = field(default_factory=list)

    def __call__(self, verify: ssl.SSLContext, limits: Limits) -> Wire:
        return _WatchedWire(aiohttp_transport(verify, limits), self.sent)


class _WatchedWire:
    def __init__(self, wire: Wire, sent: list[Sent]) -> None:
        self._wire, self._sent = wire, sent

    async def exchange(self, method: str, url: str, headers: Headers, content: bytes | None) -> Answer:
        answer = None
        try:
            answer = await self._wire.exchange(method, url, headers, content)
        finally:
            self._sent.append(Sent(method, url, tuple(headers), content, answer))
        return answer

    async def aclose(self) -> None:
        await self._wire.aclose()
