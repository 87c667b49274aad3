"""What an office may write as evidence, and by which clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.api.conftest import House
from tests.api.fakes import NOW

from .test_api import asked, holds, post

NUMBER = "999090000001"


@pytest.mark.parametrize(
    "evidence",
    [
        {"policy": f"{NUMBER}#"},
        {"outage_id": f"#{NUMBER}"},
        {"field_difference": f"{NUMBER}#abc"},
        {"missing_fields": f"x#{NUMBER}"},
    ],
)
async def test_no_sign_lets_a_personal_number_into_what_is_kept(house: House, evidence: dict[str, Any]) -> None:
    refused = await post(house, asked(override={"reason_code": "E3", "evidence": evidence}))
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "personal_number_in_ref")
    assert NUMBER not in refused.text
    assert not house.store.demands


async def test_what_is_compared_is_sealed_before_it_is_kept(house: House) -> None:
    holds(house)
    told = asked(override={"reason_code": "E3", "evidence": {"field_difference": f"full_name#{NUMBER}"}})
    assert (await post(house, told)).status_code == 200
    (kept,) = house.store.demands
    assert kept.override is not None
    assert NUMBER not in str(kept.override.evidence)


@pytest.mark.parametrize(("ahead_s", "status"), [(0.5, 200), (59, 200), (61, 422), (3600, 422)])
async def test_a_clock_that_is_a_minute_ahead_at_most_says_now(house: House, ahead_s: float, status: int) -> None:
    holds(house)
    answer = await post(house, asked(made_at=(NOW + timedelta(seconds=ahead_s)).isoformat()))
    assert answer.status_code == status
    assert all(kept.made_at == NOW for kept in house.store.demands)
