"""Demands that waited are asked again: told once, erased at once, across restarts and several processes; over memory."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from reuse_gateway.application.recheck import WatchRecoveries
from reuse_gateway.domain.errors import StoreError, UnknownProcedure
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.holding import Doubt, State
from reuse_gateway.domain.reclassification import Outcome, outcome_of
from reuse_gateway.domain.verdict import RULING, Decision, Reason
from tests.api.conftest import House
from tests.api.fakes import NOW
from tests.demands.test_api import HELD, asked, get, post

from .builders import said

MINUTE = timedelta(minutes=1)


async def demanded(house: House, *items: dict[str, Any], **more: Any) -> str:
    """A demand made while the sources are down."""
    house.sources.doubt = Doubt.SOURCE_TIMED_OUT
    return str((await post(house, asked(*items, **more))).json()["demand_id"])


def comes_back(house: House, state: State | None) -> None:
    house.sources.doubt = None
    house.sources.told = {} if state is None else {HELD: state}


async def later(house: House, minutes: float) -> int:
    house.clock.at += timedelta(minutes=minutes)
    return await house.recheck()


def outcomes(house: House) -> list[str]:
    return [str(each.reclassification.outcome) for each in house.store.reclassified]


@pytest.mark.parametrize("reason", Reason)
def test_a_verdict_ends_the_waiting_exactly_when_it_decides(reason: Reason) -> None:
    expected = {Decision.MUST_NOT_ASK: Outcome.AVOIDABLE, Decision.MAY_ASK: Outcome.JUSTIFIED}
    assert outcome_of(said(reason)) is expected.get(RULING[reason].decision)


@pytest.mark.parametrize(
    ("state", "outcome"),
    [(State.VALID, "avoidable"), (None, "justified"), (State.EXPIRED, "justified"), (State.MISMATCH, "justified")],
)
async def test_a_source_that_is_back_tells_what_the_demand_was(house: House, state: State | None, outcome: str) -> None:
    demand_id = await demanded(house)
    comes_back(house, state)
    assert await later(house, 0.5) == 0, "not before its turn"
    assert await later(house, 1) == 1
    assert outcomes(house) == [outcome]
    assert house.store.pending == {}, "nothing of the person is kept any longer"
    event = house.store.kept_events[-1].event
    assert (event.kind, event.body["outcome"], event.body["demand_id"]) == ("demand.reclassified", outcome, demand_id)
    told = (await get(house, demand_id)).json()
    assert told["items"][0]["finding"] == "provisional", "what was found then stands"
    assert told["items"][0]["reclassified"]["outcome"] == outcome
    assert [each["what"] for each in told["history"]] == ["recorded", "reclassified"]
    assert told["waiting"] == 0


async def test_an_avoidable_demand_made_while_a_source_was_down_is_no_violation(house: House) -> None:
    await demanded(house)
    comes_back(house, State.VALID)
    await later(house, 2)
    assert outcomes(house) == ["avoidable"]
    assert house.store.kept_violations == []


async def test_a_source_that_is_still_down_is_asked_after_longer_and_longer_pauses(house: House) -> None:
    await demanded(house)
    turns = []
    for minute in range(1, 40):
        if await later(house, 1):
            turns.append(minute)
    assert turns == [1, 3, 7, 15, 31]
    assert (outcomes(house), len(house.store.pending)) == ([], 1)


async def test_each_asking_again_is_a_check_that_is_recorded(house: House) -> None:
    await demanded(house)
    before = len(house.store.checks)
    await later(house, 1)
    (again,) = list(house.store.checks.values())[before:]
    assert (again.check.client_id, again.check.agency) == ("recheck", "H41.12")
    assert again.check.subject == house.store.demands[0].subject


async def test_at_the_end_of_the_time_what_is_open_is_told_as_such_and_erased(house: House) -> None:
    await demanded(house)
    assert await later(house, 6 * 24 * 60) == 1
    assert outcomes(house) == ["still_open"]
    assert house.store.pending == {}


@pytest.mark.parametrize("doubt", [Doubt.SOURCE_DENIED, Doubt.NO_AUTHORITY])
async def test_a_refusal_does_not_end_the_waiting(house: House, doubt: Doubt) -> None:
    await demanded(house)
    house.sources.doubt = doubt
    await later(house, 1)
    assert (outcomes(house), len(house.store.pending)) == ([], 1)


async def test_papers_end_their_waiting_each_by_itself(house: House) -> None:
    two = ({"ref": "a", "evidence_type": "id_card"}, {"ref": "b", "evidence_type": "residence_confirmation"})
    demand_id = await demanded(house, *two)
    comes_back(house, State.VALID)
    known = house.sources.lookup

    async def one_of_them(question: Any, purpose: Any, deadline: float) -> Any:
        found = await known(question, purpose, deadline)
        return tuple(each for each in found if each.evidence_type == "id_card")

    house.sources.lookup = one_of_them
    await later(house, 1)
    assert [each.reclassification.ref for each in house.store.reclassified] == ["a"]
    assert list(house.store.pending) == [demand_id]
    house.sources.lookup = known
    await later(house, 2)
    assert [each.reclassification.ref for each in house.store.reclassified] == ["a", "b"]
    assert house.store.pending == {}


async def test_a_crash_between_telling_and_erasing_is_made_good_without_telling_twice(house: House) -> None:
    demand_id = await demanded(house)
    kept = house.store.pending[demand_id]
    comes_back(house, State.VALID)
    await later(house, 1)
    house.store.pending[demand_id] = kept
    checks = len(house.store.checks)
    await later(house, 5)
    assert (outcomes(house), house.store.pending, len(house.store.checks)) == (["avoidable"], {}, checks)


async def test_a_store_that_is_away_loses_nothing(house: House) -> None:
    await demanded(house)
    comes_back(house, State.VALID)
    house.store.broken = StoreError("gone")
    with pytest.raises(StoreError):
        await later(house, 1)
    house.store.broken = None
    assert len(house.store.pending) == 1
    assert await later(house, 5) == 1
    assert outcomes(house) == ["avoidable"]


async def test_of_two_processes_one_takes_the_turn(house: House) -> None:
    await demanded(house)
    house.clock.at += MINUTE
    (due,) = await house.recheck.pending.due(house.clock.now(), 20)
    assert await house.recheck.pending.take(due, house.clock.now() + MINUTE)
    assert not await house.recheck.pending.take(due, house.clock.now() + MINUTE)
    assert await house.recheck() == 0


async def test_a_case_whose_key_was_destroyed_ends_as_still_open(house: House) -> None:
    demand_id = await demanded(house)
    from dataclasses import replace

    house.store.pending[demand_id] = replace(house.store.pending[demand_id], sealed=b"gone00." + b"x" * 40)
    await later(house, 1)
    assert outcomes(house) == ["still_open"]
    assert house.store.reclassified[0].reclassification.check_id is None


async def test_a_case_that_cannot_be_checked_any_more_waits_and_hinders_no_other(house: House, monkeypatch: Any) -> None:
    await demanded(house)

    class Forgotten:
        async def find(self, code: str, day: Any) -> None:
            raise UnknownProcedure()

    from dataclasses import replace

    broken = replace(house.recheck, check=replace(house.recheck.check, procedures=Forgotten()))
    house.clock.at += MINUTE
    assert await broken() == 1
    assert (outcomes(house), len(house.store.pending)) == ([], 1)


async def test_the_law_of_the_day_of_the_demand_decides_also_later(house: House) -> None:
    await demanded(house)
    comes_back(house, State.VALID)
    house.clock.at += timedelta(days=3)
    await house.recheck()
    again = house.store.checks[house.store.reclassified[0].reclassification.check_id]
    assert again.check.as_of.isoformat() == "2026-11-23"


async def test_what_the_gateway_found_by_itself_has_told_no_agency(house: House) -> None:
    """A re-check is no query by the official: it proves no liability for a later demand."""
    await demanded(house)
    comes_back(house, State.VALID)
    await later(house, 1)
    house.clock.at = NOW + timedelta(hours=3)
    told = (await post(house, asked(made_at="2026-11-23T12:30:00+07:00"))).json()["items"][0]["violations"][0]
    assert told["personal_liability"] is False


def watching(house: House) -> WatchRecoveries:
    return WatchRecoveries(house.recheck, house.store)


async def test_a_recovered_source_is_asked_at_once_and_another_is_not(house: House) -> None:
    await demanded(house)
    watch = watching(house)
    await watch.round()
    house.clock.at += timedelta(minutes=1)
    await watch.round()
    comes_back(house, State.VALID)
    house.clock.at += timedelta(seconds=1)
    await house.store.record_event(Event("source.recovered", house.clock.now(), {"source": "land"}))
    assert await watch.round() == 0
    await house.store.record_event(Event("source.recovered", house.clock.now(), {"source": "population"}))
    assert await watch.round() == 1
    assert outcomes(house) == ["avoidable"]


async def test_a_recovery_of_before_is_not_heard_twice(house: House) -> None:
    await house.store.record_event(Event("source.recovered", NOW, {"source": "population"}))
    await demanded(house)
    watch = watching(house)
    assert [await watch.round(), await watch.round()] == [0, 0]
    assert house.store.pending[next(iter(house.store.pending))].attempts == 0


async def test_what_is_sealed_holds_no_more_than_is_asked_again(house: House) -> None:
    two = ({"ref": "a", "evidence_type": "id_card"}, {"ref": "b", "evidence_type": "household_book"})
    demand_id = await demanded(house, *two, officer="can-bo-01")
    request = house.recheck.waiting.open(house.store.pending[demand_id])
    assert [each.ref for each in request.wanted] == ["a"]
    assert request.subject.number == "999090000001"
    assert request.officer == "can-bo-01"
