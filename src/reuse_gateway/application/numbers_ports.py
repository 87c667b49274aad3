"""What measuring needs from the world, beside `ports.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from reuse_gateway.domain.check import Position
from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.reuse_counts import By, Counted, ReceivedDossiers
from reuse_gateway.domain.suppression import Row


class ReuseCounts(Protocol):
    """What was recorded, counted by the database; memory MUST NOT grow with the number of checks."""

    async def counted(self, period: Period, by: By) -> Counted:
        """Everything counted in a period. Raises StoreError."""
        ...


class PublicCells(Protocol):
    """What the public table is made of."""

    async def cells(self, period: Period) -> Mapping[str, Row]:
        """By agency: papers reused, held but not reused, not held; people MUST NOT be overstated. Raises StoreError."""
        ...


@dataclass(frozen=True, slots=True)
class ReceivedReport:
    """What an agency's system tells of dossiers received, as it came in; a later one of the same day takes its place."""

    id: str
    told_at: datetime
    client_id: str
    agency: str
    rows: tuple[ReceivedDossiers, ...]


class ReceivedRecorder(Protocol):
    """Keeps what the offices say they received; see `Recorder` for what MUST hold."""

    async def record_received(self, report: ReceivedReport) -> Position: ...
