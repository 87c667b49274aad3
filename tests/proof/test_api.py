"""Packs through the API and the commands: who may have one, that the export is kept, that a stranger can verify it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from reuse_gateway.bootstrap import verified
from reuse_gateway.bootstrap_keys import key_ring
from reuse_gateway.cli.ledger import app
from reuse_gateway.signing.checkpoints import CheckpointNotes

from .running_house import Running, house, settings_for


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Running]:
    async with house(settings_for(tmp_path / "home")) as running:
        yield running


async def test_an_auditor_gets_a_pack_that_a_stranger_verifies(here: Running, tmp_path: Path) -> None:
    violation = await here.violation()
    answer = await here.call("GET", f"/v1/violations/{violation}/pack", "demo-auditor")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    file = tmp_path / "pack.zip"
    file.write_bytes(answer.content)
    key = CheckpointNotes(here.settings.origin, key_ring(here.settings).all("checkpoint")).verifiers[0]
    done = said("verify", "--bundle", str(file), "--key", key, "--json")
    told = json.loads(done.output)
    assert (done.exit_code, told["good"], told["cases"], told["keys_from_the_file"]) == (0, True, 1, False)
    assert b"999090000001" not in answer.content
    assert "Văn An".encode() not in answer.content
    again = await here.call("GET", f"/v1/violations/{violation}/pack?size={answer.headers['ledger-size']}", "demo-auditor")
    assert again.content == answer.content
    assert (await verified(here.settings)).good


async def test_each_pack_is_kept_as_an_export(here: Running) -> None:
    violation = await here.violation()
    before = await here.gateway.services.ledger.size()
    await here.call("GET", f"/v1/violations/{violation}/pack", "demo-auditor")
    entry = await here.gateway.services.ledger.entries(0, before + 1)
    assert entry is not None
    assert b'"code":"pack"' in entry
    assert await here.gateway.services.ledger.size() == before + 1


@pytest.mark.parametrize(
    ("client_id", "path", "status"),
    [
        ("demo-intake", "/v1/violations/{id}/pack", 403),
        ("demo-auditor", "/v1/violations/vio_00000000000000000000000000000000/pack", 404),
        ("demo-auditor", "/v1/violations/nonsense/pack", 404),
        ("demo-auditor", "/v1/violations/{id}/pack?size=999", 404),
        ("demo-auditor", "/v1/violations/{id}/pack?size=0", 422),
        ("demo-auditor", "/v1/violations/{id}/pack?width=1", 400),
    ],
)
async def test_who_may_not_or_asks_for_nothing_gets_no_pack(here: Running, client_id: str, path: str, status: int) -> None:
    violation = await here.violation()
    answer = await here.call("GET", path.format(id=violation), client_id)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_commands_say_what_is_wrong_instead_of_falling(tmp_path: Path) -> None:
    assert said("verify", "--bundle", str(tmp_path / "none.zip")).exit_code == 2
    (tmp_path / "bad.zip").write_bytes(b"x")
    done = said("verify", "--bundle", str(tmp_path / "bad.zip"))
    assert done.exit_code == 1
    assert "pack_unreadable" in done.output


async def test_the_command_packs_and_never_overwrites(here: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    violation = await here.violation()
    monkeypatch.setenv("REUSE_GATEWAY_HOME", str(here.settings.home))
    out = tmp_path / "pack.zip"
    done = await asyncio.to_thread(said, "pack", violation, "--out", str(out))
    assert done.exit_code == 0, done.output
    own = await asyncio.to_thread(said, "verify", "--bundle", str(out))
    assert own.exit_code == 0
    assert "The key was the file's own" in own.output
    before = out.read_bytes()
    assert (await asyncio.to_thread(said, "pack", violation, "--out", str(out))).exit_code == 2
    assert out.read_bytes() == before
    none = tmp_path / "none.zip"
    assert (await asyncio.to_thread(said, "pack", "vio_" + "0" * 32, "--out", str(none))).exit_code == 2
    assert not none.exists()


def said(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))
