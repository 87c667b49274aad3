"""What verification finds: one line per thing that is not as it must be, with its ledger index, expected and found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256

from reuse_gateway.storage.failures import NotThere, Unstorable

MOST = 1_000
# What reading a hostile value raises: unlike text, missing names, huge numbers, arrays in a thousand arrays.
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """`what` is a stable code; `index` a leaf index, for checkpoints a tree size; digests stand for long values."""

    what: str
    index: int
    expected: str
    found: str


@dataclass(slots=True)
class Discrepancies:
    """The first MOST of them and how many there were: memory stays flat on a log that is nothing but damage."""

    kept: list[Discrepancy] = field(default_factory=list)
    count: int = 0

    def add(self, what: str, index: int, expected: object, found: object) -> None:
        self.count += 1
        if len(self.kept) < MOST:
            self.kept.append(Discrepancy(what, index, shown(expected), shown(found)))

    @contextmanager
    def reading(self, index: int, expected: str) -> Iterator[None]:
        """What cannot be read inside is a finding at this index, and verifying goes on behind it."""
        try:
            yield
        except UNREADABLE as failure:
            self.add("row_unreadable", index, expected, type(failure).__name__)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """The last net: a part that a hostile value or a lost table ended is itself a finding, and the other parts go on."""
        try:
            yield
        except (*UNREADABLE, Unstorable, NotThere) as failure:
            self.add("part_unverified", 0, name, type(failure).__name__)


def shown(value: object) -> str:
    """Hashes in hexadecimal, longer bytes and texts by their digest."""
    content = bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode("utf-8", "replace")
    if isinstance(value, bytes) and len(content) == 32:
        return content.hex()
    return content.decode("utf-8", "replace") if len(content) <= 80 and not isinstance(value, bytes) else _digest(content)


def _digest(content: bytes) -> str:
    return f"sha256:{sha256(content).hexdigest()}"
