"""A household is known by its own code and by its owner's personal id: each number goes with its own name."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from reuse_gateway.domain.holding import Doubt, State
from reuse_gateway.domain.plan import Lookup
from reuse_gateway.domain.subject import Business, EnterpriseCode

from .builders import AN, NUMBER, ask, found, mocked, paper, toy

OWNERS = [
    {"kind": "citizen", "number": ["owner"], "full_name": ["name"]},
    {"kind": "business", "number": ["code"], "full_name": ["trade_name"]},
]
# Since July 2025 the household's code may well be its owner's personal id.
SHOP = Business(EnterpriseCode(NUMBER), "Hộ kinh doanh Một")


async def _told(subject: Any, **record: str):
    lookup = {"subjects": ["citizen", "business"], "needs": [], "owners": OWNERS}
    registry = mocked(lambda request: httpx.Response(200, content=found(paper(**record))), toy(lookup=lookup))
    told = await ask(registry, Lookup("toy", subject, ("birth_certificate",)))
    await registry.aclose()
    return told


@pytest.mark.parametrize("subject", [AN, SHOP])
async def test_owner_and_household_of_one_number_are_each_held_to_their_own_name(subject: Any) -> None:
    told = await _told(subject, code=NUMBER, trade_name="Hộ kinh doanh Một")
    assert told.state is State.VALID


async def test_another_name_of_the_household_contradicts_the_household_only() -> None:
    record = {"code": NUMBER, "trade_name": "Hộ kinh doanh Khác"}
    assert (await _told(SHOP, **record)).state is State.MISMATCH
    assert (await _told(AN, **record)).state is State.VALID


@pytest.mark.parametrize(("subject", "record"), [(SHOP, {"code": ""}), (AN, {"owner": "", "code": NUMBER})])
async def test_a_number_of_the_other_kind_names_nobody(subject: Any, record: dict[str, str]) -> None:
    assert (await _told(subject, trade_name="Hộ kinh doanh Một", **record)).doubt is Doubt.WRONG_OWNER
