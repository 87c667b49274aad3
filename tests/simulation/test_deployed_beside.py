"""A deployed source beside simulated ones is never shown what the simulation's doors want."""

from __future__ import annotations

from pathlib import Path

import pytest

from reuse_gateway.bootstrap import read_facts
from reuse_gateway.bootstrap_sources import connect, secrets_of
from reuse_gateway.domain.errors import UnsafeSettings
from reuse_gateway.settings import Settings
from reuse_gateway.simulation import simulated_secret

ELSEWHERE = "https://dan-cu.example"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, source_urls={"population": ELSEWHERE})


async def test_the_start_is_refused_and_names_the_secret_and_the_source(settings: Settings) -> None:
    with pytest.raises(UnsafeSettings, match="POPULATION_CLIENT_ID is not set") as refused:
        connect(settings, read_facts(settings).manifests, {"population": ELSEWHERE})
    assert (refused.value.code, refused.value.facts) == ("missing_source_secret", {"source": "population"})


async def test_a_deployed_secret_is_the_one_that_is_used(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = secrets_of(settings, read_facts(settings).manifests)
    monkeypatch.setenv("REUSE_GATEWAY_SECRET_POPULATION_CLIENT_SECRET", "deployed")
    assert secrets("POPULATION_CLIENT_SECRET") == "deployed"
    assert not secrets("POPULATION_CLIENT_ID")


async def test_sources_that_are_not_deployed_still_open_the_simulations_doors(settings: Settings) -> None:
    secrets = secrets_of(settings, read_facts(settings).manifests)
    assert secrets("CIVIL_STATUS_CLIENT_SECRET") == simulated_secret("CIVIL_STATUS_CLIENT_SECRET")
