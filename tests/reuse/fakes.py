"""Counts as they were told, in place of a database that counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reuse_gateway.application.numbers_ports import ReceivedReport
from reuse_gateway.application.tell_portal import DossierChecks
from reuse_gateway.bootstrap_numbers import Numbers
from reuse_gateway.domain.check import Check, Position
from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.reuse_counts import By, Counted
from reuse_gateway.domain.suppression import Cells, Row

NOTHING = Counted({}, (), (), {})


@dataclass
class MemoryNumbers:
    """Counts by first day of the period, and reports of received dossiers as they came."""

    counts: Mapping[str, Counted] = field(default_factory=dict)
    asked: list[tuple[Period, By]] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    demanded: set[str] = field(default_factory=set)
    reports: list[ReceivedReport] = field(default_factory=list)
    people: dict[str, Cells] = field(default_factory=dict)
    broken: StoreError | None = None

    async def counted(self, period: Period, by: By) -> Counted:
        if self.broken:
            raise self.broken
        self.asked.append((period, by))
        return self.counts.get(period.first.isoformat(), NOTHING)

    async def cells(self, period: Period) -> Mapping[str, Row]:
        """As many people as papers, unless `people` says otherwise of an agency."""
        rows = (await self.counted(period, By.AGENCY)).papers
        parted = {key: (row.reused, row.reusable - row.reused, row.papers - row.reusable) for key, row in rows.items()}
        return {key: Row(papers, self.people.get(key, papers)) for key, papers in parted.items()}

    @property
    def both(self) -> Numbers:
        return Numbers(self, self, self, 5)

    async def opened(self, period: Period, agency: str | None, after: str, limit: int) -> Sequence[str]:
        found = {
            str(check.dossier)
            for check in self.checks
            if check.dossier and check.dossier > after and agency in (None, check.agency)
            and period.begins_at <= check.decided_at < period.ends_at
        }  # fmt: skip
        return sorted(found)[:limit]

    async def of(self, dossiers: Sequence[str], agency: str | None) -> Sequence[DossierChecks]:
        kept = [check for check in self.checks if check.dossier in dossiers and agency in (None, check.agency)]
        told = sorted({str(check.dossier) for check in kept})
        demanded = frozenset(self.demanded)
        return [DossierChecks(code, tuple(each for each in kept if each.dossier == code), demanded) for code in told]

    async def record_received(self, report: ReceivedReport) -> Position:
        if self.broken:
            raise self.broken
        self.reports.append(report)
        return Position(len(self.reports) - 1, len(self.reports))
