"""An authority that is down, slow, endless or lying gives no stamp and harms nobody; over real HTTP, with `openssl ts`."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from reuse_gateway.domain.errors import ProofError, UnsafeSettings
from reuse_gateway.domain.time_stamp import TimeStamp
from reuse_gateway.signing.timestamp_authority import LARGEST, HttpAuthority
from reuse_gateway.signing.timestamps import TrustedStamps

from .authority import REPLY, Authority, Reply, certified, serving

pytestmark = pytest.mark.acceptance
TEXT = b"tests.example/ledger\n6\nAAAA\n"


async def asked(trust: TrustedStamps, reply: Reply, within_s: float = 5.0) -> TimeStamp:
    async with serving(reply) as (url, _), httpx.AsyncClient(trust_env=False) as client:
        return await HttpAuthority(url, client, trust, within_s).stamp(TEXT)


def trusted(authority: Authority) -> TrustedStamps:
    return TrustedStamps(authority.certificates.read_bytes())


async def test_a_stamp_holds_for_its_text_and_for_no_other(authority: Authority) -> None:
    trust = trusted(authority)
    stamp = await asked(trust, authority.stamps)
    assert abs(stamp.at - datetime.now(UTC)) < timedelta(minutes=1)
    assert trust.verified(stamp.reply, TEXT) == stamp.at
    with pytest.raises(ProofError) as refused:
        trust.verified(stamp.reply, TEXT + b"x")
    assert refused.value.code == "tsa_other_digest"


def saying(status: int, kind: str, body: bytes) -> Reply:
    async def reply(_query: bytes) -> tuple[int, str, bytes]:
        return status, kind, body

    return reply


async def silent(_query: bytes) -> tuple[int, str, bytes]:
    await asyncio.sleep(5)
    return 200, REPLY, b""


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (saying(503, "text/html", b"<h1>down</h1>"), "tsa_refused"),
        (saying(302, REPLY, b""), "tsa_refused"),
        (saying(200, "text/html", b"<h1>sign in</h1>"), "tsa_bad_answer"),
        (saying(200, REPLY, b""), "tsa_bad_answer"),
        (saying(200, REPLY, b"\x30\x03\x02\x01\x00"), "tsa_bad_answer"),
        (saying(200, REPLY, b"\x30\x05\x30\x03\x02\x01\x02"), "tsa_refused"),
        (saying(200, REPLY, b"x" * (LARGEST + 1)), "tsa_oversize"),
        (silent, "tsa_timed_out"),
    ],
)
async def test_what_is_no_stamp_is_none_and_is_told_by_name(authority: Authority, reply: Reply, code: str) -> None:
    with pytest.raises(ProofError) as refused:
        await asked(trusted(authority), reply, 0.5)
    assert refused.value.code == code


async def test_nobody_at_the_door_is_unreachable(authority: Authority) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        with pytest.raises(ProofError) as refused:
            await HttpAuthority("http://127.0.0.1:1/", client, trusted(authority)).stamp(TEXT)
    assert refused.value.code == "tsa_unreachable"


async def test_an_answer_to_another_request_is_refused(authority: Authority) -> None:
    """The same text, an old reply: somebody in between hides how late it is."""
    trust = trusted(authority)
    old = authority.replied(trust.request(TEXT)[0])
    with pytest.raises(ProofError) as refused:
        await asked(trust, saying(200, REPLY, old))
    assert refused.value.code == "tsa_other_nonce"


async def test_a_stamp_of_another_text_is_refused(authority: Authority) -> None:
    trust = trusted(authority)
    other = authority.replied(trust.request(b"another head")[0])
    with pytest.raises(ProofError) as refused:
        await asked(trust, saying(200, REPLY, other))
    assert refused.value.code == "tsa_other_digest"


async def test_a_stranger_is_not_believed(authority: Authority, tmp_path: Path) -> None:
    with pytest.raises(ProofError) as refused:
        await asked(trusted(authority), certified(tmp_path / "stranger").stamps)
    assert refused.value.code == "tsa_bad_signature"


async def test_a_changed_reply_is_not_believed(authority: Authority) -> None:
    trust = trusted(authority)

    async def bent(query: bytes) -> tuple[int, str, bytes]:
        reply = bytearray(await asyncio.to_thread(authority.replied, query))
        reply[-1] ^= 1
        return 200, REPLY, bytes(reply)

    with pytest.raises(ProofError) as refused:
        await asked(trust, bent)
    assert refused.value.code == "tsa_bad_signature"


async def test_no_bent_reply_ever_ends_in_another_error(authority: Authority) -> None:
    trust = trusted(authority)
    good = (await asked(trust, authority.stamps)).reply
    at = trust.verified(good, TEXT)
    for place in range(0, len(good), 3):
        for bent in (good[:place], good[:place] + bytes([good[place] ^ 0x21]) + good[place + 1 :]):
            with suppress(ProofError):
                assert trust.verified(bent, TEXT) == at, "bits outside of what is signed may bend; what is told may not"


def test_certificates_that_are_none_refuse_the_start(authority: Authority, tmp_path: Path) -> None:
    web = certified(tmp_path / "web", ExtendedKeyUsageOID.SERVER_AUTH).certificates.read_bytes()
    own = (authority.folder / "own.pem").read_bytes()
    for bad in (b"", b"no certificate", web, own):
        with pytest.raises(UnsafeSettings) as refused:
            TrustedStamps(bad)
        assert refused.value.code == "timestamp_certificates"
