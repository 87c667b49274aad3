"""Heads signed with the ring as it was read, opened with every key that has come into its folder since."""

from __future__ import annotations

from reuse_gateway.domain.errors import ProofError, UnsafeSettings
from reuse_gateway.signing.checkpoints import CheckpointNotes
from reuse_gateway.signing.keys import KeyRing


class FollowedNotes:
    """The ledger's key for a process among several: after `keys rotate checkpoint` they are started anew one by one."""

    def __init__(self, origin: str, ring: KeyRing) -> None:
        self._origin, self._ring = origin, ring
        self._signing = self._opening = CheckpointNotes(origin, ring.all("checkpoint"))

    def sign(self, size: int, root: bytes) -> bytes:
        """The signed note of a head, by the newest key of this process's start."""
        return self._signing.sign(size, root)

    def open(self, note: bytes) -> tuple[int, bytes]:
        """Size and root of a note of this ledger; raises ProofError."""
        try:
            return self._opening.open(note)
        except ProofError as failure:
            if failure.code != "note_unsigned":
                raise
            self._read_again(failure)
            return self._opening.open(note)

    def _read_again(self, failure: ProofError) -> None:
        try:
            self._opening = CheckpointNotes(self._origin, KeyRing(self._ring.directory).all("checkpoint"))
        except UnsafeSettings:
            raise failure from None
