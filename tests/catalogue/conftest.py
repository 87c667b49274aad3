"""The shipped facts, a copy that may be spoiled, stores of both engines, and the real catalogue where it lies beside."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from reuse_gateway.catalogue.loader import SHIPPED, Catalogue, load
from reuse_gateway.catalogue.vocabulary import load_vocabulary
from reuse_gateway.domain.matching import Vocabulary
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.procedures import ImportedProcedures
from tests.storage.builders import opened

DAY = date(2026, 7, 20)


class StoppedClock:
    """Always the same instant."""

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def shipped() -> Catalogue:
    return load()


@pytest.fixture(scope="session")
def vocabulary(shipped: Catalogue) -> Vocabulary:
    return load_vocabulary(shipped.evidence_types.values())


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """A copy of the shipped facts."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "facts"))


@pytest.fixture
def spoil(facts: Path) -> Callable[[str, str, str], Path]:
    """Replace the first occurrence of some words in a file of the copy."""

    def replaced(file: str, old: str, new: str) -> Path:
        path = facts / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return facts

    return replaced


@pytest.fixture(scope="session")
def real_catalogue() -> Path:
    """1,739 procedures as published in July 2026; they are not part of the project."""
    path = Path(__file__).parents[3] / "shared" / "data" / "procedures.ndjson"
    if not path.is_file():
        pytest.skip("the published catalogue does not lie at ../shared/data/procedures.ndjson")
    return path


@pytest.fixture
def store_url(url: str) -> str:
    """A fresh migrated store on each engine (tests/conftest.py)."""
    return url


@pytest_asyncio.fixture
async def engine(store_url: str) -> AsyncIterator[AsyncEngine]:
    built = build_engine(store_url, deadline_s=30.0)
    yield built
    await built.dispose()


@pytest_asyncio.fixture
async def store(store_url: str, ring: KeyRing) -> AsyncIterator[ImportedProcedures]:
    """Where imports are written, with the ledger's writer behind it."""
    async with opened(store_url, ring, StoppedClock(), deadline_s=30.0) as running:
        yield ImportedProcedures(running.reads, running.writer)


@pytest_asyncio.fixture
async def reading(store_url: str) -> AsyncIterator[AsyncEngine]:
    built = build_engine(store_url, reads_only=True)
    yield built
    await built.dispose()
