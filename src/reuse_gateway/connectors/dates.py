"""Days as registers spell them; time zone Asia/Ho_Chi_Minh is meant everywhere, so a day is just a day."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from reuse_gateway.domain.subject import NotAnIdentifier, PartialDate

DayFormat = Literal["yyyy-MM-dd", "dd/MM/yyyy", "yyyyMMdd", "epoch_ms", "epoch_s", "any"]

_SHAPES: dict[str, re.Pattern[str]] = {
    "yyyy-MM-dd": re.compile(r"(?P<y>[0-9]{4})(?:-(?P<m>[0-9]{2})(?:-(?P<d>[0-9]{2}))?)?(?:[T ][0-9:.+Z-]{0,24})?"),
    "dd/MM/yyyy": re.compile(r"(?:(?:(?P<d>[0-9]{1,2})[/-])?(?P<m>[0-9]{1,2})[/-])?(?P<y>[0-9]{4})(?: [0-9:]{4,8})?"),
    "yyyyMMdd": re.compile(r"(?P<y>[0-9]{4})(?:(?P<m>[0-9]{2})(?:(?P<d>[0-9]{2})(?:[0-9]{4}|[0-9]{6})?)?)?"),
}
_EPOCH = re.compile(r"-?[0-9]{1,14}")
# Viet Nam has had no other offset since 1975 and no summer time, so no time zone database is needed.
_OFFSET = timedelta(hours=7)


def read_partial(text: str, shape: DayFormat) -> PartialDate:
    """A day, a month or a year (all legal for birth dates; `00` for a part means that nobody knows it); raises ValueError."""
    if shape in ("epoch_ms", "epoch_s"):
        told = _epoch_day(text, 1_000 if shape == "epoch_ms" else 1)
        return PartialDate(told.year, told.month, told.day)
    shapes = _SHAPES.values() if shape == "any" else (_SHAPES[shape],)
    match = next(filter(None, (each.fullmatch(text) for each in shapes)), None)
    if not match:
        raise ValueError("date_shape")
    month, day = (part if part and part.strip("0") else None for part in (match["m"], match["d"]))
    if day and not month:
        raise ValueError("impossible_date")
    try:
        return PartialDate.parse("-".join([match["y"], *(part.zfill(2) for part in (month, day) if part)]))
    except NotAnIdentifier:
        raise ValueError("impossible_date") from None


def read_day(text: str, shape: DayFormat, *, first_day: bool = False) -> date:
    """A whole day; with `first_day` a year or month stands for its first day; raises ValueError."""
    told = read_partial(text, shape)
    if not first_day and (told.month is None or told.day is None):
        raise ValueError("date_shape")
    return date(told.year, told.month or 1, told.day or 1)


def _epoch_day(text: str, per_second: int) -> date:
    if not _EPOCH.fullmatch(text):
        raise ValueError("date_shape")
    try:
        return (datetime.fromtimestamp(0, UTC) + timedelta(seconds=int(text) / per_second) + _OFFSET).date()
    except OverflowError:
        raise ValueError("impossible_date") from None


def spell(day: PartialDate, shape: str) -> str | None:
    """A birth date as a request wants it; None where the known part does not suffice (or, for `onlyyear`, more is known)."""
    whole = day.month is not None and day.day is not None
    if shape == "yyyy" or (shape == "onlyyear" and not whole):
        return f"{day.year:04d}"
    if shape == "precision":
        return "0" if whole else "2" if day.month is not None else "1"
    if shape == "onlyyear" or not whole:
        return day.isoformat() if shape == "iso" else None
    year, month, of_month = f"{day.year:04d}", f"{day.month:02d}", f"{day.day:02d}"
    return {"yyyymmdd": year + month + of_month, "ddmmyyyy": f"{of_month}/{month}/{year}", "iso": day.isoformat()}[shape]
