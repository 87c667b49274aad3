"""A gateway around in-memory ports in which the databases hold An's identity card, and a form that asks for it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from reuse_gateway.domain.holding import State
from tests.api.conftest import House, catalogue, furnish, ring

from .builders import PAPER, Desk

__all__ = ["catalogue", "ring"]


@pytest.fixture
async def house(catalogue, ring) -> AsyncIterator[House]:
    built = House()
    built.sources.told["population", PAPER] = State.VALID
    await furnish(built, catalogue, ring)
    yield built
    await built.client.aclose()


@pytest.fixture
async def desk(house: House) -> Desk:
    """With the form `f1` published."""
    here = Desk(house)
    assert (await here.put()).status_code == 201
    return here
