"""A demand told as made before an own check, after that check: only the office's own word about its own check makes it late."""

from __future__ import annotations

from datetime import timedelta

from tests.api.conftest import House, body
from tests.api.fakes import NOW

from .test_api import asked, holds, post


async def test_a_demand_is_late_only_after_an_own_check_that_found_the_paper(house: House) -> None:
    holds(house)
    first = (await post(house, asked(made_at="2026-11-23T07:00:00+07:00"))).json()
    again = (await post(house, asked(made_at="2026-11-23T07:05:00+07:00"))).json()
    assert (first["told_late"], again["told_late"]) == (False, False)
    assert not again["items"][0]["violations"][0]["personal_liability"]


async def test_the_instant_that_a_citizen_reports_stands(house: House) -> None:
    holds(house)
    house.clock.at = NOW - timedelta(hours=2)
    await house.check(body())
    house.clock.at = NOW
    told = (await post(house, asked(kind="citizen_report", made_at="2026-11-23T07:00:00+07:00"))).json()
    assert (told["told_late"], told["items"][0]["violations"][0]["personal_liability"]) == (False, False)
