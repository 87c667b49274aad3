"""How a source is called: once per question, repeated only where that is safe, with tokens fetched once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from reuse_gateway.connectors.registry import SourceRegistry
from reuse_gateway.connectors.single_flight import SingleFlight
from reuse_gateway.domain.errors import UnsafeSettings
from reuse_gateway.domain.holding import Doubt, Outcome
from reuse_gateway.domain.subject import Citizen, PartialDate, PersonalId

from .builders import AN, NUMBER, PURPOSE, TOKENS, WallClock, ask, found, mocked, paper, question, state_of, toy

NO_CACHE = {"found_s": "0", "absent_s": "0"}


class Scripted:
    """Answers in turn, the last one for ever; tokens are numbered."""

    def __init__(self, *answers: httpx.Response | Exception | Callable[[], httpx.Response], slow_s: float = 0.0) -> None:
        self.answers, self.slow_s = list(answers), slow_s
        self.asked, self.tokens, self.bearers = 0, 0, []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(self.slow_s)
        if request.url.path == "/token":
            self.tokens += 1
            return httpx.Response(200, json={"access_token": f"t{self.tokens}", "expires_in": 3600})
        self.asked += 1
        self.bearers.append(request.headers.get("authorization"))
        answer = self.answers[min(self.asked, len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, content=answer.content)


OK = httpx.Response(200, content=found(paper()))
NONE = httpx.Response(200, content=found())
BROKEN = httpx.Response(500)
STALE = httpx.Response(200, content=b'{"code": "TOKEN"}')
RETRYING = {"timeout_s": "1", "retries": "1"}


@pytest.mark.parametrize("failure", [BROKEN, httpx.ConnectError("refused"), httpx.ReadError("reset")])
async def test_a_failed_read_is_repeated_once(failure: httpx.Response | Exception) -> None:
    source = Scripted(failure, OK)
    registry = mocked(source, toy(limits=RETRYING))
    assert (await ask(registry)).outcome is Outcome.HELD
    assert source.asked == 2
    await registry.aclose()


async def test_a_post_is_repeated_only_where_it_merely_reads() -> None:
    for repeatable, attempts in (("false", 1), ("true", 2)):
        source = Scripted(BROKEN, OK)
        request = {"method": "POST", "path": "/papers", "json": {"id": "{subject.number}"}, "repeatable": repeatable}
        registry = mocked(source, toy(limits=RETRYING, lookup={"request": request}))
        await ask(registry)
        assert source.asked == attempts
        await registry.aclose()


@pytest.mark.parametrize("answer", [httpx.Response(403), httpx.Response(200, content=b"?"), NONE])
async def test_an_answer_that_waiting_cannot_mend_is_not_repeated(answer: httpx.Response) -> None:
    source = Scripted(answer)
    registry = mocked(source, toy(limits=RETRYING))
    await ask(registry)
    assert source.asked == 1
    await registry.aclose()


async def test_an_outage_does_not_multiply_the_calls() -> None:
    source = Scripted(BROKEN)
    circuit = {"window": "1000", "min": "1000"}
    registry = mocked(source, toy(limits=RETRYING | {"retry_floor_per_s": "1", "circuit": circuit}, freshness=NO_CACHE))
    people = [Citizen(PersonalId.parse(f"9990900{number:05d}")) for number in range(200)]
    await asyncio.gather(*(ask(registry, question(each), 3) for each in people))
    assert source.asked <= 200 * 1.2 + 5
    await registry.aclose()


async def test_an_open_circuit_answers_at_once_without_asking() -> None:
    source = Scripted(BROKEN)
    registry = mocked(source)
    doubts = [(await ask(registry)).doubt for _ in range(12)]
    assert doubts == [Doubt.SOURCE_UNAVAILABLE] * 10 + [Doubt.CIRCUIT_OPEN] * 2
    assert source.asked == 10
    assert state_of(registry) == "down"
    await registry.aclose()


async def test_answers_about_people_do_not_open_the_circuit() -> None:
    source = Scripted(httpx.Response(403))
    registry = mocked(source)
    assert {(await ask(registry)).doubt for _ in range(15)} == {Doubt.SOURCE_DENIED}
    assert state_of(registry) == "ok"
    await registry.aclose()


async def test_identical_questions_asked_together_are_put_once() -> None:
    source = Scripted(OK, slow_s=0.05)
    registry = mocked(source)
    told = await asyncio.gather(*(ask(registry) for _ in range(10)))
    assert source.asked == 1
    assert {each.outcome for each in told} == {Outcome.HELD}
    await registry.aclose()


async def test_a_cancelled_leader_takes_nobody_along() -> None:
    source = Scripted(OK, slow_s=0.1)
    registry = mocked(source)
    leader = asyncio.ensure_future(ask(registry))
    await asyncio.sleep(0.02)
    follower = asyncio.ensure_future(ask(registry))
    await asyncio.sleep(0.02)
    leader.cancel()
    assert (await follower).outcome is Outcome.HELD
    assert source.asked == 1
    await registry.aclose()


async def test_a_flight_that_nobody_waits_for_ends() -> None:
    flight: SingleFlight[None] = SingleFlight()
    ended = asyncio.Event()

    async def call() -> None:
        try:
            await asyncio.sleep(10)
        finally:
            ended.set()

    with pytest.raises(TimeoutError):
        await flight.join("k", call, asyncio.get_running_loop().time() + 0.02)
    await asyncio.wait_for(ended.wait(), 1)
    await flight.aclose()


async def test_a_token_is_fetched_once_for_all_who_wait() -> None:
    source = Scripted(OK, slow_s=0.02)
    registry = mocked(source, toy(auth=TOKENS, freshness=NO_CACHE))
    await asyncio.gather(*(ask(registry, question(Citizen(PersonalId.parse(f"99909000000{n}")))) for n in range(8)))
    assert (source.tokens, source.asked) == (1, 8)
    await registry.aclose()


@pytest.mark.parametrize("refusal", [httpx.Response(401), STALE])
async def test_a_refused_token_is_renewed_once_and_the_question_put_again(refusal: httpx.Response) -> None:
    source = Scripted(refusal, OK)
    registry = mocked(source, toy(auth=TOKENS))
    assert (await ask(registry)).outcome is Outcome.HELD
    assert source.bearers == ["Bearer t1", "Bearer t2"]
    await registry.aclose()


@pytest.mark.parametrize("refusal", [httpx.Response(401), STALE])
async def test_a_token_refused_twice_is_a_denial_and_no_loop(refusal: httpx.Response) -> None:
    source = Scripted(refusal)
    registry = mocked(source, toy(auth=TOKENS))
    assert (await ask(registry)).doubt is Doubt.SOURCE_DENIED
    assert (source.asked, source.tokens) == (2, 2)
    await registry.aclose()


@pytest.mark.parametrize(
    ("status", "body", "doubt"),
    [
        (401, b"{}", Doubt.SOURCE_DENIED),
        (500, b"{}", Doubt.SOURCE_UNAVAILABLE),
        (200, b"<html>", Doubt.BAD_ANSWER),
        (200, b'{"access_token": "a\\r\\nx: y"}', Doubt.BAD_ANSWER),
        (200, b'{"access_token": ""}', Doubt.BAD_ANSWER),
        (200, b"[]", Doubt.BAD_ANSWER),
    ],
)
async def test_without_a_token_nothing_is_asked(status: int, body: bytes, doubt: Doubt) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/token"
        return httpx.Response(status, content=body)

    registry = mocked(answer, toy(auth=TOKENS))
    assert (await ask(registry)).doubt is doubt
    await registry.aclose()


async def test_a_cached_answer_keeps_the_instant_of_the_first() -> None:
    source = Scripted(OK)
    registry = mocked(source)
    first, second = await ask(registry), await ask(registry)
    assert (first.cached, second.cached, source.asked) == (False, True, 1)
    assert second == replace(first, cached=True)
    await registry.aclose()


async def test_an_unknown_outcome_is_never_kept() -> None:
    source = Scripted(httpx.Response(200, content=b"?"), OK)
    registry = mocked(source)
    assert (await ask(registry)).outcome is Outcome.UNKNOWN
    assert (await ask(registry)).outcome is Outcome.HELD
    await registry.aclose()


async def test_absence_is_forgotten_sooner_than_presence() -> None:
    source = Scripted(NONE, OK)
    registry = mocked(source, toy(freshness={"found_s": "60", "absent_s": "0.02"}))
    assert (await ask(registry)).outcome is Outcome.ABSENT
    await asyncio.sleep(0.03)
    assert [(await ask(registry)).outcome for _ in range(2)] == [Outcome.HELD] * 2
    assert source.asked == 2
    await registry.aclose()


async def test_every_part_of_a_question_keeps_answers_apart() -> None:
    source = Scripted(OK)
    registry = mocked(source)
    number = PersonalId.parse(NUMBER)
    subjects = [
        AN,
        Citizen(number, "Nguyễn Văn Án", AN.birth_date),
        Citizen(number, AN.full_name, PartialDate(1990)),
        Citizen(number),
    ]
    asked = [question(each) for each in subjects] + [
        question(AN, about=(("plate", "1"),)),
        question(AN, about=(("plat", "e1"),)),
    ]
    purposes = [
        PURPOSE,
        replace(PURPOSE, procedure="1.000656"),
        replace(PURPOSE, officer="officer-2"),
        replace(PURPOSE, agency="H41"),
    ]
    for purpose in purposes:
        for each in asked:
            assert not (await ask(registry, each, purpose=purpose)).cached
    assert source.asked == len(purposes) * len(asked)
    await registry.aclose()


@pytest.mark.parametrize(
    "url", ["http://registry.example", "ftp://127.0.0.1", "https://user:pw@registry.example", "https://", "x"]
)
async def test_an_unsafe_base_url_is_refused_at_start(url: str) -> None:
    with pytest.raises(UnsafeSettings):
        SourceRegistry([toy()], {"toy": url}, lambda name: "secret", WallClock())


async def test_a_missing_secret_is_refused_at_start_by_name() -> None:
    with pytest.raises(UnsafeSettings, match="TOY_CLIENT_ID"):
        SourceRegistry([toy(auth=TOKENS)], {"toy": "https://registry.example"}, {}.__getitem__, WallClock())


async def test_a_source_without_a_base_url_is_off_and_unknown() -> None:
    registry = SourceRegistry([toy()], {}, lambda name: "secret", WallClock())
    assert (await ask(registry)).doubt is Doubt.SOURCE_UNAVAILABLE
    assert state_of(registry) == "off"
    await registry.aclose()


async def test_metrics_hear_of_every_answer() -> None:
    heard: list[tuple[str, str]] = []
    registry = mocked(Scripted(OK), on_answer=lambda source, outcome, seconds: heard.append((source, outcome)))
    await ask(registry)
    await ask(registry)
    assert heard == [("toy", "held"), ("toy", "cached")]
    await registry.aclose()
