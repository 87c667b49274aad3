"""Trouble with the store is 503 with Retry-After and nothing half-written; raw bytes never make a 5xx."""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import time
from pathlib import Path

import asyncpg
import pytest

from tests.acceptance.conftest import Standing, question, settings_for, standing

pytestmark = pytest.mark.acceptance

# Bytes that broke such services before (reliability notes F7 and F9).
_SEEDS = [
    b'"\\ud800"', b"NaN", b"1e400000", b'"\\u0000"', b"\xff\xfe", b"\x00", b"{", b"]", b'"', b"\\", b",,", b"9" * 400,
    b"null", b"true", b"-0", b"[[[[[[[[", b'{"a":1,"a":2}', "٩٩٩".encode(), "\u202e".encode(), b"\xed\xa0\x80",
]  # fmt: skip


async def test_a_locked_database_answers_503_within_the_deadline_and_keeps_nothing(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    async with standing(settings_for(f"sqlite:///{file}", tmp_path / "home")) as here:
        headers = await here.headers()
        holder = sqlite3.connect(file, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        answer = await here.client.post("/v1/checks", json=question(), headers=headers)
        took = time.monotonic() - began
        holder.execute("ROLLBACK")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert took < 4
        assert holder.execute("SELECT count(*) FROM checks").fetchone() == (0,)
        holder.close()
        assert (await here.client.post("/v1/checks", json=question(), headers=headers)).status_code == 200
        assert await here.good()


async def test_a_full_disk_answers_503_and_recovers_by_itself(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    async with standing(settings_for(f"sqlite:///{file}", tmp_path / "home")) as here:
        headers = await here.headers()
        pages = sqlite3.connect(file).execute("PRAGMA page_count").fetchone()[0]
        writer = here.gateway.services.recorder._writer._journal
        await asyncio.get_running_loop().run_in_executor(writer._thread, _limit, writer, pages)
        codes = [(await here.client.post("/v1/checks", json=question(), headers=headers)) for _ in range(12)]
        full = [answer for answer in codes if answer.status_code == 503]
        assert full, "the limit was never reached"
        assert {answer.json()["code"] for answer in full} == {"storage_full"}
        assert (await here.client.get("/v1/ledger/checkpoint")).status_code == 200
        answer = await _until_it_recovers(here, headers)
        assert answer.status_code == 200
        assert await here.good()


def _limit(writer, pages: int) -> None:
    writer._connection.execute(f"PRAGMA max_page_count={pages + 1}")


async def _until_it_recovers(here: Standing, headers: dict[str, str]):
    """The writer opens a fresh connection after a failure, which knows nothing of the limit."""
    for _ in range(5):
        answer = await here.client.post("/v1/checks", json=question(), headers=headers)
        if answer.status_code == 200:
            break
    return answer


@pytest.mark.postgres
async def test_a_database_that_hangs_up_is_503_at_worst_and_then_works_again(url: str, tmp_path: Path) -> None:
    if not url.startswith("postgresql"):
        pytest.skip("SQLite has no server that could hang up")
    async with standing(settings_for(url, tmp_path / "home")) as here:
        headers = await here.headers()
        assert (await here.client.post("/v1/checks", json=question(), headers=headers)).status_code == 200
        admin = await asyncpg.connect(url)
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await admin.close()
        codes = [(await here.client.post("/v1/checks", json=question(), headers=headers)).status_code for _ in range(4)]
        assert set(codes) <= {200, 503}
        assert codes[-1] == 200
        assert await here.good()


async def test_mutated_bodies_never_make_a_5xx_nor_repeat_a_number(tmp_path: Path) -> None:
    chance = random.Random(20261123)
    sound = json.dumps(question()).encode()
    statuses: dict[int, int] = {}
    settings = settings_for(f"sqlite:///{tmp_path}/store.db", tmp_path / "home", subjects_refused=10**9, subjects_slowed=10**9)
    async with standing(settings) as here:
        headers = await here.headers() | {"content-type": "application/json"}
        for _ in range(1500):
            body = _mutated(sound, chance)
            answer = await here.client.post("/v1/checks", content=body, headers=headers)
            statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
            assert answer.status_code < 500, (body, answer.text)
            assert answer.status_code == 200 or b"999090000001" not in answer.content
    assert statuses[400] > 100, statuses
    assert statuses[422] > 100, statuses


def _mutated(body: bytes, chance: random.Random) -> bytes:
    bent = bytearray(body)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(bent))
        kind = chance.randrange(4)
        if kind == 0:
            bent[at] = chance.randrange(256)
        elif kind == 1:
            bent[at : at + chance.randint(1, 20)] = b""
        elif kind == 2:
            bent[at:at] = chance.choice(_SEEDS)
        else:
            bent[at : at + chance.randint(1, 12)] = chance.choice(_SEEDS)
    return bytes(bent)
