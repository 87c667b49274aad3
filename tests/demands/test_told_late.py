"""A demand told as made before an own check, after that check: only the office's own word about its own check makes it late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.api.conftest import House, body
from tests.api.fakes import NOW
from tests.cases.test_own_cases import clerk

from .test_api import asked, holds, post


async def test_a_demand_is_late_only_after_an_own_check_that_found_the_paper(house: House) -> None:
    holds(house)
    first = (await post(house, asked(made_at="2026-11-23T07:00:00+07:00"))).json()
    again = (await post(house, asked(made_at="2026-11-23T07:05:00+07:00"))).json()
    assert (first["told_late"], again["told_late"]) == (False, False)
    assert not again["items"][0]["violations"][0]["personal_liability"]


async def reported_by(house: House, client_id: str) -> tuple[bool, bool]:
    """What becomes of a report about H41.12, told as made before a check that H41.12 made: (late, liable)."""
    holds(house)
    house.clock.at = NOW - timedelta(hours=2)
    await house.check(body())
    house.clock.at = NOW
    report = asked(kind="citizen_report", agency="H41.12", made_at="2026-11-23T07:00:00+07:00")
    told = (await post(house, report, client_id)).json()
    return told["told_late"], told["items"][0]["violations"][0]["personal_liability"]


async def test_the_instant_that_a_citizen_tells_an_inspector_stands(house: House) -> None:
    assert await reported_by(house, "demo-auditor") == (False, False)


async def test_a_report_that_the_office_writes_of_itself_is_its_own_word(house: House) -> None:
    assert await reported_by(house, "demo-intake") == (True, True)


@pytest.mark.parametrize(("agency", "late"), [("H41", True), ("H41.30", False)])
async def test_a_report_by_whoever_writes_demands_is_late_in_the_offices_own_line_alone(
    house: House, agency: str, late: bool
) -> None:
    clerk(house, "both", agency)
    assert await reported_by(house, "both") == (late, late)
