"""Arithmetic of windows: every day is read, none twice but those that shall be, never too many at once, wherever it breaks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reuse_gateway.domain.register_cursor import Cursor, Reach, Rhythm, Window, begun, closed, finished, restarted, turned

DAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 3, tzinfo=UTC)
rhythms = st.builds(
    Rhythm,
    since=st.dates(DAY - timedelta(days=400), DAY + timedelta(days=3)),
    window_days=st.integers(1, 31),
    overlap_days=st.integers(1, 31),
)


def round_of(cursor: Cursor, rhythm: Rhythm, today: date, facts: str = "f") -> tuple[list[Window], Cursor]:
    cursor = begun(cursor, facts, ("a",), rhythm, today, AT)
    windows = []
    while window := cursor.streams["a"].window:
        windows.append(window)
        cursor = closed(cursor, "a", rhythm)
    return windows, finished(cursor)


def days_of(windows: list[Window]) -> list[date]:
    return [w.first + timedelta(days=n) for w in windows for n in range((w.last - w.first).days + 1)]


@given(rhythms)
def test_a_first_round_reads_every_day_once_in_windows_that_are_not_too_wide(rhythm: Rhythm):
    windows, after = round_of(Cursor(), rhythm, DAY)
    assert days_of(windows) == [rhythm.since + timedelta(days=n) for n in range((DAY - rhythm.since).days + 1)]
    assert all((w.last - w.first).days < rhythm.window_days for w in windows)
    assert (after.synced_at, after.goal, after.streams["a"].upto) == (AT, None, DAY)


@given(rhythms, st.lists(st.integers(0, 20), min_size=1, max_size=6))
def test_rounds_together_leave_out_no_day_and_each_reads_the_last_days_again(rhythm: Rhythm, gaps: list[int]):
    read: set[date] = set()
    cursor, today = Cursor(), DAY - timedelta(days=sum(gaps))
    for gap in gaps:
        before, today = today, today + timedelta(days=gap)
        first = cursor.streams.get("a", Reach()).upto is None
        windows, cursor = round_of(cursor, rhythm, today)
        days = days_of(windows)
        again = {before - timedelta(days=n) for n in range(rhythm.overlap_days)}
        if not first:
            assert {day for day in again if day >= rhythm.since} <= set(days)
        read |= set(days)
    assert read == {rhythm.since + timedelta(days=n) for n in range((DAY - rhythm.since).days + 1)}


@given(rhythms, st.integers(0, 40), st.integers(0, 10))
def test_a_round_that_broke_off_goes_on_where_it_was_also_days_later(rhythm: Rhythm, done: int, later: int):
    whole, _ = round_of(Cursor(), rhythm, DAY)
    cursor = begun(Cursor(), "f", ("a",), rhythm, DAY, AT)
    for _ in range(min(done, len(whole))):
        cursor = closed(cursor, "a", rhythm)
    windows, after = round_of(cursor, rhythm, DAY + timedelta(days=later))
    assert windows == whole[done:]
    assert after.synced_at == AT


@given(rhythms, st.integers(1, 400))
def test_what_was_read_under_a_clock_that_was_ahead_proves_nothing(rhythm: Rhythm, ahead: int):
    _, wrong = round_of(Cursor(), rhythm, DAY + timedelta(days=ahead))
    windows, after = round_of(wrong, rhythm, DAY)
    assert windows == round_of(Cursor(), rhythm, DAY)[0]
    assert after.streams["a"].upto == DAY


@given(rhythms)
def test_other_facts_read_everything_again(rhythm: Rhythm):
    _, done = round_of(Cursor(), rhythm, DAY)
    windows, _ = round_of(done, rhythm, DAY, facts="g")
    assert windows == round_of(Cursor(), rhythm, DAY)[0]
    assert begun(done, "g", ("a",), rhythm, DAY, AT).synced_at is None


@given(rhythms)
def test_a_new_stream_reads_everything_from_the_beginning(rhythm: Rhythm):
    _, done = round_of(Cursor(), rhythm, DAY)
    cursor = begun(done, "f", ("a", "b"), rhythm, DAY, AT)
    first = round_of(Cursor(), rhythm, DAY)[0]
    assert cursor.streams["b"].window == (first[0] if first else None)


def test_pages_are_counted_and_forgotten_where_the_window_is_read_again():
    rhythm = Rhythm(DAY, 5, 1)
    cursor = turned(turned(begun(Cursor(), "f", ("a",), rhythm, DAY, AT), "a", 2), "a", 1)
    assert (cursor.streams["a"].page, cursor.streams["a"].seen) == (2, 3)
    assert restarted(cursor, "a").streams["a"] == Reach(None, Window(DAY, DAY))
    assert closed(cursor, "a", rhythm).streams["a"] == Reach(DAY)
