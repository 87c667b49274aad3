"""A running house with an authority over real HTTP: stamped by itself, shown, verified by command; and never started half."""

from __future__ import annotations

import asyncio
import builtins
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from reuse_gateway.cli.ledger import app
from reuse_gateway.domain.errors import UnsafeSettings
from reuse_gateway.domain.time_stamp import stamped_text
from reuse_gateway.signing.timestamps import TrustedStamps
from tests.proof.running_house import Running, house, settings_for

from .authority import Authority, certified, serving

pytestmark = pytest.mark.acceptance


async def shown(here: Running, path: str) -> Any:
    return await here.client.get(f"/v1/ledger/{path}")


async def until_stamped(here: Running) -> int:
    await here.gateway.services.proof.heads.publish()
    size = (await shown(here, "checkpoints")).json()["items"][0]["size"]
    for _ in range(200):
        if (await shown(here, f"checkpoints/{size}/timestamp")).status_code == 200:
            return int(size)
        await asyncio.sleep(0.05)
    raise AssertionError("it was never stamped")


def settings_with(authority: Authority, url: str, home: Path, **more: Any) -> Any:
    told = {"timestamp_url": url, "timestamp_certificates": authority.certificates, "timestamp_every_s": 0.05}
    return settings_for(home, **(told | more))


async def test_the_days_head_is_stamped_by_itself_shown_and_verified_offline(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    async with serving(authority.stamps) as (url, arrived):
        async with house(settings_with(authority, url, home)) as here:
            await here.violation()
            size = await until_stamped(here)
            answer = await shown(here, f"checkpoints/{size}/timestamp")
            assert answer.headers["content-type"] == "application/timestamp-reply"
            note = (await shown(here, f"checkpoints/{size}")).content
            assert TrustedStamps(authority.certificates.read_bytes()).verified(answer.content, stamped_text(note))
            for path, status in (("99999", 404), ("0", 404), ("x", 422), ("1e3", 422)):
                assert (await shown(here, f"checkpoints/{path}/timestamp")).status_code == status
    assert len(arrived) == 1
    monkeypatch.setenv("REUSE_GATEWAY_HOME", str(home))
    strange = certified(tmp_path / "strange").certificates
    for pem, code in ((authority.certificates, 0), (strange, 1)):
        done = await asyncio.to_thread(CliRunner().invoke, app, ["verify", "--tsa-cert", str(pem), "--json"])
        assert (done.exit_code, json.loads(done.output)["good"]) == (code, code == 0), done.output


async def test_an_authority_that_is_away_harms_no_caller(authority: Authority, tmp_path: Path) -> None:
    async def broken(_query: bytes) -> tuple[int, str, bytes]:
        return 500, "text/html", b"<h1>"

    async with serving(broken) as (url, arrived), house(settings_with(authority, url, tmp_path / "home")) as here:
        await here.gateway.services.proof.heads.publish()
        for _ in range(200):
            if len(arrived) >= 3:
                break
            await asyncio.sleep(0.05)
        assert len(arrived) >= 3, "tried again"
        await here.violation()
        events = (await here.call("GET", "/v1/events?kind=checkpoint.timestamp_failed", "demo-auditor")).json()["items"]
        assert [each["body"]["code"] for each in events] == ["tsa_refused"], "told once"
        assert (await here.client.get("/readyz")).status_code == 200


@pytest.mark.parametrize(
    "more",
    [{"timestamp_certificates": None}, {"timestamp_url": "ftp://tsa.example/"}, {"timestamp_certificates": Path("/none")}],
)
async def test_half_a_setting_refuses_the_start(authority: Authority, tmp_path: Path, more: dict[str, Any]) -> None:
    with pytest.raises(UnsafeSettings) as refused:
        async with house(settings_with(authority, "http://127.0.0.1:1/", tmp_path / "home", **more)):
            raise AssertionError("it must not start")
    assert refused.value.code == "timestamp_certificates"


async def test_without_the_extra_the_setting_says_what_to_install(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *more: Any, **named: Any) -> Any:
        if name.startswith("rfc3161_client"):
            raise ImportError(name)
        return real(name, *more, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.delitem(sys.modules, "rfc3161_client", raising=False)
    async with house(settings_for(tmp_path / "home")) as here:
        assert (await here.client.get("/livez")).status_code == 200, "who asks for no stamps needs no extra"
    with pytest.raises(UnsafeSettings, match=r"pip install 'reuse-gateway\[timestamp\]'") as refused:
        async with house(settings_with(authority, "http://127.0.0.1:1/", tmp_path / "home")):
            raise AssertionError("it must not start")
    assert refused.value.code == "timestamp_extra_missing"
