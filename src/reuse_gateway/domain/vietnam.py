"""The hour of Viet Nam (giờ Việt Nam): UTC+7 the whole year (Decision 134/2002/QĐ-TTg), and the days that it makes. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

TIME_ZONE = "Asia/Ho_Chi_Minh"
VIETNAM = timezone(timedelta(hours=7), TIME_ZONE)


def vietnamese_day(at: datetime) -> date:
    """The day that an aware instant is in Viet Nam."""
    return at.astimezone(VIETNAM).date()


def midnight(day: date) -> datetime:
    """When a day begins in Viet Nam, aware and in its own offset."""
    return datetime.combine(day, time(), VIETNAM)
