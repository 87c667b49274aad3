"""The watch: every change is judged once, recorded durably, and nothing is claimed of a time in which nobody looked."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.source_health import Seen, Signs

from .builders import AT, DEAD, DOWN, NOTHING, OFF, OK, UNKNOWN, WELL, Clocked, Kept, Told, after, watch


async def test_a_change_of_state_is_recorded_at_once_with_its_event() -> None:
    sources, kept, clock = Told(Seen(WELL, calls=4)), Kept(), Clocked()
    watching = watch(sources, kept, clock)
    watching.look()
    clock.turn(10)
    sources.becomes(DEAD, calls=9, calls_failed=5, p50_ms=7.0, p95_ms=9.0, trouble="source_timed_out")
    watching.look()
    await watching.seal()
    told = kept.observations
    assert [(each.state, each.from_at, each.to_at) for each in told] == [(OK, AT, after(10))]
    assert (told[0].calls, told[0].calls_failed, told[0].trouble) == (5, 5, "source_timed_out")
    assert kept.events == ["source.down"]
    assert watching.observe()["population"].state is DOWN
    assert watching.observe()["population"].since == after(10)


async def test_an_outage_is_on_record_while_it_lasts() -> None:
    sources, kept, clock = Told(Seen(DEAD, calls_failed=5)), Kept(), Clocked()
    watching = watch(sources, kept, clock)
    for _ in range(4):
        watching.look()
        await watching.seal()
        clock.turn(10)
    assert [(each.state, each.from_at, each.to_at) for each in kept.observations] == [(DOWN, AT, after(30))]


async def test_a_quiet_source_is_recorded_at_the_pace_that_was_set() -> None:
    sources, kept, clock = Told(Seen(WELL)), Kept(), Clocked()
    watching = watch(sources, kept, clock, seal_s=300)
    for turn in range(61):
        sources.becomes(WELL, probes=turn)
        watching.look()
        await watching.seal()
        clock.turn(10)
    assert [each.to_at for each in kept.observations] == [after(300), after(600)]
    assert [each.probes for each in kept.observations] == [30, 30]


async def test_what_the_store_refused_is_recorded_when_it_is_back() -> None:
    sources, kept, clock = Told(Seen(WELL)), Kept(broken=True), Clocked()
    watching = watch(sources, kept, clock)
    watching.look()
    for state in (DEAD, WELL):
        clock.turn(5)
        sources.becomes(state)
        watching.look()
        with pytest.raises(StoreError):
            await watching.seal()
    kept.broken = False
    await watching.seal()
    assert [each.state for each in kept.observations] == [OK, DOWN]
    assert kept.events == ["source.down", "source.recovered"]
    await watching.seal()
    assert len(kept.leaves) == 1


@pytest.mark.parametrize("leap_s", [3600, -3600])
async def test_a_clock_that_leapt_is_no_evidence_about_the_time_between(leap_s: float) -> None:
    sources, kept, clock = Told(Seen(WELL)), Kept(), Clocked()
    watching = watch(sources, kept, clock)
    watching.look()
    clock.turn(5)
    watching.look()
    clock.turn(leap_s)
    watching.look()
    clock.turn(5)
    watching.look()
    await watching.seal(everything=True)
    spans = [(each.from_at, each.to_at) for each in kept.observations]
    assert spans == [(AT, after(5)), (after(5 + leap_s), after(10 + leap_s))]


async def test_a_source_that_nobody_asked_leaves_no_trace() -> None:
    sources, kept, clock = Told(Seen(NOTHING)), Kept(), Clocked()
    watching = watch(sources, kept, clock)
    watching.look()
    clock.turn(400)
    watching.look()
    await watching.seal(everything=True)
    assert kept.leaves == []
    assert watching.observe()["population"].state is UNKNOWN


async def test_a_source_that_is_not_connected_is_off_and_not_worth_a_log() -> None:
    sources, kept, clock = Told(Seen(WELL)), Kept(), Clocked()
    watching = watch(sources, kept, clock)
    watching.look()
    clock.turn(1)
    await watching.seal(everything=True)
    assert watching.observe()["abroad"].state is OFF
    assert {each.source for each in kept.observations} == {"population"}


async def test_a_source_that_was_down_before_a_restart_recovers_after_it() -> None:
    sources, kept, clock = Told(Seen(WELL)), Kept(last={"population": DOWN, "gone": DOWN}), Clocked()
    changes = []
    async with watch(sources, kept, clock, on_change=[changes.append]).watching():
        await asyncio.sleep(0.01)
    assert kept.events == ["source.recovered"]
    assert [change.after for change in changes] == [OK]


async def test_a_source_that_was_well_before_a_restart_has_not_recovered() -> None:
    kept = Kept(last={"population": OK})
    async with watch(Told(Seen(WELL)), kept, Clocked()).watching():
        await asyncio.sleep(0.01)
    assert kept.events == []


async def test_the_watch_ends_with_everything_recorded_and_no_task_left() -> None:
    before, clock = asyncio.all_tasks(), Clocked()
    sources, kept, outcomes = Told(Seen(WELL)), Kept(), []
    watching = watch(sources, kept, clock, on_probe=lambda source, outcome: outcomes.append(outcome))
    sources.answers = [None, "bad_answer"]
    async with watching.watching():
        async with asyncio.timeout(5):
            await sources.thrice.wait()
        clock.turn(7)
        sources.becomes(WELL, probes=sources.probed)
    assert outcomes[:3] == ["skipped", "bad_answer", "held"]
    assert [each.to_at - each.from_at for each in kept.observations] == [timedelta(seconds=7)]
    assert asyncio.all_tasks() == before


async def test_a_store_that_stays_away_does_not_stop_the_watch() -> None:
    kept, clock, troubles = Kept(broken=True), Clocked(), []
    sources = Told(Seen(WELL))
    async with watch(sources, kept, clock, on_trouble=troubles.append).watching():
        clock.turn(1)
        sources.becomes(Signs(off=True))
        await asyncio.sleep(0.02)
    assert troubles
    assert {trouble.code for trouble in troubles} == {StoreError("away").code}
