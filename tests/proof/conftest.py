"""A running store on each engine with one violation, its check and the check that had told the agency."""

from __future__ import annotations

import pytest

from tests.storage.builders import Store
from tests.storage.conftest import store

from .builders import VIOLATION, filled

__all__ = ["store"]


@pytest.fixture
async def kept(store: Store) -> Store:
    """The same with a violation in it, and others before and behind it."""
    await filled(store)
    assert VIOLATION
    return store
