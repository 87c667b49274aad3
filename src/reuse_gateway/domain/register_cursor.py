"""How far a register (sổ) has been read: windows of days, page by page, each stream by itself. Pure arithmetic of days.

A register answers for a few days at a time (one refuses more than five), and what it enters late it enters under past days.
So each round reads the last days again, and what was read while the clock stood wrong proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What the manifest says: first day kept, most days in one question, days read again in each round."""

    since: date
    window_days: int
    overlap_days: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """Days from `first` to `last`, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Reach:
    """Of one stream: `upto` = every day until then has been read; `window` = under way, `page` pages of it are kept
    with `seen` records on them.
    """

    upto: date | None = None
    window: Window | None = None
    page: int = 0
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Cursor:
    """All streams of a register. `began_at` and `goal` belong to the round under way; `facts` is the manifest's digest.

    `synced_at` is the beginning of the last round that was read to its end: what changed after it may be missing.
    """

    facts: str = ""
    streams: Mapping[str, Reach] = field(default_factory=dict)
    began_at: datetime | None = None
    goal: date | None = None
    synced_at: datetime | None = None


def begun(cursor: Cursor, facts: str, streams: Iterable[str], rhythm: Rhythm, today: date, now: datetime) -> Cursor:
    """The round that was broken off, where it can go on; else a new one whose first windows are set.

    Other facts may read other days or records, so everything is read again; so it is where the last round reached into days
    that have not come yet: it was read under a clock that stood wrong.
    """
    same = cursor.facts == facts and set(cursor.streams) == set(streams)
    if same and cursor.goal is not None and cursor.goal <= today:
        return cursor
    known = cursor.streams if same else {}
    reaches = {name: _starting(known.get(name, Reach()), rhythm, today) for name in streams}
    return Cursor(facts, reaches, now, today, cursor.synced_at if same else None)


def _starting(reach: Reach, rhythm: Rhythm, today: date) -> Reach:
    if reach.upto is None or reach.upto > today:
        return Reach(None, window_from(rhythm.since, rhythm, today))
    again = reach.upto - timedelta(days=rhythm.overlap_days - 1)
    return Reach(reach.upto, window_from(max(rhythm.since, again), rhythm, today))


def window_from(first: date, rhythm: Rhythm, goal: date) -> Window | None:
    """The window that begins on a day; None = beyond the goal."""
    last = min(first + timedelta(days=rhythm.window_days - 1), goal)
    return Window(first, last) if first <= last else None


def turned(cursor: Cursor, stream: str, records: int) -> Cursor:
    """One more page of the window under way is kept."""
    reach = cursor.streams[stream]
    return _put(cursor, stream, replace(reach, page=reach.page + 1, seen=reach.seen + records))


def restarted(cursor: Cursor, stream: str) -> Cursor:
    """The window under way is read again from its first page."""
    return _put(cursor, stream, replace(cursor.streams[stream], page=0, seen=0))


def closed(cursor: Cursor, stream: str, rhythm: Rhythm) -> Cursor:
    """The window under way has been read to its end; the next one begins on the day behind it."""
    reach = cursor.streams[stream]
    if reach.window is None or cursor.goal is None:
        return cursor
    following = window_from(reach.window.last + timedelta(days=1), rhythm, cursor.goal)
    upto = max(reach.upto or reach.window.last, reach.window.last)
    return _put(cursor, stream, Reach(upto, following))


def finished(cursor: Cursor, as_of: datetime | None = None) -> Cursor:
    """Every stream has reached the goal: the round is over, and it counts from its beginning, or from what is older."""
    reaches = {name: Reach(cursor.goal) for name in cursor.streams}
    began_at = cursor.began_at
    return Cursor(cursor.facts, reaches, None, None, min(began_at, as_of) if began_at and as_of else began_at)


def _put(cursor: Cursor, stream: str, reach: Reach) -> Cursor:
    return replace(cursor, streams={**cursor.streams, stream: reach})
