"""An event is dotted words, an aware instant and plain values; a place reads back as it was told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from reuse_gateway.domain.event import BEFORE_ALL, Event, Place
from reuse_gateway.storage.events import event_body, event_of

AT = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize("kind", ["", "violation", "Violation.detected", "a.b c", "a..b", ".a", "a.", "a.b\n", "a.1"])
def test_a_kind_that_is_not_dotted_words_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match="event_kind_shape"):
        Event(kind, AT)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        Event("source.down", datetime(2026, 11, 23))


@pytest.mark.parametrize("value", [1.5, {"a": 1}, [1], ("a", 1), b"x", AT])
def test_a_body_of_other_values_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="event_body_shape"):
        Event("source.down", AT, {"x": value})


@pytest.mark.parametrize(
    "text", ["", "1", "1.", ".1", "-1.0", "01.0", "1.0.0", "1.0 ", "x.0", "１.0", "1.0\n", f"{10**30}.0", "0.-1"]
)
def test_what_was_never_a_place_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="event_place_shape"):
        Place.parse(text)


@pytest.mark.parametrize("place", [Place(0, 0), Place(7, 12), Place(10**17, 63)])
def test_a_place_reads_back_as_it_was_told(place: Place) -> None:
    assert Place.parse(str(place)) == place


def test_places_stand_in_the_order_of_leaves_then_of_numbers() -> None:
    assert BEFORE_ALL < Place(0, 0) < Place(0, 1) < Place(1, 0) < Place(10, 0)


def test_an_event_comes_back_as_it_was_written() -> None:
    event = Event("demand.recorded", AT, {"n": 3, "ok": True, "none": None, "kinds": ("a", "b"), "vi": "đơn"})
    assert event_of(event_body(event)) == event


def test_the_digest_of_a_guessed_event_confirms_nothing() -> None:
    event = Event("source.down", AT, {"source": "population"})
    assert event_body(event) != event_body(event)
