"""GET /v1/sources/{id}/availability and the states in GET /v1/sources: for auditors, never better than seen."""

from __future__ import annotations

import httpx
import pytest

from reuse_gateway.domain.errors import StoreError
from tests.api.conftest import House

from .builders import DEGRADED, DOWN, OFF, OK, evidence

FROM, TO = "2026-11-23T06:18:58.123456Z", "2026-11-23T06:35:38.123456Z"


async def ask(house: House, source: str = "population", client_id: str = "demo-auditor", **asked: str) -> httpx.Response:
    query = {"from": FROM, "to": TO} | {key.strip("_"): value for key, value in asked.items()}
    return await house.client.get(f"/v1/sources/{source}/availability", params=query, headers=await house.headers(client_id))


async def test_every_interval_has_its_state_and_the_leaves_that_prove_it(house: House) -> None:
    house.store.kept_evidence = [evidence(OK, -50, 400, 3), evidence(DOWN, 400, 460, 4), evidence(DEGRADED, 500, 600, 5)]
    told = (await ask(house)).json()
    assert [(each["state"], each["leaves"]) for each in told["intervals"]] == [
        ("ok", [3]), ("down", [4]), ("unknown", []), ("degraded", [5]), ("unknown", []),
    ]  # fmt: skip
    assert told["seconds"] == {"ok": 400, "down": 60, "degraded": 100, "unknown": 440, "off": 0}
    assert told["availability"] == pytest.approx(500 / 560, abs=1e-6)
    assert [each["ledger"] for each in told["evidence"]] == [{"index": 3}, {"index": 4}, {"index": 5}]


async def test_where_nobody_looked_there_is_no_availability(house: House) -> None:
    told = (await ask(house)).json()
    assert (told["availability"], [each["state"] for each in told["intervals"]]) == (None, ["unknown"])


async def test_an_announced_outage_counts_neither_way(house: House) -> None:
    house.store.kept_evidence = [evidence(OK, 0, 500), evidence(OFF, 500, 1000)]
    assert (await ask(house)).json()["availability"] == 1.0


@pytest.mark.parametrize("client_id", ["demo-intake", "demo-forms"])
async def test_only_auditors_read_it(house: House, client_id: str) -> None:
    assert (await ask(house, client_id=client_id)).status_code == 403
    assert (await house.client.get("/v1/sources/population/availability", params={"from": FROM, "to": TO})).status_code == 401


async def test_the_reading_is_itself_recorded(house: House) -> None:
    await ask(house)
    assert [(note.what, note.ref) for note in house.store.notes] == [("availability", "population")]


@pytest.mark.parametrize(
    ("asked", "pointer", "code"),
    [
        ({"from_": "yesterday"}, "/query/from", "bad_format"),
        ({"from_": "2026-11-23T06:18:58"}, "/query/from", "bad_format"),
        ({"to": "2026-13-01T00:00:00Z"}, "/query/to", "impossible_date"),
        ({"to": FROM}, "/query/to", "reversed_days"),
        ({"to": "2026-12-25T06:18:58Z"}, "/query/to", "range_too_long"),
    ],
)
async def test_a_time_that_cannot_be_told_is_refused(house: House, asked: dict[str, str], pointer: str, code: str) -> None:
    answer = await ask(house, **asked)
    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [(pointer, code)]


@pytest.mark.parametrize("source", ["nowhere", "Population", "999090000001", "..%2Fpopulation"])
async def test_a_source_that_is_not_there_is_not_found(house: House, source: str) -> None:
    assert (await ask(house, source)).status_code == 404


async def test_a_store_that_is_away_is_told(house: House) -> None:
    headers = await house.headers("demo-auditor")
    house.store.broken = StoreError("gone")
    answer = await house.client.get("/v1/sources/population/availability", params={"from": FROM, "to": TO}, headers=headers)
    assert answer.status_code == 503


async def test_a_source_of_which_nothing_is_known_is_shown_as_unknown_or_off(house: House) -> None:
    shown = (await house.client.get("/v1/sources")).json()["items"]
    assert len(shown) == 20
    assert {each["state"] for each in shown} <= {"unknown", "off"}
