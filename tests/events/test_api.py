"""GET /v1/events: for auditors, oldest first, and a place that is kept leads on."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.event import Event
from tests.api.conftest import House
from tests.api.fakes import NOW


async def get(house: House, query: str = "", client_id: str = "demo-auditor") -> httpx.Response:
    return await house.client.get(f"/v1/events{query}", headers=await house.headers(client_id))


async def told(house: House, *kinds: str) -> None:
    for kind in kinds:
        await house.store.record_event(Event(kind, NOW, {"source": "population", "kinds": ("a",)}))


@pytest.mark.parametrize("client_id", ["demo-intake", "demo-forms"])
async def test_only_auditors_read_events(house: House, client_id: str) -> None:
    assert (await get(house, client_id=client_id)).status_code == 403
    assert (await house.client.get("/v1/events")).status_code == 401


@pytest.mark.parametrize("after", ["x", "1", "-1.0", "1.0.0", "99.0", "1.x", "%00", "1e3.0"])
async def test_a_place_that_was_never_told_is_refused(house: House, after: str) -> None:
    await told(house, "source.down")
    answer = await get(house, f"?after={after}")
    assert (answer.status_code, answer.json()["code"]) == (400, "place_unknown")
    assert "từ đầu; trước hết hãy chạy `ledger verify`" in answer.json()["title"]


@pytest.mark.parametrize("query", ["?kind=x", "?kind=A.b", "?limit=0", "?limit=x", f"?after={'1' * 41}"])
async def test_what_no_event_can_have_is_refused(house: House, query: str) -> None:
    assert (await get(house, query)).status_code == 422


async def test_a_filter_we_do_not_have_selects_nothing_silently(house: House) -> None:
    answer = await get(house, "?source=population")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "unknown_filter")


async def test_a_store_that_is_away_is_told(house: House) -> None:
    await told(house, "source.down")
    house.store.broken = StoreError("gone")
    assert (await get(house)).status_code == 503


async def test_pages_lead_on_from_the_place_that_is_kept(house: House) -> None:
    await told(house, "source.down", "source.recovered", "source.down")
    seen: list[str] = []
    after: Any = None
    while True:
        page = (await get(house, "?limit=2" + (f"&after={after}" if after else ""))).json()
        after = page["next_after"]
        if not page["items"]:
            break
        seen += [each["kind"] for each in page["items"]]
    assert seen == ["source.down", "source.recovered", "source.down"]
    assert (await get(house, f"?after={after}")).json() == {"items": [], "next_after": after}
    await told(house, "source.degraded")
    assert [each["kind"] for each in (await get(house, f"?after={after}")).json()["items"]] == ["source.degraded"]


async def test_before_anything_happened_there_is_no_place(house: House) -> None:
    assert (await get(house)).json() == {"items": [], "next_after": None}


async def test_an_event_is_told_with_its_instant_and_its_leaf(house: House) -> None:
    await told(house, "source.down")
    (event,) = (await get(house, "?kind=source.down")).json()["items"]
    assert event == {
        "place": "0.0",
        "kind": "source.down",
        "at": "2026-11-23T03:00:00.123Z",
        "body": {"source": "population", "kinds": ["a"]},
        "withheld": False,
        "ledger": {"index": 0},
    }


async def test_reading_something_is_kept_and_an_empty_poll_is_not(house: House) -> None:
    await get(house)
    assert house.store.notes == []
    await told(house, "source.down")
    await get(house)
    assert [(note.what, note.ref) for note in house.store.notes] == [("events", "0.0")]
