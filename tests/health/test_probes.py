"""Probes: only ever about synthetic people, only where the owner agreed, and never in the way of a real question."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.domain.holding import Doubt, Outcome
from tests.connectors.builders import NUMBER, ask, found, mocked, paper, state_of, toy

SUBJECT = {"number": NUMBER, "full_name": "Nguyễn Văn An", "birth_date": "1990-05-14"}
NO_CACHE = {"found_s": "0", "absent_s": "0"}


def probed(**changes: Any) -> Manifest:
    return toy(probe={"subject": SUBJECT, "evidence_type": "birth_certificate"} | changes, freshness=NO_CACHE)


def answering(*answers: bytes | int) -> Any:
    """Each answer once, the last one for ever: a body at 200, or a status."""
    left = list(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        told = left.pop(0) if len(left) > 1 else left[0]
        return httpx.Response(told) if isinstance(told, int) else httpx.Response(200, content=told)

    return answer


@pytest.mark.parametrize("number", ["001" + "090000001", "9990000000", "079" + "203001234"])
def test_nobody_real_is_ever_probed_with(number: str) -> None:
    with pytest.raises(ValidationError, match="only a synthetic subject"):
        probed(subject=SUBJECT | {"number": number})


@pytest.mark.parametrize("number", ["", "999", "99909000000x", "9" * 14])
def test_what_is_no_number_of_anybody_is_refused(number: str) -> None:
    with pytest.raises(ValidationError):
        probed(subject=SUBJECT | {"number": number})


def test_a_live_source_is_probed_only_where_its_owner_agreed() -> None:
    live = probed().model_copy(update={"simulated": False})
    assert "agreed" in (live.misprobed() or "")
    agreed = live.probe.model_copy(update={"agreed": "Công văn 12/CV ngày 01/10/2026"})
    assert live.model_copy(update={"probe": agreed}).misprobed() is None


@pytest.mark.parametrize(
    "changes", [{"evidence_type": "passport"}, {"subject": {"number": "9990000001"}}, {"every_s": "0"}, {"every_s": "1e9"}]
)
def test_a_probe_that_no_lookup_could_answer_is_refused(changes: dict[str, Any]) -> None:
    try:
        refused = probed(**changes).misprobed() is not None
    except ValidationError:
        refused = True
    assert refused


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (found(paper()), "held"),
        (found(), "probe_not_held"),
        (found(paper(name="LE THI BA")), "probe_not_held"),
        (found(paper(owner="999090999999")), "wrong_owner"),
        (b"<html>", "bad_answer"),
        (403, "source_denied"),
        (500, "source_unavailable"),
    ],
)
async def test_a_source_that_no_longer_finds_what_it_surely_holds_is_not_well(answer: bytes | int, outcome: str) -> None:
    registry = mocked(answering(answer), probed())
    assert await registry.probe("toy", "H41") == outcome
    seen = registry.seen()["toy"]
    assert (seen.probes, seen.probes_failed, seen.calls) == (1, outcome != "held", 0)
    assert (seen.success_ratio, seen.trouble) == (None, None if outcome == "held" else outcome)
    await registry.aclose()


async def test_three_failed_probes_are_down_and_two_good_ones_are_needed_to_come_back() -> None:
    registry = mocked(answering(500, 500, 500, found(paper())), probed())
    for _ in range(3):
        await registry.probe("toy", "H41")
    assert state_of(registry) == "down"
    await registry.aclose()


async def test_a_probe_waits_for_nobody_and_gives_its_place_to_a_real_question() -> None:
    asked, released = [], asyncio.Event()

    async def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if len(asked) == 1:
            await released.wait()
        return httpx.Response(200, content=found(paper()))

    narrow = toy(
        probe={"subject": SUBJECT, "evidence_type": "birth_certificate"},
        freshness=NO_CACHE,
        limits={"timeout_s": "1", "retries": "0", "max_in_flight": "1"},
    )
    registry = mocked(answer, narrow)
    probing = asyncio.create_task(registry.probe("toy", "H41"))
    while not asked:  # noqa: ASYNC110 - the source tells nobody that it was asked
        await asyncio.sleep(0)
    assert (await ask(registry, within_s=0.5)).outcome is Outcome.HELD
    assert await probing is None
    assert registry.seen()["toy"].probes == 0
    await registry.aclose()


async def test_a_probe_does_not_start_while_every_place_is_taken() -> None:
    released, asked = asyncio.Event(), []

    async def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        await released.wait()
        return httpx.Response(200, content=found(paper()))

    narrow = probed().model_copy(update={"limits": toy(limits={"timeout_s": "1", "max_in_flight": "1"}).limits})
    registry = mocked(answer, narrow)
    asking = asyncio.create_task(ask(registry))
    while not asked:  # noqa: ASYNC110 - the source tells nobody that it was asked
        await asyncio.sleep(0)
    assert await registry.probe("toy", "H41") is None
    assert len(asked) == 1
    released.set()
    assert (await asking).outcome is Outcome.HELD
    await registry.aclose()


async def test_an_announced_outage_is_off_and_the_source_is_left_alone() -> None:
    asked = []
    registry = mocked(lambda request: asked.append(request) or httpx.Response(500), probed(), planned_out=lambda source: True)
    assert await registry.probe("toy", "H41") is None
    assert (await ask(registry)).doubt is Doubt.SOURCE_UNAVAILABLE
    assert asked == []
    assert state_of(registry) == "off"
    assert registry.seen()["toy"].connected
    await registry.aclose()


async def test_a_probe_is_never_answered_from_what_was_kept() -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, content=found(paper()))

    registry = mocked(answer, probed().model_copy(update={"freshness": toy().freshness}))
    await ask(registry)
    for _ in range(2):
        assert await registry.probe("toy", "H41") == "held"
    assert len(asked) == 3
    await registry.aclose()


async def test_the_logs_of_a_failed_probe_name_nobody(caplog: pytest.LogCaptureFixture, capsys: Any) -> None:
    registry = mocked(answering(json.dumps({"code": 9, "said": NUMBER}).encode()), probed())
    await registry.probe("toy", "H41")
    await registry.aclose()
    assert NUMBER not in caplog.text + "".join(capsys.readouterr())
