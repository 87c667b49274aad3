"""What proving to outsiders needs from the world, beside `ports.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Protocol

from reuse_gateway.domain.evidence_pack import BoundRow


@dataclass(frozen=True, slots=True)
class CaseRows:
    """A violation in the words of its demand's body, and every row that it rests on or that came of it, in ledger order."""

    violation: Mapping[str, Any]
    rows: tuple[BoundRow, ...]


class ProofRows(Protocol):
    """Violations with what binds them."""

    async def lost(self, size: int) -> int | None:
        """A leaf below ledger index `size` that says a step, letter or outcome was recorded whose row is not to be
        found; None = all stand. Raises StoreError.
        """
        ...

    async def case(self, violation_id: str, size: int) -> CaseRows | None:
        """As it was recorded below ledger index `size`; None = no such violation there. Raises StoreError, also for more rows
        than it can tell: a part is never told as the whole.

        MUST NOT repair anything: rows come with the leaves at their indices, whether or not these bind them.
        """
        ...


class ProofLedger(Protocol):
    """The tree as published; every method raises StoreError."""

    async def checkpoint(self) -> bytes:
        """The newest signed note."""
        ...

    async def checkpoint_at(self, size: int) -> bytes | None:
        """The note that was signed at this size; None = no head was signed there."""
        ...

    async def inclusion(self, index: int, size: int) -> list[bytes]: ...

    async def inclusions(self, indices: Sequence[int], size: int) -> Mapping[int, list[bytes]]:
        """The same for several leaves; NotFound where one lies outside the published tree."""
        ...

    async def leaves(self, indices: Sequence[int]) -> Mapping[int, bytes]:
        """The bytes of those leaves that are there."""
        ...

    async def consistency(self, first: int, second: int) -> list[bytes]: ...


class Seal(Protocol):
    """The ledger's key, put under packs. The same text always gets the same seal."""

    @property
    def verifiers(self) -> Sequence[str]:
        """The public keys (vkeys) that open notes and seals of this ledger, the one in use first."""
        ...

    def seal(self, text: bytes) -> bytes:
        """A signed note of this text."""
        ...

    def open(self, note: bytes) -> tuple[int, bytes]:
        """Size and root of a checkpoint of this ledger; raises ProofError."""
        ...

    @property
    def origin(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Cosignature:
    """That a witness, at an instant of its own clock, knew of no other history; `line` as it stands under the note."""

    witness: str
    at: datetime
    line: str


class Witnesses(Protocol):
    """Those whose word counts."""

    def cosignatures(self, note: bytes, now: datetime) -> tuple[Cosignature, ...]:
        """The cosignatures of known witnesses under a note. MUST verify each; raises ProofError where none is known."""
        ...


class PackSink(Protocol):
    """Where the files of a pack go, one after the other in the order of their names."""

    def add(self, name: str, content: bytes) -> None: ...


OpenSink = Callable[[BinaryIO], AbstractContextManager[PackSink]]
