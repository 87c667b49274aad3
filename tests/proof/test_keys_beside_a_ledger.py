"""A key ring that is lost or swapped under a ledger refuses the start; no command makes a new one beside it."""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path

import pytest

from reuse_gateway import cli
from reuse_gateway.bootstrap import running, verified, writing
from reuse_gateway.bootstrap_keys import key_ring
from reuse_gateway.domain.errors import GatewayError
from reuse_gateway.settings import Settings
from reuse_gateway.signing.keys import KeyRing, missing_keys

from .running_house import settings_for


@pytest.fixture
async def stood(url: str, tmp_path: Path) -> Settings:
    """The settings of a gateway that has run and stopped."""
    settings = settings_for(tmp_path / "home", database_url=url)
    async with writing(settings):
        pass
    return settings


async def refusal(settings: Settings) -> str:
    with pytest.raises(GatewayError) as refused:
        async with running(settings):
            pass
    return refused.value.code


async def test_the_first_start_makes_the_keys_and_the_next_finds_them(stood: Settings):
    assert missing_keys(stood.key_ring) == ()
    before = sorted(path.name for path in stood.key_ring.iterdir())
    async with writing(stood):
        pass
    assert sorted(path.name for path in stood.key_ring.iterdir()) == before


async def test_a_ring_that_is_gone_is_not_made_anew_beside_a_ledger(stood: Settings):
    shutil.rmtree(stood.key_ring)
    assert await refusal(stood) == "ledger_key_unknown"
    with pytest.raises(GatewayError) as refused:
        await verified(stood)
    assert refused.value.code == "ledger_key_unknown"
    assert not stood.key_ring.exists()


@pytest.mark.parametrize("purpose", ["pseudonym", "receipt", "identity"])
async def test_one_key_that_is_gone_is_not_made_anew_either(stood: Settings, purpose: str):
    for path in stood.key_ring.glob(f"{purpose}-*"):
        path.unlink()
    assert await refusal(stood) == "keys_missing"
    assert missing_keys(stood.key_ring) == (purpose,)
    KeyRing(stood.key_ring).rotate(purpose)
    async with writing(stood):
        assert missing_keys(stood.key_ring) == ()


async def test_a_swapped_ring_refuses_the_start(stood: Settings, tmp_path: Path):
    shutil.rmtree(stood.key_ring)
    KeyRing(stood.key_ring, create=True)
    assert await refusal(stood) == "ledger_key_unknown"
    production = stood.model_copy(update={"keys_dir": tmp_path / "other"})
    KeyRing(tmp_path / "other", create=True)
    assert await refusal(production) == "ledger_key_unknown"


async def test_another_origin_refuses_the_start(stood: Settings):
    assert await refusal(stood.model_copy(update={"origin": "other.example/ledger"})) == "ledger_key_unknown"


async def test_migrated_tables_without_a_leaf_are_no_ledger(url: str, tmp_path: Path):
    settings = settings_for(tmp_path / "fresh", database_url=url)
    assert key_ring(settings).newest("checkpoint")


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize("command", [["doctor"], ["keys", "show"]])
def test_commands_tell_of_it_and_make_no_keys(
    url: str, tmp_path: Path, command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    async def first() -> None:
        async with writing(settings_for(tmp_path / "home", database_url=url)):
            pass

    asyncio.run(first())
    shutil.rmtree(tmp_path / "home" / "keys")
    monkeypatch.setenv("REUSE_GATEWAY_DATABASE_URL", url)
    monkeypatch.setenv("REUSE_GATEWAY_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(sys, "argv", ["reuse-gateway", *command])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code in (1, 2)
    assert "ledger_key_unknown" in "".join(capsys.readouterr())
    assert not (tmp_path / "home" / "keys").exists()
