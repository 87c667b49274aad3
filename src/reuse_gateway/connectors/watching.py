"""A line that is listened to, for authors who want to see what is asked and what comes back. Nothing is logged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from reuse_gateway.connectors.lines import Line


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
