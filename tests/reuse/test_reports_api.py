"""GET /v1/reports/reuse and POST /v1/reports/received-dossiers: who may, what is refused, what is kept of it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.reuse_counts import Counted, DossierCounts, PaperCounts, ReceivedTotal
from tests.api.conftest import House

DAY = "?from=2026-11-23&to=2026-11-23"
ROW = {"agency": "H41.12", "procedure": "1.001193", "received_on": "2026-11-20", "dossiers": 4}


async def report(house: House, query: str = DAY, client_id: str = "demo-auditor") -> httpx.Response:
    return await house.client.get(f"/v1/reports/reuse{query}", headers=await house.headers(client_id))


async def tell(house: House, *rows: dict[str, Any], client_id: str = "demo-settlement") -> httpx.Response:
    headers = await house.headers(client_id)
    return await house.client.post("/v1/reports/received-dossiers", json={"rows": list(rows)}, headers=headers)


@pytest.mark.parametrize("client_id", ["demo-intake", "demo-forms", "demo-settlement"])
async def test_only_auditors_read_reports(house: House, client_id: str) -> None:
    assert (await report(house, client_id=client_id)).status_code == 403
    assert (await house.client.get(f"/v1/reports/reuse{DAY}")).status_code == 401
    assert house.numbers.asked == []


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("?from=2026-11-24&to=2026-11-23", "/query/to", "reversed_days"),
        ("?from=2025-11-22&to=2026-11-23", "/query/to", "period_too_long"),
        ("?from=2026-11-23&to=2026-11-24", "/query/to", "future_day"),
        ("?from=1999-12-31&to=2000-01-01", "/query/from", "period_too_early"),
        ("?from=2026-02-30&to=2026-11-23", "/query/from", "bad_format"),
        ("?from=2026-11-23", "/query/to", "missing"),
        (f"{DAY}&by=officer", "/query/by", "bad_format"),
    ],
)
async def test_what_cannot_be_reported_is_refused(house: House, query: str, pointer: str, code: str) -> None:
    answer = await report(house, query)
    assert answer.status_code == 422
    assert (answer.json()["errors"][0]["pointer"], answer.json()["errors"][0]["code"]) == (pointer, code)
    assert house.store.notes == []


async def test_the_first_day_that_a_period_before_can_be_of(house: House) -> None:
    assert (await report(house, "?from=2000-01-01&to=2000-01-31")).status_code == 422


async def test_a_store_that_is_away_is_told(house: House) -> None:
    house.numbers.broken = StoreError("gone")
    assert (await report(house)).status_code == 503


async def test_no_number_leaves_before_the_reading_is_kept(house: House) -> None:
    house.store.broken = StoreError("gone")
    assert (await report(house)).status_code == 503


async def test_a_report_tells_both_parts_of_every_rate_and_the_period_before(house: House) -> None:
    seen, told = DossierCounts("H41.12", "1.001193", 4, 3, 0, 0), ReceivedTotal("H41.12", "1.001193", 5)
    papers = {"H41.12": PaperCounts(questions=10, unanswered=1, papers=8, reusable=6, reused=3)}
    before = {"H41.12": PaperCounts(questions=2, papers=2, reusable=2, reused=2)}
    house.numbers.counts = {
        "2026-11-23": Counted(papers, (seen,), (told,), {"H41.12": 1}),
        "2026-11-22": Counted(before, (), (), {}),
    }
    answer = (await report(house)).json()
    assert (answer["from"], answer["days"], answer["time_zone"]) == ("2026-11-23", 1, "Asia/Ho_Chi_Minh")
    assert answer["previous"] == {"from": "2026-11-22", "to": "2026-11-22"}
    (row,) = answer["rows"]
    assert row["indicators"]["4.3"] == {
        "numerator": 3, "denominator": 5, "rate": 60.0, "reason": None, "points": 1.5, "change": None,
        "previous": {"numerator": 0, "denominator": None, "rate": None},
    }  # fmt: skip
    reused = row["rates"]["reused_papers"]
    assert (reused["numerator"], reused["denominator"], reused["rate"]) == (3, 6, 50.0)
    assert (reused["previous"]["rate"], reused["change"]) == (100.0, -50.0)
    assert row["rates"]["avoidable_requests"] | {"previous": 0} == {
        "numerator": 0, "denominator": 0, "rate": None, "reason": "nothing_counted", "change": None, "previous": 0,
    }  # fmt: skip
    assert {formula["id"]: formula.get("max_points") for formula in answer["formulas"]}["4.4"] == 4
    assert [(note.what, note.ref) for note in house.store.notes] == [("report_reuse", "2026-11-23 2026-11-23 agency")]


@pytest.mark.parametrize("client_id", ["demo-intake", "demo-auditor", "demo-forms"])
async def test_only_who_may_tells_what_was_received(house: House, client_id: str) -> None:
    assert (await tell(house, ROW, client_id=client_id)).status_code == 403
    assert house.numbers.reports == []


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"agency": "H40.12"}, "/rows/1/agency", "not_below_caller"),
        ({"agency": "H4"}, "/rows/1/agency", "agency_code_shape"),
        ({"procedure": "x"}, "/rows/1/procedure", "procedure_code_shape"),
        ({"received_on": "2026-11-24"}, "/rows/1/received_on", "future_day"),
        ({"received_on": "2026-02-30"}, "/rows/1/received_on", "impossible_date"),
        ({"received_on": "20261120"}, "/rows/1/received_on", "bad_format"),
        ({"dossiers": -1}, "/rows/1/dossiers", "out_of_range"),
        ({"dossiers": 1.5}, "/rows/1/dossiers", "wrong_type"),
        ({"dossiers": True}, "/rows/1/dossiers", "wrong_type"),
        ({"officer": "x"}, "/rows/1/officer", "unknown_field"),
        ({}, "/rows/1", "told_twice"),
    ],
)
async def test_one_bad_row_and_nothing_is_kept(house: House, change: dict[str, Any], pointer: str, code: str) -> None:
    answer = await tell(house, ROW, ROW | change)
    assert answer.status_code == 422
    assert (answer.json()["errors"][0]["pointer"], answer.json()["errors"][0]["code"]) == (pointer, code)
    assert house.numbers.reports == []


async def test_what_was_received_is_kept_under_its_plain_code(house: House) -> None:
    answer = await tell(
        house,
        ROW | {"procedure": "1.001193.000.00.00.H41", "agency": "000.00.12.H41"},
        ROW | {"dossiers": 0, "received_on": "2026-11-21"},
    )
    assert (answer.status_code, answer.json()["rows"]) == (201, 2)
    (kept,) = house.numbers.reports
    assert [(row.agency, row.procedure, row.dossiers) for row in kept.rows] == [
        ("H41.12", "1.001193", 4),
        ("H41.12", "1.001193", 0),
    ]
