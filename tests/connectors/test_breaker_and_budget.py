"""A failing source is left alone and asked again carefully; repeats never become a storm."""

from __future__ import annotations

from reuse_gateway.connectors.breaker import Breaker, Circuit
from reuse_gateway.connectors.retry_budget import RetryBudget


class Hands:
    """A monotonic clock moved by hand."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def _breaker(now: Hands, chance: float = 0.0) -> Breaker:
    return Breaker(window=20, least=10, ratio=0.5, open_s=10, now=now, chance=lambda: chance)


def _call(breaker: Breaker, succeeded: bool | None) -> bool:
    permit = breaker.admit()
    if permit is None:
        return False
    breaker.settle(permit, succeeded)
    return True


def _opened(now: Hands, chance: float = 0.0) -> Breaker:
    breaker = _breaker(now, chance)
    for _ in range(10):
        _call(breaker, False)
    return breaker


def test_fewer_than_ten_calls_never_open_the_circuit() -> None:
    breaker = _breaker(Hands())
    assert all(_call(breaker, False) for _ in range(9))
    assert breaker.state is Circuit.CLOSED


def test_half_of_the_calls_failing_opens_it_and_fewer_do_not() -> None:
    breaker = _breaker(Hands())
    for turn in range(20):
        _call(breaker, turn % 5 != 0)
    assert breaker.state is Circuit.CLOSED
    for _ in range(8):
        _call(breaker, False)
    assert breaker.state is Circuit.OPEN
    assert not _call(breaker, True)


def test_a_half_open_circuit_admits_one_probe_only() -> None:
    now = Hands()
    breaker = _opened(now)
    now.at += 10
    probe = breaker.admit()
    assert probe is not None
    assert breaker.admit() is None
    breaker.settle(probe, True)
    assert breaker.state is Circuit.CLOSED


def test_a_failed_probe_opens_it_again() -> None:
    now = Hands()
    breaker = _opened(now)
    now.at += 10
    assert _call(breaker, False)
    assert breaker.state is Circuit.OPEN


def test_a_probe_that_was_given_up_leaves_the_place_to_another() -> None:
    now = Hands()
    breaker = _opened(now)
    now.at += 10
    assert _call(breaker, None)
    assert breaker.state is Circuit.HALF_OPEN
    assert _call(breaker, True)
    assert breaker.state is Circuit.CLOSED


def test_reopening_is_jittered() -> None:
    now = Hands()
    breaker = _opened(now, chance=1.0)
    now.at += 11.9
    assert breaker.state is Circuit.OPEN
    now.at += 0.2
    assert breaker.state is Circuit.HALF_OPEN


def test_a_call_from_before_the_outage_says_nothing_about_the_source_now() -> None:
    now = Hands()
    breaker = _breaker(now)
    old = breaker.admit()
    for _ in range(10):
        _call(breaker, False)
    now.at += 10
    assert breaker.state is Circuit.HALF_OPEN
    breaker.settle(old, True)
    assert breaker.state is Circuit.HALF_OPEN


def test_retries_stay_within_a_fifth_of_the_calls_once_the_floor_is_spent() -> None:
    budget = RetryBudget(0.2, 0.0, Hands())
    spent = 0
    for _ in range(1_000):
        budget.earn()
        spent += budget.spend()
    assert 150 <= spent <= 200


def test_the_floor_lets_a_quiet_source_be_asked_twice_and_cannot_be_saved_up() -> None:
    now = Hands()
    budget = RetryBudget(0.0, 3.0, now)
    assert [budget.spend() for _ in range(4)] == [True, True, True, False]
    now.at += 3_600
    assert [budget.spend() for _ in range(4)] == [True, True, True, False]
