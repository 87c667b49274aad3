"""`ledger verify` and `ledger checkpoint`: exit 0 good, 1 findings, 2 usage; a kept checkpoint shows a cut tail."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reuse_gateway.cli.ledger import app
from reuse_gateway.signing.keys import KeyRing

from .builders import ORIGIN, Clocked, as_owner, event, opened


@pytest.fixture
def home(tmp_path: Path, migrated_file: Path) -> Path:
    shutil.copy(migrated_file, tmp_path / "gateway.db")
    ring = KeyRing(tmp_path / "keys", create=True)
    asyncio.run(fill(f"sqlite:///{tmp_path / 'gateway.db'}", ring))
    return tmp_path


async def fill(url: str, ring: KeyRing) -> None:
    async with opened(url, ring, Clocked()) as store:
        for number in range(5):
            await store.writer.append(event(number))


def run(home: Path, *arguments: str, **more: str):
    env = {"REUSE_GATEWAY_HOME": str(home), "REUSE_GATEWAY_ORIGIN": ORIGIN, **more}
    return CliRunner().invoke(app, list(arguments), env=env)


def test_a_good_ledger_exits_0_and_says_so(home: Path):
    told = run(home, "verify")
    assert told.exit_code == 0
    assert told.output.endswith("good\n")
    assert "not looked at: what indexes hold" in told.output
    assert told.output.startswith("5 leaves, 6 checkpoints")


def test_a_finding_exits_1_with_its_place(home: Path):
    asyncio.run(as_owner(f"sqlite:///{home / 'gateway.db'}", "DELETE FROM ledger_leaves WHERE leaf_index = 2"))
    told = run(home, "verify", "--json")
    assert told.exit_code == 1
    report = json.loads(told.output)
    assert report["good"] is False
    assert {"what": "leaf_missing", "index": 2, "expected": "2", "found": "3"} in report["findings"]


def test_a_checkpoint_kept_in_a_file_shows_a_cut_tail(home: Path):
    kept = home / "kept.txt"
    kept.write_bytes(run(home, "checkpoint").stdout_bytes)
    assert run(home, "verify", "--checkpoint", str(kept)).exit_code == 0
    cuts = ("DELETE FROM ledger_leaves WHERE leaf_index >= 3", "DELETE FROM ledger_checkpoints WHERE size > 3")
    asyncio.run(as_owner(f"sqlite:///{home / 'gateway.db'}", *cuts))
    assert run(home, "verify").exit_code == 0
    told = run(home, "verify", "--checkpoint", str(kept))
    assert told.exit_code == 1
    assert "tail_cut at 3" in told.output


def test_what_is_not_there_is_a_usage_error(home: Path, tmp_path: Path):
    assert run(home, "verify", "--checkpoint", str(tmp_path / "none.txt")).exit_code == 2
    assert run(tmp_path / "nowhere", "verify").exit_code == 2
    assert not (tmp_path / "nowhere").exists()


def test_without_the_keys_nothing_is_called_good(home: Path, tmp_path: Path):
    told = run(home, "verify", REUSE_GATEWAY_KEYS_DIR=str(tmp_path / "elsewhere"))
    assert told.exit_code != 0
    assert "good" not in told.output.splitlines()


def test_a_cell_that_cannot_be_read_is_a_finding_with_its_place_and_never_a_traceback(home: Path):
    url = f"sqlite:///{home / 'gateway.db'}"
    asyncio.run(as_owner(url, "UPDATE ledger_checkpoints SET signed_at = 'garbage', note = 'xx' WHERE size = 2"))
    told = run(home, "verify")
    assert told.exit_code == 1
    for column in ("signed_at an instant", "note bytes"):
        assert f"row_unreadable at 2: expected ledger_checkpoints.{column}, found text at 2" in told.stdout
