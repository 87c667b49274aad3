"""How much was reused (đo mức dùng lại): a period counted, and the period before it to compare with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from reuse_gateway.application.numbers_ports import ReceivedRecorder, ReceivedReport, ReuseCounts
from reuse_gateway.application.ports import Clock, Ids
from reuse_gateway.domain.agency import within
from reuse_gateway.domain.check import Caller, Position
from reuse_gateway.domain.errors import Fault, InvalidInput
from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.reuse_counts import By, ReceivedDossiers
from reuse_gateway.domain.reuse_report import ReuseRow, reuse_rows
from reuse_gateway.domain.vietnam import vietnamese_day

MOST_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class ReuseReport:
    """A period measured. `whole_before` and `rows_before` (by key) are those of the period it is compared with."""

    period: Period
    before: Period
    by: By
    made_at: datetime
    whole: ReuseRow
    rows: tuple[ReuseRow, ...]
    whole_before: ReuseRow
    rows_before: dict[str | None, ReuseRow]


@dataclass(frozen=True, slots=True)
class MeasureReuse:
    """Measures what was recorded; writes nothing."""

    counts: ReuseCounts
    clock: Clock

    async def __call__(self, period: Period, by: By) -> ReuseReport:
        """Raises StoreError, InvalidInput for a period that has not ended its last day's begin yet."""
        now = self.clock.now()
        if period.last > vietnamese_day(now):
            raise InvalidInput(Fault("/query/to", "future_day"))
        before = Period(*period.before)
        whole, rows = reuse_rows(await self.counts.counted(period, by), by, period)
        whole_before, rows_before = reuse_rows(await self.counts.counted(before, by), by, before)
        return ReuseReport(period, before, by, now, whole, rows, whole_before, {row.key: row for row in rows_before})


def period_of(first: date, last: date) -> Period:
    """The period of two days; raises InvalidInput at `from` or `to`."""
    try:
        period = Period(first, last)
        Period(*period.before)
    except ValueError as fault:
        raise InvalidInput(Fault("/query/from" if str(fault) == "period_too_early" else "/query/to", str(fault))) from None
    return period


@dataclass(frozen=True, slots=True)
class TellReceived:
    """Offices tell how many dossiers they received, so that shares have a whole; a later telling of a day replaces it."""

    recorder: ReceivedRecorder
    clock: Clock
    ids: Ids

    async def __call__(self, caller: Caller, rows: tuple[ReceivedDossiers, ...]) -> tuple[ReceivedReport, Position]:
        """Raises InvalidInput (another's agency, a day that has not come, the same row twice), StoreError."""
        now = self.clock.now()
        faults = [*_faults(caller, rows, vietnamese_day(now))][:20]
        if faults:
            raise InvalidInput(*faults)
        report = ReceivedReport(self.ids.new("rcv"), now, caller.client_id, caller.agency, rows)
        return report, await self.recorder.record_received(report)


def _faults(caller: Caller, rows: tuple[ReceivedDossiers, ...], today: date) -> list[Fault]:
    found: list[Fault] = []
    seen: set[tuple[str, str, date]] = set()
    for place, row in enumerate(rows):
        key = (row.agency, row.procedure, row.received_on)
        if not within(row.agency, caller.agency):
            found.append(Fault(f"/rows/{place}/agency", "not_below_caller"))
        if row.received_on > today:
            found.append(Fault(f"/rows/{place}/received_on", "future_day"))
        if key in seen:
            found.append(Fault(f"/rows/{place}", "told_twice"))
        seen.add(key)
    return found
