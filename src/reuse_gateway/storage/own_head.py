"""Which head of the ledger is signed onward: only one that this ledger signed, never less than the process has seen.

The owner of the database may put any head there. Without this the key would sign whatever stands behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog

from reuse_gateway.domain.errors import HeadAstray, ProofError
from reuse_gateway.domain.merkle import Frontier

log = structlog.get_logger()


class HeadNotes(Protocol):
    """The ledger's key."""

    def sign(self, size: int, root: bytes) -> bytes:
        """The signed note of a head."""
        ...

    def open(self, note: bytes) -> tuple[int, bytes]:
        """Size and root of a note of this ledger; raises ProofError(`note_unsigned`) where no known key signed it."""
        ...


@dataclass(frozen=True, slots=True)
class StoredHead:
    """The newest row of `ledger_checkpoints` as it stands, whoever put it there; `packed` is its frontier."""

    size: int
    root: bytes
    packed: bytes
    note: bytes
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Head:
    """A head to go on from: the tree so far, and the highest instant that was ever signed."""

    frontier: Frontier
    signed_at: datetime


class OwnHeads:
    """Remembers the last head that this process wrote or went on from, and refuses what contradicts it."""

    def __init__(self, notes: HeadNotes) -> None:
        self._notes = notes
        self._last: StoredHead | None = None

    def trusted(self, stored: StoredHead | None) -> Head | None:
        """The head as what it says it is; None = a new ledger. Raises HeadAstray.

        One that is byte for byte the last of this process is believed without looking at its signature again.
        """
        last = self._last
        if stored is None and last is None:
            return None
        if stored is None or (last is not None and stored != last and stored.size <= last.size):
            raise _astray("the ledger's head is not the one that was signed last", stored, "ledger_head_astray")
        try:
            _demand_bytes(stored)
            frontier = Frontier.unpacked(stored.size, stored.packed)
            said = (stored.size, stored.root) if stored == last else self._notes.open(stored.note)
        except ProofError as failure:
            code = "ledger_key_unknown" if failure.code == "note_unsigned" else "ledger_head_astray"
            raise _astray(_MENDS[code], stored, code) from None
        if said != (stored.size, stored.root) or frontier.root != stored.root:
            raise _astray(_MENDS["ledger_head_astray"], stored, "ledger_head_astray")
        return Head(frontier, stored.signed_at)

    def stands(self, head: StoredHead | None) -> None:
        """This head is durable, and was trusted or written by this process."""
        self._last = head


def _demand_bytes(stored: StoredHead) -> None:
    """SQLite keeps whatever type its owner puts into a column."""
    if not all(isinstance(each, bytes) for each in (stored.root, stored.packed, stored.note)):
        raise ProofError("not bytes")


_MENDS = {
    "ledger_head_astray": "the newest head in the database is not what its note says: run `reuse-gateway ledger verify`",
    "ledger_key_unknown": "no checkpoint key of the key ring signed the ledger's newest head: put the key ring (and ORIGIN) "
    "back that belong to this database; a new key cannot go on with an old ledger",
}


def _astray(said: str, stored: StoredHead | None, code: str) -> HeadAstray:
    log.error(code, size=stored.size if stored else None)
    return HeadAstray(said, code=code)
