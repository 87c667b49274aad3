"""kill -9 at random moments, two writers at a time: nothing acknowledged is lost, nothing is there twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reuse_gateway.signing.keys import KeyRing

from .builders import Clocked, opened

ROUNDS = 10
SCRIPT = Path(__file__).with_name("writing_process.py")


def killed_round(parent: subprocess.Popen[str], folder: Path, number: int, chance: random.Random) -> None:
    """Two writers at work, each killed at a moment of its own."""
    files = [folder / f"r{number}w{each}" for each in range(2)]
    pids = []
    for file in files:
        parent.stdin.write(f"{file.name} {file}\n")
        parent.stdin.flush()
        pids.append(int(parent.stdout.readline()))
    until = time.monotonic() + 10
    while not all(file.exists() for file in files) and time.monotonic() < until:
        time.sleep(0.002)
    for pid in pids:
        time.sleep(chance.uniform(0.005, 0.1))
        os.kill(pid, signal.SIGKILL)


def killed_rounds(url: str, ring: KeyRing, folder: Path) -> list[str]:
    """What all writers of all rounds had been acknowledged."""
    chance = random.Random(7)
    folder.mkdir()
    command = [sys.executable, str(SCRIPT), url, str(ring.directory)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        for number in range(ROUNDS):
            killed_round(parent, folder, number, chance)
        parent.stdin.close()
    return [line for file in folder.iterdir() for line in file.read_text().splitlines()]


@pytest.mark.crash
async def test_no_acknowledged_append_is_lost_when_writers_are_killed(url: str, ring: KeyRing, tmp_path: Path):
    acknowledged = killed_rounds(url, ring, tmp_path / "acknowledged")
    async with opened(url, ring, Clocked(datetime.now(UTC))) as store:
        kept = {f"{row.leaf_index} {row.ref}" for row in await store.rows("SELECT leaf_index, ref FROM ledger_leaves")}
        refs = await store.rows("SELECT ref FROM ledger_leaves GROUP BY ref HAVING count(*) > 1")
        assert len(acknowledged) > ROUNDS
        assert set(acknowledged) <= kept
        assert refs == []
        assert (await store.verified()).good
