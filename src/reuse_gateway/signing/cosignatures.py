"""Cosignatures of witnesses (bên chứng kiến) under checkpoints: C2SP tlog-cosignature, Ed25519, `cosignature/v1`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from reuse_gateway.application.proof_ports import Cosignature
from reuse_gateway.domain.errors import ProofError
from reuse_gateway.signing.checkpoints import decoded, signature_line

_COSIGNATURE, _STAMP, _SIGNATURE = b"\x04", 8, 64
_AHEAD, _MOST_LINES = timedelta(minutes=5), 64


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """The public key of a witness: its name and SHA-256(name || 0x0A || 0x04 || key)[:4]."""

    name: str
    public: Ed25519PublicKey

    @property
    def key_id(self) -> bytes:
        raw = self.public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return sha256(self.name.encode() + b"\n" + _COSIGNATURE + raw).digest()[:4]


def parse_witness(text: str) -> WitnessKey:
    """From the vkey string that a witness publishes; raises ProofError."""
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    content = decoded(encoded)
    if len(content) != 33 or content[:1] != _COSIGNATURE or not name:
        raise ProofError("not the vkey of a witness", code="vkey_malformed")
    key = WitnessKey(name, Ed25519PublicKey.from_public_bytes(content[1:]))
    if key.key_id.hex() != key_id:
        raise ProofError("vkey", code="vkey_malformed", expected=key.key_id.hex(), found=key_id)
    return key


def cosigned_text(text: bytes, stamp_s: int) -> bytes:
    """What a witness signs: that at this second it knew of no other history than the one of this checkpoint."""
    return f"cosignature/v1\ntime {stamp_s}\n".encode() + text


class WitnessKeys:
    """Port `Witnesses`."""

    def __init__(self, vkeys: Sequence[str]) -> None:
        """Raises ProofError for one that is no witness's key."""
        self._keys = {(key.name, key.key_id): key for key in map(parse_witness, vkeys)}

    def cosignatures(self, note: bytes, now: datetime) -> tuple[Cosignature, ...]:
        """Those of known witnesses; strangers' lines are passed over. Raises ProofError where a known one does not hold, is
        of the future, or none is known.
        """
        text, _, lines = note.rpartition(b"\n\n")
        found = []
        for line in lines.removesuffix(b"\n").split(b"\n")[:_MOST_LINES]:
            name, key_id, signature = signature_line(line)
            key = self._keys.get((name, key_id))
            if key is not None:
                at = _verified(key, signature, text + b"\n")
                if at > now + _AHEAD:
                    raise ProofError("a cosignature of the future", code="cosignature_ahead")
                found.append(Cosignature(key.name, at, line.decode()))
        if not found:
            raise ProofError("no cosignature of a known witness", code="witness_unknown")
        return tuple(found)


def _verified(key: WitnessKey, signature: bytes, text: bytes) -> datetime:
    stamp = int.from_bytes(signature[:_STAMP], "big")
    if len(signature) != _STAMP + _SIGNATURE or stamp >= 1 << 36:
        raise ProofError("not a cosignature", code="note_malformed")
    try:
        key.public.verify(signature[_STAMP:], cosigned_text(text, stamp))
    except InvalidSignature:
        raise ProofError("the cosignature does not hold", code="note_forged") from None
    return datetime.fromtimestamp(stamp, UTC)
