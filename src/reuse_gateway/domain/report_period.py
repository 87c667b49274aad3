"""The days a report is about (kỳ báo cáo): whole days in Vietnam, both ends counted, and the period it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from reuse_gateway.domain.vietnam import midnight

MOST_DAYS, FIRST_YEAR, _MONTHS = 366, 2000, 12


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both counted; ValueError(`reversed_days`, `period_too_long`, `period_too_early`)."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first.year < FIRST_YEAR:
            raise ValueError("period_too_early")
        if self.last < self.first:
            raise ValueError("reversed_days")
        if self.days > MOST_DAYS:
            raise ValueError("period_too_long")

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def begins_at(self) -> datetime:
        """The first instant that belongs to it, aware UTC."""
        return midnight(self.first).astimezone(UTC)

    @property
    def ends_at(self) -> datetime:
        """The first instant that does not belong to it any more, aware UTC."""
        return midnight(self.last + timedelta(days=1)).astimezone(UTC)

    @property
    def before(self) -> tuple[date, date]:
        """First and last day of the period it is compared with: as many whole months, or else as many days, right before it."""
        last = self.first - timedelta(days=1)
        months = self._whole_months
        if months is None:
            return self.first - timedelta(days=self.days), last
        since = self.first.year * _MONTHS + self.first.month - 1 - months
        return date(since // _MONTHS, since % _MONTHS + 1, 1), last

    @property
    def _whole_months(self) -> int | None:
        if self.first.day != 1 or (self.last + timedelta(days=1)).day != 1:
            return None
        return (self.last.year - self.first.year) * _MONTHS + self.last.month - self.first.month + 1
