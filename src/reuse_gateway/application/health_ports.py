"""What watching the sources needs from the world; each method is a promise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from reuse_gateway.domain.availability import Evidence, Observation
from reuse_gateway.domain.check import Position
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.source_health import Seen, SourceState


class WatchedSources(Protocol):
    """The connected databases, as far as they can be watched."""

    def seen(self) -> Mapping[str, Seen]:
        """What this process has seen of each, by id."""
        ...

    def probes(self) -> Mapping[str, float]:
        """Seconds between two probes, by id, for those that can be probed."""
        ...

    async def probe(self, source: str, agency: str) -> str | None:
        """Ask what is known to be held: `held`, a stable code of why it was not, or None where nothing could be learnt.

        MUST NOT raise for upstream trouble, MUST end within the source's own time limit, MUST NOT keep a lookup waiting and
        MUST stay within the source's limits as any lookup does.
        """
        ...


class HealthRecorder(Protocol):
    """Writes the probe log."""

    async def record_health(self, observations: Sequence[Observation], events: Sequence[Event]) -> Position:
        """All of them, and the events they give rise to, under one leaf; durable when it returns. Raises StoreError."""
        ...


class HealthLog(Protocol):
    """The probe log as it was recorded, by whichever process."""

    async def evidence(self, source: str, from_at: datetime, to_at: datetime) -> Sequence[Evidence]:
        """Everything that tells of any instant between, oldest first. Raises StoreError."""
        ...

    async def last_states(self) -> Mapping[str, SourceState]:
        """By source, the state that was recorded last."""
        ...
