"""What verification finds: one line per thing that is not as it must be, with its ledger index, expected and found."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

MOST = 1_000


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


def shown(value: object) -> str:
    """Hashes in hexadecimal, longer bytes and texts by their digest."""
    content = bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode("utf-8", "replace")
    if isinstance(value, bytes) and len(content) == 32:
        return content.hex()
    return content.decode("utf-8", "replace") if len(content) <= 80 and not isinstance(value, bytes) else _digest(content)


def _digest(content: bytes) -> str:
    return f"sha256:{sha256(content).hexdigest()}"
