"""Working days (ngày làm việc) of Vietnamese public bodies: days of UTC+7, less weekends and public holidays. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from reuse_gateway.domain.vietnam import vietnamese_day

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayOff:
    """A public holiday, or a weekend day on which is worked instead (`worked`). `verified` False = not seen in a source."""

    name: str
    worked: bool = False
    verified: bool = False


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Holidays by day. `known_to` is the last day whose holidays stand in the data; later ones are weekdays only."""

    days: Mapping[date, DayOff] = field(default_factory=dict)
    known_to: date = date.max

    def works(self, day: date) -> bool:
        """Is it a working day?"""
        exception = self.days.get(day)
        return exception.worked if exception else day.weekday() < 5

    def due_on(self, from_at: datetime, working_days: int) -> date:
        """The last day of a period that begins at an instant: its own day is not counted (Civil Code 2015, article 147)."""
        day, left = vietnamese_day(from_at), working_days
        while left:
            day += _DAY
            left -= self.works(day)
        return day

    def before(self, day: date, working_days: int) -> date:
        """The working day so many before `day`."""
        left = working_days
        while left:
            day -= _DAY
            left -= self.works(day)
        return day

    def is_known(self, day: date) -> bool:
        """Do the data speak of that day?"""
        return day <= self.known_to
