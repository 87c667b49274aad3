"""Cosignatures of witnesses (bên chứng kiến) under checkpoints: C2SP tlog-cosignature, Ed25519, `cosignature/v1`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature

from reuse_gateway.application.proof_ports import Cosignature
from reuse_gateway.domain.errors import ProofError
from reuse_gateway.signing.checkpoints import COSIGNATURE, NoteKey, parse_vkey, signature_line

_STAMP, _SIGNATURE = 8, 64
_AHEAD, _MOST_LINES = timedelta(minutes=5), 64


def cosigned_text(text: bytes, stamp_s: int) -> bytes:
    """What a witness signs: that at this second it knew of no other history than the one of this checkpoint."""
    return f"cosignature/v1\ntime {stamp_s}\n".encode() + text


class WitnessKeys:
    """Port `Witnesses`."""

    def __init__(self, vkeys: Sequence[str]) -> None:
        """Raises ProofError for one that is no witness's key."""
        self._keys = {(key.name, key.key_id): key for key in (parse_vkey(each, COSIGNATURE) for each in vkeys)}

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


def _verified(key: NoteKey, signature: bytes, text: bytes) -> datetime:
    stamp = int.from_bytes(signature[:_STAMP], "big")
    if len(signature) != _STAMP + _SIGNATURE or stamp >= 1 << 36:
        raise ProofError("not a cosignature", code="note_malformed")
    try:
        key.public.verify(signature[_STAMP:], cosigned_text(text, stamp))
    except InvalidSignature:
        raise ProofError("the cosignature does not hold", code="note_forged") from None
    return datetime.fromtimestamp(stamp, UTC)
