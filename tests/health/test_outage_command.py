"""`reuse-gateway sources outage`: from the database alone, exit 1 where the log refutes the claim."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reuse_gateway.cli.sources import app
from reuse_gateway.domain.source_health import SourceState
from reuse_gateway.settings import Settings
from reuse_gateway.storage import migrate
from tests.storage.builders import Clocked, opened

from .builders import DOWN, OK, observed

AT_REST = ["--source", "population", "--at"]


@pytest.fixture
def home(tmp_path: Path, ring, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REUSE_GATEWAY_HOME", str(tmp_path))
    return tmp_path


def logged(ring, *spans: tuple[SourceState, float, float]) -> None:
    async def keep() -> None:
        url = Settings().store_url
        await asyncio.to_thread(migrate.upgrade, url)
        async with opened(url, ring, Clocked()) as store:
            for state, start, end in spans:
                await store.recorder.record_health([observed(state, start, end)], [])

    asyncio.run(keep())


@pytest.mark.parametrize(
    ("at", "finding", "code"),
    [
        ("2026-11-23T13:30:00", "refuted", 1),
        ("2026-11-23T06:30:00Z", "refuted", 1),
        ("2026-11-23T14:18:00+07:00", "confirmed", 0),
        ("2026-11-23T20:00:00", "not_known", 0),
    ],
)
def test_the_log_confirms_refutes_or_does_not_know(home: Path, ring, at: str, finding: str, code: int) -> None:
    logged(ring, (OK, 0, 3500), (DOWN, 3500, 3600), (OK, 3600, 7200))
    told = CliRunner().invoke(app, ["outage", *AT_REST, at, "--json"])
    assert (told.exit_code, json.loads(told.stdout)["finding"]) == (code, finding)


def test_a_person_reads_it_in_vietnamese_with_the_leaves(home: Path, ring) -> None:
    logged(ring, (DOWN, 0, 3600))
    told = CliRunner().invoke(app, ["outage", *AT_REST, "2026-11-23T13:30:00"])
    assert "xác nhận" in told.stdout
    assert "leaves 0" in told.stdout


@pytest.mark.parametrize(("source", "at"), [("nowhere", "2026-11-23T13:30:00"), ("population", "noon"), ("population", "")])
def test_what_cannot_be_asked_is_a_mistake_of_usage(home: Path, ring, source: str, at: str) -> None:
    logged(ring)
    assert CliRunner().invoke(app, ["outage", "--source", source, "--at", at]).exit_code == 2


def test_asking_makes_no_empty_database(home: Path) -> None:
    assert CliRunner().invoke(app, ["outage", *AT_REST, "2026-11-23T13:30:00"]).exit_code != 0
    assert not list(home.glob("*.db"))
