"""What the cases of the contract insist on; everything else is theirs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

from reuse_gateway.domain.holding import Doubt, Holding, Outcome
from reuse_gateway.workbench.meanings import meaning
from reuse_gateway.workbench.stage import Failed

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


def said(told: Iterable[Holding]) -> str:
    """Papers and meanings, in one line; never a value of a record."""
    return ", ".join(f"{each.evidence_type}: {meaning(each, date.today())}" for each in told)


def must_be_unknown(told: tuple[Holding, ...], *doubts: Doubt) -> None:
    """Every paper is unknown, for one of these reasons where any are given; raises Failed."""
    if any(each.outcome is not Outcome.UNKNOWN for each in told):
        raise Failed(f"{said(told)}; everything must be unknown")
    if doubts and any(each.doubt not in doubts for each in told):
        raise Failed(f"{said(told)}; expected {' or '.join(doubts)}")


def must_not_be_held(told: tuple[Holding, ...]) -> None:
    """Raises Failed."""
    if any(each.outcome is Outcome.HELD for each in told):
        raise Failed(f"{said(told)}; nothing may be held")


def must_hold_something(told: tuple[Holding, ...]) -> None:
    """At least one paper is held; raises Failed."""
    if not any(each.outcome is Outcome.HELD for each in told):
        raise Failed(f"{said(told)}; something must be held")


def must_equal(told: tuple[Holding, ...], true: tuple[Holding, ...]) -> None:
    """The same holdings but for their instants; raises Failed."""
    if [_timeless(each) for each in told] != [_timeless(each) for each in true]:
        raise Failed(f"{said(told)}; the true answer says {said(true)}")


def _timeless(holding: Holding) -> Holding:
    return replace(holding, answered_at=_ANY_TIME, cached=False)
