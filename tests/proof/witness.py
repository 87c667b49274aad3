"""A witness as C2SP describes one: a key of its own, and a line under notes that it has seen to be consistent."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class Witness:
    def __init__(self, name: str = "witness.example/inspectors") -> None:
        self.name, self.private = name, Ed25519PrivateKey.generate()
        raw = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.key_id = sha256(name.encode() + b"\n\x04" + raw).digest()[:4]
        self.vkey = self._vkey(raw)

    def _vkey(self, raw: bytes) -> str:
        encoded = b64encode(b"\x04" + raw).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    def line(self, note: bytes, at: datetime) -> bytes:
        text, stamp = note.rpartition(b"\n\n")[0] + b"\n", int(at.timestamp())
        signature = self.private.sign(f"cosignature/v1\ntime {stamp}\n".encode() + text)
        return f"— {self.name} {b64encode(self.key_id + stamp.to_bytes(8, 'big') + signature).decode()}\n".encode()

    def cosigned(self, note: bytes, at: datetime) -> bytes:
        return note + self.line(note, at)
