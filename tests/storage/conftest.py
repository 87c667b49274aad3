"""A running writer with its readers on each fresh database (fixtures `url`, `empty_url` stand in tests/conftest.py)."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from reuse_gateway.signing.keys import KeyRing

from .builders import Clocked, Store, opened


@pytest_asyncio.fixture
async def store(url: str, ring: KeyRing) -> AsyncIterator[Store]:
    """A running writer with its readers on a fresh database."""
    async with opened(url, ring, Clocked()) as running:
        yield running
