"""Ways to sign in: secrets only by name, tokens only where they belong, clients certified, bad manifests refused."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import ipaddress
import json
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import TypeAdapter, ValidationError

from reuse_gateway.connectors.auth_facts import Auth
from reuse_gateway.connectors.exchange import Outgoing
from reuse_gateway.connectors.manifest import Limits
from reuse_gateway.connectors.registry import SourceRegistry
from reuse_gateway.connectors.trouble import Trouble
from reuse_gateway.connectors.upstream import Tls, Upstream, aiohttp_transport
from reuse_gateway.domain.errors import UnsafeSettings
from reuse_gateway.domain.holding import Doubt, Outcome

from .builders import NUMBER, WallClock, ask, found, mocked, paper, toy
from .variants import VARIANTS

POST = {"request": {"method": "POST", "path": "/papers", "json": {"id": "{subject.number}"}}}
GRANT = {"token_path": "/token", "client_id_name": "TOY_CLIENT_ID"}
PERSON = {"username_name": "TOY_LOGIN_USER", "password_name": "TOY_LOGIN_PASSWORD"}


class Watching:
    """Answers every token request and every question, and keeps them."""

    def __init__(self) -> None:
        self.logins: list[httpx.Request] = []
        self.calls: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if "token" in request.url.path:
            self.logins.append(request)
            return httpx.Response(200, json={"access_token": "t1", "expires_in": -1})
        self.calls.append(request)
        return httpx.Response(200, content=found(paper()))


async def _watched(auth: dict[str, Any], **manifest: Any) -> Watching:
    watching = Watching()
    registry = mocked(watching, toy(auth=auth, lookup=POST, **manifest))
    assert (await ask(registry)).outcome is Outcome.HELD
    await registry.aclose()
    return watching


@pytest.mark.parametrize(("at", "name"), [("header", "AcceptKey"), ("query", "SecurityKey"), ("json", "authKey")])
async def test_a_key_stands_where_the_source_wants_it(at: str, name: str) -> None:
    (call,) = (await _watched({"type": "api_key", "in": at, "name": name, "key_name": "TOY_API_KEY"})).calls
    shown = {"header": call.headers, "query": call.url.params, "json": json.loads(call.content)}
    assert {place for place, held in shown.items() if held.get(name) == "secret"} == {at}
    assert json.loads(call.content)["id"] == NUMBER


async def test_a_fixed_bearer_and_a_composite_header_go_together() -> None:
    keys = {"AccessKey": "{secret.TOY_ACCESS_KEY}", "AppName": "thu"}
    also = [{"in": "header", "name": "lgspaccesstoken", "base64_json": keys}]
    (call,) = (await _watched({"type": "bearer", "token_name": "TOY_BEARER_TOKEN", "also": also})).calls
    assert call.headers["authorization"] == "Bearer secret"
    assert json.loads(base64.b64decode(call.headers["lgspaccesstoken"])) == {"AccessKey": "secret", "AppName": "thu"}


async def test_the_token_request_carries_what_the_platform_wants_there_too() -> None:
    also = [{"in": "header", "name": "lgspaccesstoken", "base64_json": {"A": "{secret.TOY_KEY}"}, "login_too": "true"}]
    auth = GRANT | {"type": "oauth2_client_credentials", "style": "basic", "client_secret_name": "TOY_SECRET", "also": also}
    watched = await _watched(auth)
    assert [each.headers["lgspaccesstoken"] for each in watched.logins + watched.calls] == ["eyJBIjoic2VjcmV0In0="] * 2


@pytest.mark.parametrize(
    ("auth", "path", "basic"),
    [
        (GRANT | PERSON | {"type": "oauth2_password", "style": "public"}, "/token", False),
        (GRANT | PERSON | {"type": "oauth2_password", "style": "form", "client_secret_name": "TOY_SECRET"}, "/token", False),
        (GRANT | PERSON | {"type": "oauth2_password", "style": "basic", "client_secret_name": "TOY_SECRET"}, "/token", True),
        (
            PERSON | {"type": "keycloak", "realm": "digo", "grant": "password", "client_id_name": "TOY_CLIENT_ID"},
            "/auth/realms/digo/protocol/openid-connect/token",
            False,
        ),
    ],
)
async def test_a_password_grant_shows_person_and_client(auth: dict[str, Any], path: str, basic: bool) -> None:
    watched = await _watched(auth)
    (login,) = watched.logins
    form = {name: value for name, (value,) in parse_qs(login.content.decode()).items()}
    assert login.url.path == path
    assert (form["grant_type"], form["username"], form["password"]) == ("password", "secret", "secret")
    assert ("authorization" in login.headers) is basic
    assert watched.calls[0].headers["authorization"] == "Bearer t1"


async def test_the_digest_is_made_over_path_user_time_and_secret() -> None:
    auth = {"type": "digest_timestamp", "user_name": "TOY_LOGIN_USER", "key_name": "TOY_API_KEY"}
    (call,) = (await _watched(auth, through={"forward": "/r1/X/Y"})).calls
    stamp = call.headers["timestamp"]
    user, _, digest = base64.b64decode(call.headers["authorization"].removeprefix("Basic ")).decode().partition(":")
    assert (user, len(stamp)) == ("secret", 13)
    assert digest == hashlib.sha256(f"/r1/X/Y/paperssecret{stamp}secret".encode()).hexdigest()


async def test_a_login_elsewhere_is_asked_there_and_nowhere_else() -> None:
    watching = Watching()
    auth = GRANT | {"type": "oauth2_client_credentials", "style": "form", "client_secret_name": "TOY_SECRET", "host": "login"}
    urls = {"toy": "http://127.0.0.1:9", "toy.login": "http://127.0.0.1:8/sso"}
    with pytest.raises(UnsafeSettings):
        SourceRegistry([toy(auth=auth)], {"toy": urls["toy"]}, lambda name: "secret", WallClock())
    factory = {"transport": lambda verify, limits: httpx.MockTransport(watching)}
    registry = SourceRegistry([toy(auth=auth, lookup=POST)], urls, lambda name: "secret", WallClock(), **factory)
    assert (await ask(registry)).outcome is Outcome.HELD
    assert (str(watching.logins[0].url), watching.calls[0].url.port) == ("http://127.0.0.1:8/sso/token", 9)
    await registry.aclose()


@pytest.mark.parametrize(
    "answer", [{"code": "1"}, {"code": "0"}, {"code": "0", "session": "a b"}, {"code": "0", "session": {}}]
)
async def test_a_login_that_does_not_say_yes_is_no_session(answer: dict[str, Any]) -> None:
    asked: list[str] = []

    def source(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, json=answer)

    registry = mocked(source, toy(**VARIANTS["session_rpc"]))
    assert (await ask(registry)).outcome is Outcome.UNKNOWN
    assert set(asked) == {"/login"}
    await registry.aclose()


async def test_a_refused_login_is_not_tried_again_at_once_lest_the_account_be_locked() -> None:
    asked: list[str] = []

    def source(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, json={"code": "-2"})

    registry = mocked(source, toy(**VARIANTS["session_rpc"]))
    assert {(await ask(registry)).doubt for _ in range(5)} == {Doubt.SOURCE_DENIED}
    assert asked == ["/login"]
    await registry.aclose()


@pytest.mark.parametrize(
    "auth",
    [
        {"type": "api_key", "in": "cookie", "name": "k", "key_name": "TOY_KEY"},
        {"type": "api_key", "in": "header", "name": "k", "key_name": "hunter2"},
        {"type": "api_key", "in": "header", "name": "k\r\nx", "key_name": "TOY_KEY"},
        {"type": "bearer", "token_name": "eyJhbGciOiJ"},
        {"type": "none", "also": [{"in": "header", "name": "x", "value": "{token}"}]},
        {"type": "none", "also": [{"in": "header", "name": "x", "value": "{env.HOME}"}]},
        {"type": "none", "also": [{"in": "header", "name": "x"}]},
        {"type": "oauth2_password", **GRANT, **PERSON, "style": "basic"},
        {"type": "keycloak", "realm": "a/../b", "client_id_name": "TOY_ID", "client_secret_name": "TOY_SECRET"},
        {"type": "keycloak", "realm": "a", "client_id_name": "TOY_ID"},
        VARIANTS["session_rpc"]["auth"] | {"put": [{"in": "json", "name": "s", "value": "{token.other}"}]},
        VARIANTS["session_rpc"]["auth"] | {"json": {"u": "{token}"}},
        VARIANTS["session_rpc"]["auth"] | {"path": "https://elsewhere.example/login"},
        {"type": "spell"},
    ],
)
def test_a_way_to_sign_in_that_cannot_be_is_refused(auth: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Auth).validate_python(auth)


async def test_every_secret_that_a_manifest_names_must_be_there() -> None:
    for variant in ("session_rpc_behind", "soap_xml_behind"):
        manifest = toy(**VARIANTS[variant])
        for missing in manifest.secret_names:
            known = {name: "x" for name in manifest.secret_names if name != missing}
            with pytest.raises(UnsafeSettings, match=missing):
                SourceRegistry([manifest], {"toy": "https://registry.example"}, known.__getitem__, WallClock())


WHO = ("ca", "server", "client", "stranger")


def _issued(folder: Path, name: str, signer: tuple[Any, Any] | None = None) -> tuple[Any, Any]:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    issuer, by = (signer[0].subject, signer[1]) if signer else (subject, key)
    built = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    built = built.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
    built = built.not_valid_after(now + timedelta(days=1)).add_extension(x509.BasicConstraints(signer is None, None), True)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = built.add_extension(names, False).sign(by, hashes.SHA256())
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / f"{name}.pem").write_bytes(certificate.public_bytes(pem))
    (folder / f"{name}.key").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return certificate, key


@pytest.mark.acceptance
async def test_a_source_may_want_a_certificate_and_always_has_to_show_one(tmp_path: Path) -> None:
    authority = _issued(tmp_path, "ca")
    for name in ("server", "client"):
        _issued(tmp_path, name, authority)
    _issued(tmp_path, "stranger")
    file = {name: str(tmp_path / name) for name in [f"{who}.{kind}" for who in WHO for kind in ("pem", "key")]}
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=file["ca.pem"])
    context.load_cert_chain(file["server.pem"], file["server.key"])
    context.verify_mode = ssl.CERT_REQUIRED

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}")
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def status(tls: Tls) -> int | str:
        upstream = Upstream(url, Limits(), aiohttp_transport, tls)
        try:
            return (await upstream.send(Outgoing("GET", "/"))).status
        except Trouble as trouble:
            return trouble.doubt.value
        finally:
            await upstream.aclose()

    assert await status(Tls(file["ca.pem"], file["client.pem"], file["client.key"])) == 200
    for tls in (
        Tls(file["ca.pem"]),
        Tls(file["ca.pem"], file["stranger.pem"], file["stranger.key"]),
        Tls(None, file["client.pem"], file["client.key"]),
        Tls(file["stranger.pem"], file["client.pem"], file["client.key"]),
    ):
        assert await status(tls) in ("source_unavailable", "bad_answer")
    server.close()
