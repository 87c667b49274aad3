"""Deliveries over real sockets to targets that are slow, gone, endless, elsewhere or inside; and the API of subscriptions."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from reuse_gateway.bootstrap import verified
from reuse_gateway.domain.webhook import Answer
from reuse_gateway.signing.webhook_signatures import RunningSignature, secret_bytes
from reuse_gateway.webhooks.targets import HttpTargets
from tests.proof.running_house import Running, house, settings_for

pytestmark = pytest.mark.acceptance
Reply = Callable[[asyncio.StreamWriter], Awaitable[None]]
WHY = "for the monitor of the province"


def status(line: str, *headers: str, body: bytes = b"") -> Reply:
    async def reply(writer: asyncio.StreamWriter) -> None:
        told = [f"HTTP/1.1 {line}", f"content-length: {len(body)}", "connection: close", *headers]
        writer.write("\r\n".join(told).encode() + b"\r\n\r\n" + body)

    return reply


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n")
    for _ in range(100_000):
        writer.write(b"x" * 65_536)
        await writer.drain()


async def endless_head(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for _ in range(100_000):
        writer.write(b"x-more: " + b"y" * 60_000 + b"\r\n")
        await writer.drain()


async def silent(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


async def dripping(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nx-more: ")
    for _ in range(300):
        writer.write(b"y")
        await writer.drain()
        await asyncio.sleep(0.1)


async def nonsense(writer: asyncio.StreamWriter) -> None:
    writer.write(b"what do you want?\r\n\r\n")


@asynccontextmanager
async def target(reply: Reply, tls: ssl.SSLContext | None = None) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Its origin, and the requests that arrived."""
    arrived: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            size = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
            arrived.append(head + await reader.readexactly(size))
            await reply(writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}", arrived
    finally:
        server.close()


async def sent(origin: str, path: str = "/hooks", inside: bool = True, within_s: float = 2.0) -> Answer:
    targets = HttpTargets([origin] if inside else [])
    return await targets.send(origin + path, {"webhook-id": "evt_1_0"}, b"{}", timedelta(seconds=within_s))


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        (status("200 OK"), Answer("delivered", 200)),
        (status("204 No Content"), Answer("delivered", 204)),
        (status("410 Gone"), Answer("gone", 410)),
        (status("429 Too Many", "retry-after: 120"), Answer("refused", 429, timedelta(seconds=120))),
        (status("503 Away", "retry-after: Mon, 23 Nov 2026 06:00:00 GMT"), Answer("refused", 503)),
        (status("500 Broken", "retry-after: 99999999999"), Answer("refused", 500)),
        (status("302 Found", "location: http://127.0.0.1:1/"), Answer("redirected", 302)),
        (status("308 Elsewhere", "location: http://169.254.169.254/"), Answer("redirected", 308)),
        (endless, Answer("delivered", 200)),
        (endless_head, Answer("bad_answer")),
        (nonsense, Answer("bad_answer")),
        (status("200 OK", "content-encoding: gzip", body=b"\x1f\x8b\x08\x00" + b"\x00" * 64), Answer("delivered", 200)),
    ],
)
async def test_each_answer_has_its_outcome_and_is_over_soon(reply: Reply, answer: Answer) -> None:
    async with target(reply) as (origin, arrived):
        begun = time.monotonic()
        assert await sent(origin, within_s=5.0) == answer
        assert time.monotonic() - begun < 3
        assert len(arrived) == 1


@pytest.mark.parametrize("reply", [silent, dripping])
async def test_a_slow_target_is_left_in_time(reply: Reply) -> None:
    async with target(reply) as (origin, _):
        begun = time.monotonic()
        assert await sent(origin, within_s=0.5) == Answer("timed_out")
        assert time.monotonic() - begun < 2


async def test_a_redirect_to_a_private_address_is_not_followed() -> None:
    async with target(status("200 OK")) as (inner, arrived):
        async with target(status("307 Elsewhere", f"location: {inner}/secret")) as (origin, _):
            assert (await sent(origin)).outcome == "redirected"
        assert arrived == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1", "[::1]", "[::ffff:127.0.0.1]"])
async def test_no_name_leads_inside(host: str) -> None:
    async with target(status("200 OK")) as (_, arrived):
        targets = HttpTargets()
        answer = await targets.send(f"https://{host}/x", {}, b"{}", timedelta(seconds=5))
        assert answer.outcome in ("address_inside", "name_unknown")
        assert arrived == []


async def test_a_name_that_leads_inside_the_second_time_is_still_connected_to_where_it_was_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """DNS rebinding: the resolver says a public address first and loopback afterwards. One look, one address."""
    loop, looks = asyncio.get_running_loop(), []

    async def resolving(host: str, port: int, **_: Any) -> list[Any]:
        looks.append(host)
        address = "203.0.114.1" if len(looks) == 1 else "127.0.0.1"
        return [(2, 1, 6, "", (address, port))]

    monkeypatch.setattr(loop, "getaddrinfo", resolving)
    connected: list[str] = []

    async def connecting(*_: Any, **more: Any) -> Any:
        connected.extend(str(each[4][0]) for each in more.get("addr_infos", _[1] if len(_) > 1 else []))
        raise OSError("nobody is called from a test")

    monkeypatch.setattr("aiohttp.connector.aiohappyeyeballs.start_connection", connecting)
    answer = await HttpTargets().send("https://rebinding.example/x", {}, b"{}", timedelta(seconds=2))
    assert answer == Answer("unreachable")
    assert looks == ["rebinding.example"]
    assert set(connected) == {"203.0.114.1"}


async def test_a_name_with_one_foot_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    async def resolving(host: str, port: int, **_: Any) -> list[Any]:
        return [(2, 1, 6, "", ("203.0.114.1", port)), (2, 1, 6, "", ("10.0.0.7", port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolving)
    assert await HttpTargets().send("https://two.example/", {}, b"{}", timedelta(seconds=2)) == Answer("address_inside")


async def test_nobody_at_the_door_is_unreachable() -> None:
    assert await sent("http://127.0.0.1:1") == Answer("unreachable")


async def test_a_certificate_that_nobody_vouches_for_ends_the_call_before_a_word_is_said(tmp_path: Path) -> None:
    async with target(status("200 OK"), self_signed(tmp_path)) as (origin, arrived):
        assert await sent(origin) == Answer("tls_failed")
        assert arrived == []


def self_signed(folder: Path) -> ssl.SSLContext:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(1), now + timedelta(1))
    pem = made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    pem += key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "server.pem").write_bytes(pem)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.pem")
    return context


async def create(here: Running, target_url: str, *kinds: str, **more: Any) -> Any:
    body = {"url": target_url, "kinds": list(kinds) or ["*"], "reason": WHY} | more
    return await here.call("POST", "/v1/admin/webhooks", json=body)


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(200):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it never came")


async def test_a_violation_reaches_a_subscriber_by_itself_signed(tmp_path: Path) -> None:
    async with target(status("200 OK")) as (origin, arrived):
        settings = settings_for(tmp_path / "home", webhooks_inside=(origin,), webhooks_every_s=0.05)
        async with house(settings) as here:
            answer = await create(here, f"{origin}/hooks", "violation.*", "demand.*")
            assert answer.status_code == 201, answer.text
            secret, id = answer.json()["secret"], answer.json()["webhook_id"]
            violation = await here.violation()
            await until(lambda: any(violation.encode() in each for each in arrived))
            head, _, body = arrived[0].partition(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
            check = RunningSignature(
                {name.lower(): value for name, value in headers.items()}, [secret_bytes(secret)], time.time()
            )
            check.update(body)
            assert check.holds()
            assert b"999090000001" not in b"".join(arrived)
            shown = (await here.call("GET", f"/v1/admin/webhooks/{id}")).json()
            assert "secret" not in shown
            tries = (await here.call("GET", f"/v1/admin/webhooks/{id}/attempts")).json()["items"]
            assert {each["outcome"] for each in tries} == {"delivered"}
            assert json.loads(body)["data"]["place"] in {each["place"] for each in tries}
            before = len(arrived)
            again = await here.call("POST", f"/v1/admin/webhooks/{id}/replay", json={"after": "0.0", "reason": WHY})
            assert again.status_code == 200
            await until(lambda: len(arrived) >= 2 * before)
            rotated = await here.call("POST", f"/v1/admin/webhooks/{id}/secret", json={"reason": WHY})
            assert rotated.json()["secret"] != secret
            assert [each["webhook_id"] for each in (await here.call("GET", "/v1/admin/webhooks")).json()["items"]] == [id]
            off = await here.call("PATCH", f"/v1/admin/webhooks/{id}", json={"on": False, "reason": WHY})
            assert off.json()["state"] == "off"
        assert (await verified(settings)).good


BAD: list[tuple[dict[str, Any], str]] = [
    ({"url": "http://siem.example/x"}, "url_not_https"),
    ({"url": "https://169.254.169.254/latest"}, "address_inside"),
    ({"url": "https://[::1]/"}, "address_inside"),
    ({"url": "https://user:secret@siem.example/"}, "url_shape"),
    ({"url": "https://2130706433/"}, "personal_number_in_ref"),
    ({"url": "https://0177.0.0.1/"}, "url_shape"),
    ({"url": "https://0x7f.1/x"}, "url_shape"),
    ({"url": "https://siem.example:25/"}, "url_port"),
    ({"kinds": []}, "too_short"),
    ({"kinds": ["Violation.*"]}, "bad_format"),
    ({"kinds": ["*.x"]}, "bad_format"),
    ({"kinds": ["violation.*", "violation.detect"]}, "unknown_event_kind"),
    ({"kinds": ["violations.*"]}, "unknown_event_kind"),
    ({"reason": "short"}, "too_short"),
    ({"reason": "asked by 999 090 000 001"}, "personal_number"),
    ({"reason": "." * 20}, "too_short"),
    ({"url": "https://siem.example/%39%39%39090000001"}, "personal_number_in_ref"),
    ({"secret": "whsec_mine"}, "unknown_field"),
]


async def test_a_bad_subscription_is_refused_by_name(tmp_path: Path) -> None:
    async with house(settings_for(tmp_path / "home", webhooks_every_s=0)) as here:
        for changes, code in BAD:
            answer = await create(here, "https://siem.example/x", **changes)
            assert (answer.status_code, [each["code"] for each in answer.json()["errors"]]) == (422, [code]), changes
            assert "secret@" not in answer.text


async def test_only_administrators_and_only_what_is_there(tmp_path: Path) -> None:
    async with house(settings_for(tmp_path / "home", webhooks_every_s=0)) as here:
        for method, path in (("GET", ""), ("POST", ""), ("GET", "/whk_x"), ("PATCH", "/whk_x"), ("POST", "/whk_x/replay")):
            assert (await here.call(method, f"/v1/admin/webhooks{path}", "demo-auditor", json={})).status_code == 403
        none = "whk_" + "0" * 32
        for path in (none, f"{none}/attempts", "x"):
            assert (await here.call("GET", f"/v1/admin/webhooks/{path}")).status_code == 404
        made = (await create(here, "https://siem.example/x")).json()["webhook_id"]
        wrong = await here.call("PATCH", f"/v1/admin/webhooks/{made}", json={"kinds": ["checkpoint.dayly"], "reason": WHY})
        (fault,) = wrong.json()["errors"]
        assert (wrong.status_code, fault["pointer"], fault["suggestions"][0]) == (422, "/kinds/0", "checkpoint.daily")
        for after, code in (("9999999.0", 400), ("x", 422)):
            answer = await here.call("POST", f"/v1/admin/webhooks/{made}/replay", json={"after": after, "reason": WHY})
            assert answer.status_code == code
