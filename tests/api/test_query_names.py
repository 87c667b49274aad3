"""A name in a query string that a route does not know is 400 with what was meant, before anything is selected."""

from __future__ import annotations

import pytest

from tests.api.conftest import House

AUDITORS = "demo-auditor"


@pytest.mark.parametrize(
    ("path", "pointer", "meant"),
    [
        ("/v1/violations?agancy=H41", "/query", "agency"),
        ("/v1/cases?agancy=H41", "/query/agancy", "agency"),
        ("/v1/events?kid=source.down", "/query/kid", "kind"),
        ("/v1/citizen-requests?knd=report", "/query/knd", "kind"),
        ("/v1/reports/reuse?from=2026-10-01&to=2026-10-31&bye=agency", "/query/bye", "by"),
        ("/v1/reports/ranking?from=2026-10-01&to=2026-10-31&leest=3", "/query/leest", "least"),
        ("/v1/sources/population/availability?from=2026-10-01T00:00:00Z&to=2026-10-02T00:00:00Z&form=1", "/query/form", "from"),
        ("/v1/public/reuse?mont=2026-10", "/query/mont", "month"),
        ("/v1/public/reuse?month=2026-10&agency=H41", "/query/agency", "month"),
        ("/v1/reports/reuse?fron=2026-10-01&to=2026-10-31", "/query/fron", "from"),
    ],
)
async def test_a_name_typed_wrong_is_400_with_what_was_meant(house: House, path: str, pointer: str, meant: str) -> None:
    answer = await house.client.get(path, headers=await house.headers(AUDITORS))
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_query"), answer.text
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, "unknown_filter")
    assert meant in error["suggestions"]
    assert error["suggestions"] == answer.json()["suggestions"]


async def test_a_number_of_a_person_as_a_name_is_not_repeated(house: House) -> None:
    answer = await house.client.get("/v1/cases?999090000001=1", headers=await house.headers(AUDITORS))
    assert answer.status_code == 400
    assert "999090000001" not in answer.text


async def test_a_parameter_that_is_missing_with_no_name_typed_wrong_stays_422(house: House) -> None:
    assert (await house.client.get("/v1/public/reuse")).status_code == 422


async def test_a_strange_name_is_no_way_round_the_token(house: House) -> None:
    assert (await house.client.get("/v1/cases?agancy=H41")).status_code == 401


@pytest.mark.parametrize(
    ("path", "pointer", "code", "limit"),
    [
        ("/v1/violations?limit=201", "/query/limit", "out_of_range", 200),
        ("/v1/cases?limit=0", "/query/limit", "out_of_range", 1),
        ("/v1/events?limit=1001", "/query/limit", "out_of_range", 1000),
        ("/v1/events?limit=x", "/query/limit", "bad_format", None),
        (f"/v1/events?after={'1' * 41}", "/query/after", "too_long", 40),
        ("/v1/reports/ranking?from=2026-10-01&to=2026-10-31&least=2", "/query/least", "out_of_range", 10),
        ("/v1/reports/reuse?from=2026-10-01", "/query/to", "missing", None),
        ("/v1/public/reuse?month=2026-11", "/query/month", "month_not_over", None),
        ("/v1/public/reuse?month=soon", "/query/month", "bad_format", None),
    ],
)
async def test_a_parameter_beyond_its_bounds_is_told_the_bound(
    house: House, path: str, pointer: str, code: str, limit: int | None
) -> None:
    answer = await house.client.get(path, headers=await house.headers(AUDITORS))
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["pointer"], error["code"], error.get("limit")) == (422, pointer, code, limit)
    assert limit is None or str(limit) in error["message"]
