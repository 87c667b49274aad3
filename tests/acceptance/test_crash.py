"""The suite's short run of the crash harness, and the proof that the harness would see a loss."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.acceptance import crash

pytestmark = [pytest.mark.acceptance, pytest.mark.crash]


@pytest.mark.timeout(300)
async def test_no_acknowledged_check_is_lost_by_five_kills(tmp_path: Path) -> None:
    outcome = await crash.run(5, tmp_path / "home")
    assert outcome.passed, outcome
    assert outcome.kills == 5
    assert outcome.acknowledged > 10
    assert outcome.retried > 0, "no kill ever met a request under way: the harness proves nothing"


@pytest.mark.timeout(60)
async def test_the_harness_sees_a_check_that_was_lost(tmp_path: Path) -> None:
    seen = crash.History()
    home = tmp_path / "home"
    settings = crash.Settings(home=home, port=0, demo_clients=True, simulate=False)
    async with crash.running(settings):
        pass
    seen.acknowledged["k"] = {"check_id": "chk_never_written", "items": []}
    assert await crash._lost(settings, seen) == 1
    assert sqlite3.connect(home / "gateway.db").execute("SELECT count(*) FROM checks").fetchone() == (0,)


@pytest.mark.postgres
@pytest.mark.timeout(120)
async def test_kills_lose_nothing_on_postgresql(tmp_path: Path, server: str) -> None:
    from tests.conftest import _admin, _database

    await _admin(server, "CREATE DATABASE crashed")
    outcome = await crash.run(3, tmp_path / "home", database_url=_database(server, "crashed"))
    assert outcome.passed, outcome
    assert outcome.acknowledged > 5
