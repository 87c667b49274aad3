"""Days as registers spell them; time zone Asia/Ho_Chi_Minh is meant everywhere, so a day is just a day."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from reuse_gateway.domain.subject import NotAnIdentifier, PartialDate

DayFormat = Literal["yyyy-MM-dd", "dd/MM/yyyy", "yyyyMMdd"]

_SHAPES: dict[str, re.Pattern[str]] = {
    "yyyy-MM-dd": re.compile(r"(?P<y>[0-9]{4})(?:-(?P<m>[0-9]{2})(?:-(?P<d>[0-9]{2}))?)?(?:T[0-9:.+Z-]{0,24})?"),
    "dd/MM/yyyy": re.compile(r"(?:(?:(?P<d>[0-9]{2})/)?(?P<m>[0-9]{2})/)?(?P<y>[0-9]{4})"),
    "yyyyMMdd": re.compile(r"(?P<y>[0-9]{4})(?:(?P<m>[0-9]{2})(?:(?P<d>[0-9]{2})(?:[0-9]{6})?)?)?"),
}


def read_partial(text: str, shape: DayFormat) -> PartialDate:
    """A day, a month or a year (all legal for birth dates); raises ValueError."""
    match = _SHAPES[shape].fullmatch(text)
    if not match:
        raise ValueError("date_shape")
    parts = [match["y"], match["m"], match["d"]]
    try:
        return PartialDate.parse("-".join(part for part in parts if part))
    except NotAnIdentifier:
        raise ValueError("impossible_date") from None


def read_day(text: str, shape: DayFormat) -> date:
    """A whole day; raises ValueError."""
    told = read_partial(text, shape)
    if told.month is None or told.day is None:
        raise ValueError("date_shape")
    return date(told.year, told.month, told.day)


def spell(day: PartialDate, shape: str) -> str | None:
    """A birth date as a request wants it; None where the known part does not suffice."""
    if shape == "yyyy":
        return f"{day.year:04d}"
    if day.month is None or day.day is None:
        return day.isoformat() if shape == "iso" else None
    year, month, of_month = f"{day.year:04d}", f"{day.month:02d}", f"{day.day:02d}"
    return {"yyyymmdd": year + month + of_month, "ddmmyyyy": f"{of_month}/{month}/{year}", "iso": day.isoformat()}[shape]
