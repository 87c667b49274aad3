"""Checkpoints of the ledger as C2SP signed notes (tlog-checkpoint, signed-note): origin, size, root, and signature lines."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from reuse_gateway.domain.errors import ProofError, UnsafeSettings
from reuse_gateway.signing.keys import SigningKey

ED25519, COSIGNATURE = b"\x01", b"\x04"


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public key as notes know it: its name and SHA-256(name || 0x0A || kind || key)[:4], `kind` telling what it signs."""

    name: str
    public: Ed25519PublicKey
    kind: bytes = ED25519

    @property
    def typed(self) -> bytes:
        """The 32 bytes of the key behind the byte that tells its kind."""
        return self.kind + self.public.public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + self.typed).digest()[:4]

    @property
    def vkey(self) -> str:
        """The string that witnesses and auditors are given: `name+keyid+base64`."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(self.typed).decode()}"


def verifier_key(name: str, public: Ed25519PublicKey) -> str:
    """The vkey string of a ledger's key."""
    return NoteKey(name, public).vkey


def parse_vkey(text: str, kind: bytes = ED25519) -> NoteKey:
    """A key of this kind from its vkey string (C2SP signed-note); raises ProofError(`vkey_malformed`)."""
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    content = decoded(encoded)
    if len(content) != 33 or content[:1] != kind or not name:
        raise ProofError("no vkey of this kind", code="vkey_malformed")
    key = NoteKey(name, Ed25519PublicKey.from_public_bytes(content[1:]), kind)
    if key.key_id.hex() != key_id:
        raise ProofError("vkey", code="vkey_malformed", expected=key.key_id.hex(), found=key_id)
    return key


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log at a size; `root` is 32 bytes."""

    origin: str
    size: int
    root: bytes

    def text(self) -> bytes:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n".encode()


def parse_checkpoint(text: bytes) -> Checkpoint:
    """Strict: three lines, no extension lines; raises ProofError."""
    try:
        lines = text.decode().split("\n")
    except UnicodeDecodeError:
        lines = []
    if len(lines) != 4 or lines[3] or not lines[0]:
        raise ProofError("not a checkpoint", code="note_malformed")
    size, root = lines[1], decoded(lines[2])
    if not (size.isascii() and size.isdigit() and str(int(size)) == size and len(size) <= 18) or len(root) != 32:
        raise ProofError("not a checkpoint", code="note_malformed")
    return Checkpoint(lines[0], int(size), root)


def open_note(note: bytes, keys: Sequence[NoteKey]) -> Checkpoint:
    """The checkpoint of a note that at least one of `keys` signed; raises ProofError."""
    return parse_checkpoint(signed_text(note, keys))


def signed_text(note: bytes, keys: Sequence[NoteKey]) -> bytes:
    """The text of a note that at least one of `keys` signed. Unknown signers are ignored, a known one that does not hold is
    refused (signed-note); raises ProofError.
    """
    text, blank, signatures = note.rpartition(b"\n\n")
    if not blank or not signatures.endswith(b"\n"):
        raise ProofError("not a signed note", code="note_malformed")
    text += b"\n"
    known = {(key.name, key.key_id): key for key in keys}
    held = 0
    for line in signatures[:-1].split(b"\n"):
        name, key_id, signature = signature_line(line)
        key = known.get((name, key_id))
        if key is not None:
            _verify(key, signature, text)
            held += 1
    if not held:
        raise ProofError("no signature of a known key", code="note_unsigned")
    return text


def signature_line(line: bytes) -> tuple[str, bytes, bytes]:
    """Name, key id and signature of a line under a note; raises ProofError."""
    try:
        dash, name, encoded = line.decode().split(" ")
    except ValueError:
        raise ProofError("not a signature line", code="note_malformed") from None
    content = decoded(encoded)
    if dash != "—" or not name or len(content) < 5:
        raise ProofError("not a signature line", code="note_malformed")
    return name, content[:4], content[4:]


def _verify(key: NoteKey, signature: bytes, text: bytes) -> None:
    try:
        key.public.verify(signature, text)
    except InvalidSignature:
        raise ProofError("the signature does not hold", code="note_forged") from None


class CheckpointNotes:
    """Signs and opens the checkpoints of one ledger. The first of `keys` signs, all open."""

    def __init__(self, origin: str, keys: Sequence[SigningKey]) -> None:
        if not origin or "+" in origin or any(c.isspace() for c in origin):
            raise UnsafeSettings("origin: no spaces, no plus", code="origin_shape")
        self.origin = origin
        self.keys = tuple(NoteKey(origin, key.public) for key in keys)
        self._private = keys[0].private
        self._key_id = self.keys[0].key_id

    def sign(self, size: int, root: bytes) -> bytes:
        """The signed note of a head."""
        return self.seal(Checkpoint(self.origin, size, root).text())

    def seal(self, text: bytes) -> bytes:
        """A signed note of a text; Ed25519 signs the same text always alike."""
        signature = b64encode(self._key_id + self._private.sign(text)).decode()
        return text + f"\n— {self.origin} {signature}\n".encode()

    @property
    def verifiers(self) -> tuple[str, ...]:
        """The vkeys of the ring, the one that signs first."""
        return tuple(key.vkey for key in self.keys)

    def open(self, note: bytes) -> tuple[int, bytes]:
        """Size and root of a note of this ledger; raises ProofError."""
        checkpoint = open_note(note, self.keys)
        if checkpoint.origin != self.origin:
            raise ProofError("another ledger", expected=self.origin, found=checkpoint.origin)
        return checkpoint.size, checkpoint.root


def decoded(text: str) -> bytes:
    """Base64 in its one canonical spelling; raises ProofError."""
    try:
        content = b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        content = b""
    if b64encode(content).decode() != text:
        raise ProofError("not base64", code="note_malformed")
    return content
