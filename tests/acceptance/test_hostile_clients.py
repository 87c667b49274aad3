"""One client without a token cannot stop the service for others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest

from reuse_gateway.api import guarded_protocol
from tests.acceptance.conftest import Standing, question, settings_for, standing

pytestmark = pytest.mark.acceptance


@pytest.fixture
async def alone(tmp_path: Path) -> AsyncIterator[Standing]:
    async with standing(
        settings_for(f"sqlite:///{tmp_path}/store.db", tmp_path / "home", simulate=False, calls_per_minute=200)
    ) as here:
        yield here


@asynccontextmanager
async def raw(here: Standing):
    url = httpx.URL(here.client.base_url)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def test_a_head_that_comes_too_slowly_is_cut(alone: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded_protocol, "MOST_HEAD_S", 0.3)
    async with raw(alone) as (reader, writer):
        writer.write(b"GET /livez HTTP/1.1\r\nhost: x\r\n")
        assert await asyncio.wait_for(reader.read(), 3) == b""
    async with raw(alone) as (reader, _):
        assert await asyncio.wait_for(reader.read(), 3) == b"", "nor does a silent connection stay"


@pytest.mark.parametrize("piece", [b"x: " + b"a" * 200_000 + b"\r\n", b"a: b\r\n" * 20_000])
async def test_a_head_that_grows_too_large_is_refused(alone: Standing, piece: bytes) -> None:
    async with raw(alone) as (reader, writer):
        writer.write(b"GET /livez HTTP/1.1\r\nhost: x\r\n" + piece)
        # What is still on its way may be answered by the network before our answer is read.
        with suppress(ConnectionResetError):
            assert b" 431 " in await asyncio.wait_for(reader.read(), 3)
    assert (await alone.client.get("/livez")).status_code == 200


async def test_a_large_body_behind_a_small_head_is_no_large_head(alone: Standing) -> None:
    body = question() | {"case": None}
    padded = b" " * 150_000 + httpx.Request("POST", "http://x", json=body).read()
    headers = await alone.headers() | {"content-type": "application/json"}
    assert (await alone.client.post("/v1/checks", content=padded, headers=headers)).status_code == 200


async def test_one_address_holds_only_its_share_of_connections(alone: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded_protocol, "MOST_FROM_ONE_ADDRESS", 4)
    url = httpx.URL(alone.client.base_url)
    held = [await asyncio.open_connection(url.host, url.port) for _ in range(6)]
    closed = 0
    for reader, _ in held:
        try:
            closed += await asyncio.wait_for(reader.read(1), 0.3) == b""
        except TimeoutError:
            continue
    for _, writer in held:
        writer.close()
    assert closed >= 2


async def test_a_made_up_forwarded_address_does_not_renew_the_quota(alone: Standing) -> None:
    """The quota fills again by the second: the slower the machine, the more calls until it is empty."""
    for number in range(1_000):
        answer = await alone.client.get("/v1/sources", headers={"x-forwarded-for": f"198.51.100.{number % 250}"})
        if answer.status_code == 429:
            return
    pytest.fail("a thousand calls were answered")


@pytest.mark.parametrize("path", ["/v1/checks/%00", "/v1/receipts/%00", "/v1/violations/%00", "/r/%00", "/v1/procedures/%00"])
async def test_a_nul_in_a_path_names_nothing(alone: Standing, path: str) -> None:
    answer = await alone.client.get(path, headers=await alone.headers("demo-admin"))
    assert answer.status_code in (404, 422)


async def test_filters_that_are_not_there_are_named_and_never_select_everything(alone: Standing) -> None:
    headers = await alone.headers("demo-auditor")
    for query in ("state=opened", "bogus=1", "agency=%00", "q=x:y"):
        assert (await alone.client.get(f"/v1/violations?{query}", headers=headers)).status_code == 400


async def test_a_demand_sent_twice_with_one_key_is_one_violation(alone: Standing) -> None:
    asked = question() | {"kind": "counter", "made_at": "2026-11-20T08:30:00+07:00"}
    asked["items"] = [{"ref": "a", "evidence_type": "household_book"}]
    headers = await alone.headers() | {"idempotency-key": "d-1"}
    one, two = [(await alone.client.post("/v1/demands", json=asked, headers=headers)).json() for _ in range(2)]
    assert one == two
    listed = await alone.client.get("/v1/violations", headers=await alone.headers("demo-auditor"))
    assert [each["violation_id"] for each in listed.json()["items"]] == [one["items"][0]["violation_id"]]


@pytest.mark.parametrize("made_at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00"])
async def test_an_instant_at_the_end_of_the_calendar_is_a_fault_not_a_500(alone: Standing, made_at: str) -> None:
    asked = question() | {"kind": "counter", "made_at": made_at}
    assert (await alone.client.post("/v1/demands", json=asked, headers=await alone.headers())).status_code == 422


async def test_head_answers_as_get_does_without_content(alone: Standing) -> None:
    answer = await alone.client.head("/livez")
    assert (answer.status_code, answer.content) == (200, b"")
    wrong = await alone.client.delete("/v1/checks")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")
