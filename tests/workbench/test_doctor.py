"""`connector doctor` finds what is broken between us and a source, says whose fault it is, and stops there."""

from __future__ import annotations

import asyncio
import json
import shutil
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from typer.testing import CliRunner

from reuse_gateway.cli import connector
from reuse_gateway.connectors.probing import clock, dns, tcp, tls
from reuse_gateway.connectors.upstream import Tls

from .rooms import PROTOCOLS, SHIPPED

pytestmark = pytest.mark.acceptance


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REUSE_GATEWAY_HOME", str(tmp_path))


def told(*words: str) -> dict[str, tuple[str, str, str]]:
    answer = CliRunner().invoke(connector.app, ["doctor", *words, "--json"])
    assert answer.exit_code in (0, 1), answer.exception
    found = {each["what"]: (each["light"], each["fault"], each["says"]) for each in json.loads(answer.output)}
    assert answer.exit_code == int("red" in {light for light, _, _ in found.values()})
    return found


def reds(found: dict[str, tuple[str, str, str]]) -> list[tuple[str, str]]:
    return [(what, fault) for what, (light, fault, _) in found.items() if light == "red"]


@pytest.fixture
def protocols(tmp_path: Path) -> Path:
    shutil.copytree(PROTOCOLS, tmp_path / "all")
    shutil.copy(SHIPPED / "people.yaml", tmp_path / "all" / "people.yaml")
    return tmp_path / "all"


def test_a_simulated_source_is_green_from_settings_to_the_call() -> None:
    found = told("population")
    assert reds(found) == []
    assert [what for what, (light, _, _) in found.items() if light == "green"] == [
        "manifest",
        "settings",
        "tcp",
        "clock",
        "token",
        "scope",
        "health",
    ]


@pytest.mark.parametrize("source", ["soap_people", "composite_keys", "portal_rpc", "poverty_view", "dropped_diplomas"])
def test_every_protocol_can_be_examined(source: str, protocols: Path) -> None:
    found = told(source, "--connectors", str(protocols))
    assert reds(found) == []
    assert found["health"][0] == "green"


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REUSE_GATEWAY_SECRET_POPULATION_CLIENT_ID", "gateway")
    monkeypatch.setenv("REUSE_GATEWAY_SECRET_POPULATION_CLIENT_SECRET", "deployed")


@pytest.mark.usefixtures("secrets")
def test_a_dead_port_is_theirs_and_nothing_behind_it_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REUSE_GATEWAY_SOURCE_URLS", '{"population": "http://127.0.0.1:9"}')
    found = told("population")
    assert reds(found) == [("tcp", "theirs")]
    assert {found[what][0] for what in ("tls", "clock", "token", "scope", "health")} == {"skipped"}


@pytest.mark.usefixtures("secrets")
def test_a_name_that_does_not_resolve_is_the_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REUSE_GATEWAY_SOURCE_URLS", '{"population": "https://no-such-host.invalid"}')
    assert reds(told("population")) == [("dns", "network")]


def test_a_source_that_nobody_deployed_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REUSE_GATEWAY_SIMULATE", "false")
    found = told("population")
    assert reds(found) == [("settings", "ours")]
    assert "SOURCE_URLS" in found["settings"][2]


def test_plain_http_to_another_machine_is_refused_as_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REUSE_GATEWAY_SOURCE_URLS", '{"population": "http://10.255.255.1"}')
    assert reds(told("population")) == [("settings", "ours")]


@pytest.mark.parametrize("simulate", ["false", "true"])
def test_a_missing_secret_is_ours_and_named(simulate: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REUSE_GATEWAY_SIMULATE", simulate)
    monkeypatch.setenv("REUSE_GATEWAY_SOURCE_URLS", '{"population": "http://127.0.0.1:9"}')
    found = told("population")
    assert reds(found) == [("settings", "ours")]
    assert "POPULATION_CLIENT_ID" in found["settings"][2]


def test_a_wrong_secret_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REUSE_GATEWAY_SECRET_POPULATION_CLIENT_SECRET", "guessed-wrong")
    found = told("population")
    assert reds(found) == [("token", "ours")]
    assert "guessed" not in str(found)


@pytest.mark.parametrize(
    ("case", "step", "fault"),
    [
        ("denied", "scope", "ours"),
        ("server_error", "health", "theirs"),
        ("html", "health", "ours"),
        ("slow", "health", "theirs"),
    ],
)
def test_what_the_call_comes_to_tells_whose_fault_it_is(case: str, step: str, fault: str) -> None:
    from .rooms import PEOPLE

    number = next(each.number for each in PEOPLE.people if each.case == case and each.birth_date)
    assert reds(told("population", "--subject", f"personal_id={number}")) == [(step, fault)]


def test_a_folder_without_files_is_theirs(protocols: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("REUSE_GATEWAY_SOURCE_URLS", json.dumps({"dropped_diplomas": str(tmp_path / "empty")}))
    assert reds(told("dropped_diplomas", "--connectors", str(protocols))) == [("files", "theirs")]
    monkeypatch.setenv("REUSE_GATEWAY_SOURCE_URLS", json.dumps({"dropped_diplomas": str(tmp_path / "nowhere")}))
    assert reds(told("dropped_diplomas", "--connectors", str(protocols))) == [("files", "ours")]


def test_a_broken_manifest_is_ours(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "all")
    (tmp_path / "all" / "national" / "population.yaml").write_text("manifest: 1\n", "utf-8")
    assert reds(told("population", "--connectors", str(tmp_path / "all"))) == [("manifest", "ours")]


def test_clocks_apart_are_red_and_a_missing_date_is_skipped() -> None:
    now = datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert clock("Mon, 23 Nov 2026 08:00:10 GMT", now).light == "green"
    assert clock("Mon, 23 Nov 2026 08:05:00 GMT", now).light == "red"
    assert {clock(told, now).light for told in (None, "yesterday")} == {"skipped"}


async def test_a_port_that_nobody_listens_on_and_a_name_of_nobody() -> None:
    assert (await tcp("127.0.0.1", 9)).fault == "theirs"
    assert (await dns("no-such-host.invalid")).fault == "network"
    assert (await dns("127.0.0.1")).light == "skipped"


def _certificate(folder: Path, *, days: int, name: str = "localhost") -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder().subject_name(named).issuer_name(named).public_key(key.public_key()).serial_number(1)
    built = built.not_valid_before(now - timedelta(days=400)).not_valid_after(now + timedelta(days=days))
    built = built.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    signed = built.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    (folder / "crt.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return str(folder / "crt.pem"), str(folder / "key.pem")


@asynccontextmanager
async def _served(certificate: str, key: str) -> AsyncIterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    async def serve(reader: Any, writer: Any) -> None:
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.fixture
def quiet() -> Iterator[None]:
    """Handshakes that fail on purpose are logged by asyncio."""
    import logging

    logging.getLogger("asyncio").disabled = True
    yield
    logging.getLogger("asyncio").disabled = False


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(
    ("days", "name", "trusted", "light", "fault"),
    [
        (90, "localhost", True, "green", ""),
        (90, "localhost", False, "red", "ours"),
        (-1, "localhost", True, "red", "theirs"),
        (90, "elsewhere.invalid", True, "red", "theirs"),
    ],
)
async def test_a_certificate_is_judged_by_its_days_its_issuer_and_its_name(
    tmp_path: Path, days: int, name: str, trusted: bool, light: str, fault: str
) -> None:
    certificate, key = _certificate(tmp_path, days=days, name=name)
    async with _served(certificate, key) as port:
        checked = await tls("localhost", port, Tls(ca_bundle=certificate) if trusted else Tls())
    assert (checked.light, checked.fault) == (light, fault), checked.says


async def test_a_bundle_that_cannot_be_read_is_ours(tmp_path: Path) -> None:
    assert (await tls("localhost", 9, Tls(ca_bundle=str(tmp_path / "none.pem")))).fault == "ours"
