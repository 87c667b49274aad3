"""Days as auditors write them: a day, a month, a year, a range, open ends; always Vietnamese days, kept as instants."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from reuse_gateway.domain.vietnam import midnight
from reuse_gateway.domain.violation_query import Window

_PERIOD = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
_YEARS = range(1900, 3000)
_COMPARED = re.compile(r"(>=|<=|>|<)(.*)")


def window_of(text: str) -> Window:
    """From `2026-11-01..2026-11-23` (both days included), `2026-11`, `>=2026-11-01`, `..2026-11-23`; raises ValueError."""
    if compared := _COMPARED.fullmatch(text):
        sign, first, last = compared[1], *_period(compared[2])
        return {">=": Window(first), ">": Window(last), "<": Window(None, first), "<=": Window(None, last)}[sign]
    begins, apart, ends = text.partition("..")
    if not apart:
        return Window(*_period(begins))
    first = _begin(begins) if begins not in ("", "*") else None
    last = _end(ends) if ends not in ("", "*") else None
    if (first, last) == (None, None) or (first and last and first >= last):
        raise ValueError("window")
    return Window(first, last)


def bounds(made_from: str | None, made_to: str | None) -> Window:
    """The same from two parameters: days are included whole, instants (RFC 3339) are half-open. Raises ValueError."""
    window = Window(_begin(made_from) if made_from else None, _end(made_to) if made_to else None)
    if window.first and window.last and window.first >= window.last:
        raise ValueError("window")
    return window


def _begin(text: str) -> datetime:
    return _instant(text) if "T" in text else _period(text)[0]


def _end(text: str) -> datetime:
    return _instant(text) if "T" in text else _period(text)[1]


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("instant_without_offset")
    if at.year not in _YEARS:
        raise ValueError("year")
    return at


def _period(text: str) -> tuple[datetime, datetime]:
    """Its first instant and the first one after it; raises ValueError."""
    match = _PERIOD.fullmatch(text)
    if not match:
        raise ValueError("day")
    year, month, day = (int(part) if part else None for part in match.groups())
    if year not in _YEARS:
        raise ValueError("year")
    first = date(year, month or 1, day or 1)
    return midnight(first), midnight(_after(first, month, day))


def _after(first: date, month: int | None, day: int | None) -> date:
    if day:
        return first + timedelta(days=1)
    if month and month < 12:
        return first.replace(month=month + 1)
    return date(first.year + 1, 1, 1)
