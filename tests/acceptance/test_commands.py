"""The commands as an operator runs them, each in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.acceptance

_TOLD = {
    ("An", "id_card"): ("must_not_ask", "held_valid"),
    ("An", "household_book"): ("must_not_ask", "abolished_document"),
    ("An", "diploma"): ("must_not_ask", "outside_published_dossier"),
    ("Oanh", "land_use_certificate"): ("must_not_ask", "held_valid"),
    ("An", "land_use_certificate"): ("may_ask", "original_required"),
    ("Bình", "id_card"): ("may_ask", "not_held"),
    ("Bình", "marital_status"): ("must_not_ask", "agency_must_obtain"),
    ("Cường", "id_card"): ("may_ask", "held_expired"),
    ("Giang", "id_card"): ("ask_later", "source_unavailable"),
    ("An", "words"): ("not_decided", "unrecognised_item"),
}


async def command(home: Path, *words: str, **environment: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of one command."""
    told = (
        os.environ | {"REUSE_GATEWAY_HOME": str(home)} | {f"REUSE_GATEWAY_{name}": value for name, value in environment.items()}
    )
    program = Path(sys.executable).with_name("reuse-gateway")
    pipe = asyncio.subprocess.PIPE
    run = await asyncio.create_subprocess_exec(program, *words, env=told, stdout=pipe, stderr=pipe)
    out, err = await asyncio.wait_for(run.communicate(), 60)
    return run.returncode or 0, out.decode(), err.decode()


async def test_the_demo_tells_its_story_and_the_ledger_is_good(tmp_path: Path) -> None:
    code, out, err = await command(tmp_path, "demo", "--exit", "--port", "0", "--json")
    assert code == 0, err
    story = json.loads(out)
    told = {(c["who"], i["ref"]): (i["decision"], i["reason"]) for c in story["checks"] for i in c["answer"]["items"]}
    assert told | _TOLD == told
    assert [violation["type"] for violation in story["violations"]] == ["V05", "V01"]
    assert story["ledger"]["good"]
    assert (await command(tmp_path, "ledger", "verify"))[0] == 0


async def test_the_demo_for_people_prints_address_and_credentials(tmp_path: Path) -> None:
    code, out, _ = await command(tmp_path, "demo", "--exit", "--port", "0")
    assert code == 0
    for word in ("must_not_ask", "held_valid", "demo-auditor", "/docs", "V05", "good"):
        assert word in out


async def test_a_port_that_is_taken_is_said_plainly(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = str(server.sockets[0].getsockname()[1])
    code, _, err = await command(tmp_path, "demo", "--exit", "--port", port)
    server.close()
    assert code == 2
    assert port in err
    assert "Traceback" not in err


async def test_the_doctor_is_green_on_a_fresh_home_and_red_on_unsafe_settings(tmp_path: Path) -> None:
    code, out, _ = await command(tmp_path / "one", "doctor", "--json")
    assert code == 0
    assert all(each["good"] for each in json.loads(out))
    code, out, _ = await command(tmp_path / "two", "doctor", "--json", RUN="production")
    assert code == 1
    assert "REUSE_GATEWAY_SIMULATE" in out


async def test_a_new_client_gets_a_secret_once_and_a_known_name_is_refused(tmp_path: Path) -> None:
    code, secret, _ = await command(tmp_path, "keys", "add-client", "mot-cua", "--agency", "H41.20")
    assert code == 0
    assert secret.startswith("rgk_")
    assert secret.strip() not in (tmp_path / "clients.json").read_text()
    assert (tmp_path / "clients.json").stat().st_mode & 0o077 == 0
    code, _, err = await command(tmp_path, "keys", "add-client", "mot-cua", "--agency", "H41.20")
    assert (code, "client_exists" in err) == (2, True)
    code, _, err = await command(tmp_path, "keys", "add-client", "other", "--agency", "H41.20", "--scope", "everything")
    assert (code, "check:write" in err) == (2, True)


async def test_verifying_nothing_is_a_usage_error_not_an_empty_ledger(tmp_path: Path) -> None:
    code, _, err = await command(tmp_path, "ledger", "verify")
    assert code == 2
    assert not (tmp_path / "gateway.db").exists()
    assert "REUSE_GATEWAY_HOME" in err


async def test_production_with_defaults_refuses_to_start_and_names_each(tmp_path: Path) -> None:
    code, _, err = await command(tmp_path, "serve", RUN="production")
    assert code == 2
    for name in ("SIMULATE", "PUBLIC_URL", "DATABASE_URL", "KEYS_DIR", "ORIGIN"):
        assert f"REUSE_GATEWAY_{name}" in err
    assert "Traceback" not in err
