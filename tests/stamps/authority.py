"""A time-stamping authority of our own: certificates, `openssl ts` as its engine, and an HTTP door that can misbehave."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Reply = Callable[[bytes], Awaitable[tuple[int, str, bytes]]]
REPLY = "application/timestamp-reply"
_CONFIG = """[tsa]
default_tsa = here
[here]
serial = serial
crypto_device = builtin
signer_cert = own.pem
signer_key = own.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_chain = no
"""


@dataclass(frozen=True)
class Authority:
    """`certificates` is the PEM file for those who trust it."""

    folder: Path

    @property
    def certificates(self) -> Path:
        return self.folder / "trusted.pem"

    def replied(self, query: bytes) -> bytes:
        (self.folder / "query").write_bytes(query)
        told = ["openssl", "ts", "-reply", "-config", "ts.cnf", "-queryfile", "query", "-out", "reply"]
        subprocess.run(told, cwd=self.folder, check=True, capture_output=True)
        return (self.folder / "reply").read_bytes()

    async def stamps(self, query: bytes) -> tuple[int, str, bytes]:
        return 200, REPLY, await asyncio.to_thread(self.replied, query)


def certified(folder: Path, uses: x509.ObjectIdentifier = ExtendedKeyUsageOID.TIME_STAMPING) -> Authority:
    folder.mkdir()
    now, day = datetime.now(UTC), timedelta(days=1)
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name, name = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (f"root of {folder.name}", "own"))
    root = x509.CertificateBuilder(root_name, root_name, root_key.public_key(), 1, now - day, now + day)
    root = root.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    own = x509.CertificateBuilder(root_name, name, key.public_key(), 2, now - day, now + day)
    own = own.add_extension(x509.ExtendedKeyUsage([uses]), critical=True)
    pem = [each.sign(root_key, hashes.SHA256()).public_bytes(Encoding.PEM) for each in (root, own)]
    (folder / "trusted.pem").write_bytes(b"".join(pem))
    (folder / "own.pem").write_bytes(pem[1])
    (folder / "own.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "serial").write_text("01")
    (folder / "ts.cnf").write_text(_CONFIG)
    return Authority(folder)


@asynccontextmanager
async def serving(reply: Reply) -> AsyncIterator[tuple[str, list[bytes]]]:
    """The URL, and the queries that arrived."""
    arrived: list[bytes] = []

    async def called(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
            )
            arrived.append(await reader.readexactly(length))
            status, kind, body = await reply(arrived[-1])
            told = f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\nlocation: /x\r\n"
            writer.write(told.encode() + b"connection: close\r\n\r\n" + body)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    server = await asyncio.start_server(called, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/tsa", arrived
    finally:
        server.close()
