"""The test sources of `protocol_sources`: one per protocol and way to sign in, run by the simulation over real HTTP."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from reuse_gateway.connectors.loading import load_manifests, read_mapping
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.registry import SourceRegistry
from reuse_gateway.domain.subject import Citizen, PartialDate, PersonalId
from reuse_gateway.simulation import running, simulated_secret

from .builders import SHIPPED, Everything, WallClock

SOURCES = Path(__file__).parent / "protocol_sources"
MANIFESTS = load_manifests(SOURCES, Everything())
CITIZENS = [each for each in read_mapping(SHIPPED / "people.yaml")["people"] if "birth_date" in each]


def with_people(folder: Path) -> Path:
    """A copy of the sources with the people that the shipped simulation knows."""
    shutil.copytree(SOURCES, folder / "sources")
    shutil.copy(SHIPPED / "people.yaml", folder / "sources" / "people.yaml")
    return folder / "sources"


def citizen(person: dict[str, Any]) -> Citizen:
    """The person as a caller names them."""
    return Citizen(PersonalId.parse(person["number"]), person["full_name"], PartialDate.parse(person["birth_date"]))


@asynccontextmanager
async def registry_of(folder: Path, *manifests: Manifest, secrets: Any = simulated_secret) -> AsyncIterator[SourceRegistry]:
    """A registry of the test sources over their running simulation."""
    async with running(folder) as urls:
        registry = SourceRegistry(manifests or MANIFESTS, urls, secrets, WallClock())
        try:
            yield registry
        finally:
            await registry.aclose()
