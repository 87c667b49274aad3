"""The fault switch: who may use it, what each fault does to real calls, and that it ends."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from reuse_gateway.application.ports import Purpose
from reuse_gateway.connectors.loading import load_manifests
from reuse_gateway.connectors.registry import SourceRegistry
from reuse_gateway.domain.holding import Doubt, Holding, Outcome
from reuse_gateway.domain.plan import Lookup
from reuse_gateway.domain.subject import Citizen, PartialDate, PersonalId
from reuse_gateway.simulation import Simulation, simulated, simulated_secret
from reuse_gateway.simulation.faults import Fault, FaultKind, Switchboard
from reuse_gateway.system import SystemClock
from tests.connectors.builders import SHIPPED, Everything

AN = Citizen(PersonalId.parse("999090000001"), "Nguyễn Văn An", PartialDate(1990, 5, 14))
PURPOSE = Purpose("chk_1", "H41.14", "1.001193", "officer-1")
pytestmark = pytest.mark.acceptance


class Hall:
    """A running simulation, its switch, and a registry that asks it; nothing is remembered between questions."""

    def __init__(self, simulation: Simulation, client: httpx.AsyncClient, registry: SourceRegistry) -> None:
        self.simulation, self.client, self.registry = simulation, client, registry

    async def switch(self, token: str | None = None, **fault: object) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.simulation.token if token is None else token}"}
        return await self.client.post("/admin/faults", json=fault, headers=headers)

    async def clear(self, **query: str) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.simulation.token}"}
        return await self.client.delete("/admin/faults", params=query, headers=headers)

    async def ask(self, within_s: float = 1.0) -> Holding:
        question = Lookup("population", AN, ("id_card",))
        return (await self.registry.lookup(question, PURPOSE, asyncio.get_running_loop().time() + within_s))[0]


@asynccontextmanager
async def open_hall() -> AsyncIterator[Hall]:
    manifests = [
        each.model_copy(
            update={
                "freshness": each.freshness.model_copy(update={"found_s": 0, "absent_s": 0}),
                "limits": each.limits.model_copy(update={"retries": 0}),
            }
        )
        for each in load_manifests(SHIPPED, Everything())
        if each.id == "population"
    ]
    async with simulated(SHIPPED) as simulation, httpx.AsyncClient(base_url=simulation.url, trust_env=False) as client:
        registry = SourceRegistry(manifests, simulation.sources, simulated_secret, SystemClock())
        try:
            yield Hall(simulation, client, registry)
        finally:
            await registry.aclose()


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    async with open_hall() as opened:
        yield opened


@pytest.mark.parametrize(
    ("fault", "doubt"),
    [
        ({"kind": "down"}, Doubt.SOURCE_UNAVAILABLE),
        ({"kind": "errors"}, Doubt.SOURCE_UNAVAILABLE),
        ({"kind": "silent"}, Doubt.SOURCE_TIMED_OUT),
        ({"kind": "slow", "add_s": 5}, Doubt.SOURCE_TIMED_OUT),
        ({"kind": "html"}, Doubt.BAD_ANSWER),
        ({"kind": "garbage"}, Doubt.BAD_ANSWER),
        ({"kind": "truncated"}, Doubt.BAD_ANSWER),
    ],
)
async def test_a_rehearsed_outage_is_unknown_and_never_absent(hall: Hall, fault: dict, doubt: Doubt) -> None:
    assert (await hall.ask()).outcome is Outcome.HELD
    assert (await hall.switch(source="population", **fault)).status_code == 201
    told = await hall.ask(0.4)
    assert (told.outcome, told.doubt) == (Outcome.UNKNOWN, doubt)
    assert (await hall.clear(source="population")).status_code == 204
    assert (await hall.ask()).outcome is Outcome.HELD


async def test_a_slow_source_still_answers(hall: Hall) -> None:
    await hall.ask()
    await hall.switch(source="population", kind="slow", add_s=0.15)
    started = time.perf_counter()
    assert (await hall.ask()).outcome is Outcome.HELD
    assert time.perf_counter() - started >= 0.15


async def test_faults_of_one_source_leave_the_others_alone(hall: Hall) -> None:
    await hall.switch(source="civil_status", kind="down")
    assert (await hall.ask()).outcome is Outcome.HELD


async def test_a_fault_ends_by_itself(hall: Hall) -> None:
    await hall.switch(source="population", kind="down", for_s=0.2)
    assert (await hall.ask()).outcome is Outcome.UNKNOWN
    await asyncio.sleep(0.25)
    assert (await hall.ask()).outcome is Outcome.HELD


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer wrong", "Bearer ữ", "Basic x"])
async def test_nobody_switches_without_the_token(hall: Hall, method: str, shown: str) -> None:
    headers = {"authorization": shown.encode()}
    answer = await hall.client.request(method, "/admin/faults", headers=headers, content=b"{}" if method == "POST" else None)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


async def test_nobody_from_elsewhere_switches(hall: Hall) -> None:
    from reuse_gateway.simulation.admin import WithAdmin

    transport = httpx.ASGITransport(WithAdmin(_nothing, ("toy",), "t"), client=("192.0.2.7", 5))
    async with httpx.AsyncClient(transport=transport, base_url="http://simulation.test") as client:
        answer = await client.get("/admin/faults", headers={"authorization": "Bearer t"})
    assert answer.status_code == 403


async def _nothing(scope, receive, send) -> None:
    raise AssertionError("not asked")


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"source": "population"},
        {"source": "population", "kind": "explode"},
        {"source": "population", "kind": "slow"},
        {"source": "population", "kind": "down", "add_s": 3},
        {"source": "population", "kind": "errors", "share": 0},
        {"source": "population", "kind": "errors", "share": 1.5},
        {"source": "population", "kind": "down", "for_s": -1},
        {"source": "population", "kind": "down", "why": "x"},
    ],
)
async def test_what_is_no_fault_is_refused(hall: Hall, fault: dict) -> None:
    assert (await hall.switch(**fault)).status_code == 422
    assert (await hall.ask()).outcome is Outcome.HELD


async def test_an_unknown_source_is_named_with_those_there_are(hall: Hall) -> None:
    answer = await hall.switch(source="popluation", kind="down")
    assert answer.status_code == 404
    assert "population" in answer.json()["says"]
    assert (await hall.clear(source="popluation")).status_code == 404


async def test_a_large_body_is_not_read(hall: Hall) -> None:
    headers = {"authorization": f"Bearer {hall.simulation.token}"}
    assert (await hall.client.post("/admin/faults", content=b" " * 5_000, headers=headers)).status_code == 413


async def test_the_sources_are_told_to_a_gateway_elsewhere(hall: Hall) -> None:
    told = (await hall.client.get("/admin/sources")).json()["sources"]
    assert told == hall.simulation.sources


def test_a_share_strikes_that_share_of_the_calls() -> None:
    chances = iter([0.1, 0.19, 0.2, 0.9])
    board = Switchboard(lambda: 0.0, lambda: next(chances))
    board.put(Fault(source="toy", kind=FaultKind.ERRORS, share=0.2))
    assert [bool(board.striking("toy")) for _ in range(4)] == [True, True, False, False]
    assert not board.striking("other")


def test_the_newest_fault_of_a_kind_stands_and_tells_what_is_left() -> None:
    now = [0.0]
    board = Switchboard(lambda: now[0])
    board.put(Fault(source="toy", kind=FaultKind.DOWN, for_s=10))
    board.put(Fault(source="toy", kind=FaultKind.DOWN, for_s=30))
    now[0] = 12.0
    assert [each.for_s for each in board.standing()] == [18.0]
    now[0] = 30.0
    assert board.standing() == []


async def test_the_command_finds_the_simulation_and_its_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from reuse_gateway.cli.simulate import app

    monkeypatch.setenv("REUSE_GATEWAY_HOME", str(tmp_path))
    note = tmp_path / "simulation.json"

    async def run(*arguments: str):
        return await asyncio.to_thread(CliRunner().invoke, app, ["fault", *arguments])

    assert (await run("population", "--down", "30s")).exit_code == 2
    async with simulated(SHIPPED, note=note) as running:
        assert note.stat().st_mode & 0o777 == 0o600
        told = await run("population", "--errors", "20%", "--for", "2m")
        assert json.loads(told.output) == Fault(source="population", kind="errors", share=0.2, for_s=120).model_dump(
            mode="json"
        )
        assert (await run("population", "--clear")).output == "population: no fault\n"
        assert (await run("nobody", "--slow", "2s")).exit_code == 2
        async with simulated(SHIPPED, note=note):
            assert json.loads(note.read_text())["url"] == running.url, "one beside it leaves the fault switch alone"
        assert (await run("population", "--clear")).exit_code == 0
        wrong = await run("population", "--clear", "--url", running.url, "--token", "wrong")
        assert (wrong.exit_code, "not_authenticated" in wrong.output) == (2, True)
    assert not note.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["population"],
        ["population", "--down", "soon"],
        ["population", "--errors", "120%"],
        ["population", "--errors", "0.2"],
        ["population", "--down", "3s", "--clear"],
        ["population", "--down", "3s", "--slow", "2s"],
    ],
)
def test_the_command_refuses_what_it_cannot_mean(arguments: list[str]) -> None:
    from reuse_gateway.cli.simulate import app

    told = CliRunner().invoke(app, ["fault", *arguments, "--url", "http://127.0.0.1:1", "--token", "t"])
    assert told.exit_code == 2
