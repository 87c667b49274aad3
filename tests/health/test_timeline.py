"""What the probe log proves of a time: no holes, never more than was seen, and in doubt for whoever was kept waiting."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reuse_gateway.application.weigh_outage import ProbedOutages, WeighOutage
from reuse_gateway.domain.availability import Evidence, OutageFinding, agreed, outage_at, seconds_by_state, timeline
from reuse_gateway.domain.source_health import SourceState

from .builders import DEGRADED, DOWN, OFF, OK, UNKNOWN, Kept, after, evidence, observed

CONFIRMED, PARTLY, REFUTED, NOT_KNOWN = OutageFinding


def span(start: int, length: int, state: SourceState, leaf: int) -> Evidence:
    return evidence(state, start, start + length, leaf)


EVIDENCE = st.lists(
    st.builds(span, st.integers(-50, 700), st.integers(1, 300), st.sampled_from(SourceState), st.integers(0, 9))
)


@given(EVIDENCE)
def test_a_timeline_has_no_holes_and_says_nothing_that_nobody_saw(seen: list[Evidence]) -> None:
    told = timeline(seen, after(0), after(600))
    assert (told[0].from_at, told[-1].to_at) == (after(0), after(600))
    for left, right in pairwise(told):
        assert left.to_at == right.from_at
        assert left.state is not right.state
    for each in told:
        witnesses = [one for one in seen if one.observation.from_at < each.to_at and one.observation.to_at > each.from_at]
        assert set(each.leaves) == {one.leaf_index for one in witnesses}
        assert each.state is UNKNOWN or witnesses
    assert sum(seconds_by_state(told).values()) == pytest.approx(600)


@pytest.mark.parametrize(
    ("states", "together"),
    [
        ([], UNKNOWN),
        ([UNKNOWN, OK], OK),
        ([DOWN, OK], DEGRADED),
        ([DOWN, DOWN], DOWN),
        ([DOWN, OFF], DOWN),
        ([OFF, OFF], OFF),
        ([DEGRADED, OK], DEGRADED),
    ],
)
def test_where_one_process_got_answers_it_was_not_down_for_all(states: list[SourceState], together: SourceState) -> None:
    assert agreed(states) is together


@pytest.mark.parametrize(
    ("seen", "finding"),
    [
        ([evidence(OK, 0, 1000)], REFUTED),
        ([evidence(DEGRADED, 0, 1000)], PARTLY),
        ([evidence(DOWN, 400, 410), evidence(OK, 0, 400), evidence(OK, 410, 1000)], CONFIRMED),
        ([evidence(OFF, 619, 700), evidence(OK, 0, 619)], CONFIRMED),
        ([evidence(OK, 0, 621), evidence(DOWN, 621, 700)], REFUTED),
        ([evidence(OK, 0, 550)], NOT_KNOWN),
        ([], NOT_KNOWN),
    ],
)
async def test_silence_of_the_log_neither_confirms_nor_refutes(seen: list[Evidence], finding: OutageFinding) -> None:
    assert outage_at(timeline(seen, after(0), after(1000)), after(500)) is finding
    kept = Kept()
    kept.leaves = [((each.observation,), ()) for each in seen]
    weigh = WeighOutage(kept)
    assert (await weigh("population", after(500))).finding is finding
    proof = await ProbedOutages(weigh).evidence("population", after(500))
    assert proof is None, "none of these lasted at the instant itself"


@pytest.mark.parametrize(
    ("probes", "failed", "finding"), [(0, 0, CONFIRMED), (6, 0, PARTLY), (6, 1, CONFIRMED), (6, 6, CONFIRMED)]
)
def test_an_office_cannot_make_an_outage_by_asking_badly(probes: int, failed: int, finding: OutageFinding) -> None:
    down = observed(DOWN, 0, 1000, probes=probes, probes_failed=failed, calls=50, calls_failed=50)
    told = timeline([Evidence(down, 1, after(1001))], after(0), after(1000))
    assert outage_at(told, after(500)) is finding


async def test_the_proof_of_an_outage_names_the_leaf_that_saw_it() -> None:
    kept = Kept()
    kept.leaves = [((evidence(OK, 0, 500).observation,), ()), ((evidence(DOWN, 500, 600).observation,), ())]
    assert await ProbedOutages(WeighOutage(kept)).evidence("population", after(510)) == "probe_log:1"
    assert await ProbedOutages(WeighOutage(kept)).evidence("population", after(490)) is None
