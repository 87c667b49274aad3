"""Counts as they were told, in place of a database that counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reuse_gateway.application.numbers_ports import ReceivedReport
from reuse_gateway.domain.check import Position
from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.reuse_counts import By, Counted

NOTHING = Counted({}, (), (), {})


@dataclass
class MemoryNumbers:
    """Counts by first day of the period, and reports of received dossiers as they came."""

    counts: Mapping[str, Counted] = field(default_factory=dict)
    asked: list[tuple[Period, By]] = field(default_factory=list)
    reports: list[ReceivedReport] = field(default_factory=list)
    broken: StoreError | None = None

    async def counted(self, period: Period, by: By) -> Counted:
        if self.broken:
            raise self.broken
        self.asked.append((period, by))
        return self.counts.get(period.first.isoformat(), NOTHING)

    async def record_received(self, report: ReceivedReport) -> Position:
        if self.broken:
            raise self.broken
        self.reports.append(report)
        return Position(len(self.reports) - 1, len(self.reports))
