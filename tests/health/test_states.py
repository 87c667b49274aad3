"""Five states, judged without flapping: entering one asks for more than staying in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reuse_gateway.domain.source_health import Signs, SourceState, next_state, worth_telling

from .builders import DEGRADED, DOWN, OFF, OK, UNKNOWN

STATES = st.sampled_from(list(SourceState))
SIGNS = st.builds(
    Signs,
    answered=st.integers(0, 60),
    failed=st.integers(0, 60),
    in_a_row=st.integers(-60, 60),
    slowness=st.floats(0, 2),
    circuit_open=st.booleans(),
)


@pytest.mark.parametrize("before", list(SourceState))
def test_what_nobody_has_seen_is_unknown_and_never_ok(before: SourceState) -> None:
    assert next_state(before, Signs()) is UNKNOWN


@pytest.mark.parametrize(
    ("before", "signs", "state"),
    [
        (OK, Signs(answered=40, failed=1, in_a_row=-1), OK),
        (OK, Signs(answered=40, failed=3, in_a_row=1), DEGRADED),
        (DEGRADED, Signs(answered=40, failed=1, in_a_row=9), DEGRADED),
        (DEGRADED, Signs(answered=60, failed=1, in_a_row=9), OK),
        (OK, Signs(answered=1, failed=2, in_a_row=-2), DEGRADED),
        (OK, Signs(answered=3, failed=3, in_a_row=-3), DOWN),
        (OK, Signs(answered=50, failed=3, in_a_row=-3), DEGRADED),
        (UNKNOWN, Signs(failed=3, in_a_row=-3), DOWN),
        (DOWN, Signs(answered=1, failed=3, in_a_row=1), DOWN),
        (DOWN, Signs(answered=2, failed=3, in_a_row=2), DEGRADED),
        (DOWN, Signs(answered=90, failed=1, in_a_row=90), OK),
        (OK, Signs(answered=9, in_a_row=9, slowness=0.79), OK),
        (OK, Signs(answered=9, in_a_row=9, slowness=0.8), DEGRADED),
        (DEGRADED, Signs(answered=9, in_a_row=9, slowness=0.7), DEGRADED),
        (DEGRADED, Signs(answered=9, in_a_row=9, slowness=0.59), OK),
        (OK, Signs(answered=9, in_a_row=9, circuit_open=True), DOWN),
    ],
)
def test_entering_a_state_asks_for_more_than_staying_in_it(before: SourceState, signs: Signs, state: SourceState) -> None:
    assert next_state(before, signs) is state


@given(STATES, SIGNS)
def test_the_same_signs_twice_settle_at_once(before: SourceState, signs: Signs) -> None:
    once = next_state(before, signs)
    assert next_state(once, signs) is once


@given(STATES, SIGNS)
def test_off_is_off_whatever_else_was_seen(before: SourceState, signs: Signs) -> None:
    off = Signs(signs.answered, signs.failed, signs.in_a_row, signs.slowness, signs.circuit_open, off=True)
    assert next_state(before, off) is OFF


@pytest.mark.parametrize(
    ("lived", "told"),
    [
        ([OK], []),
        ([OK, DEGRADED, OK], ["source.degraded", "source.recovered"]),
        ([OK, DOWN, DEGRADED, OK], ["source.down", "source.recovered", "source.recovered"]),
        ([OK, DEGRADED, DOWN], ["source.degraded", "source.down"]),
        ([DOWN, UNKNOWN, DOWN], ["source.down"]),
        ([DOWN, UNKNOWN, OK], ["source.down", "source.recovered"]),
        ([OFF, OK], ["source.recovered"]),
        ([DEGRADED, UNKNOWN, DEGRADED], ["source.degraded"]),
    ],
)
def test_silence_in_between_is_no_recovery_and_no_second_fall(lived: list[SourceState], told: list[str]) -> None:
    fallen, events = None, []
    for state in lived:
        kind, fallen = worth_telling(fallen, state)
        events += [kind] if kind else []
    assert events == told
