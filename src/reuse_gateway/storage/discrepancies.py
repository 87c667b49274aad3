"""What verification finds: one line per thing that is not as it must be, with its ledger index, expected and found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from hashlib import sha256

from reuse_gateway.storage.failures import NotThere, Unstorable

MOST = 1_000
_HASH_BYTES, _LONGEST_BYTES = 32, 80
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
    """Words and values as an operator knows them: hashes in hexadecimal, longer bytes and texts by their digest.

    What stands in a tuple or list is told one after the other; instants with a Z, an empty cell as `nothing`.
    """
    if isinstance(value, (bytes, memoryview)):
        content = bytes(value)
        return content.hex() if len(content) == _HASH_BYTES else _digest(content)
    told = " ".join(map(_one, value)) if isinstance(value, (tuple, list)) else _one(value)
    content = told.encode("utf-8", "replace")
    return content.decode() if len(content) <= _LONGEST_BYTES else _digest(content)


def _one(value: object) -> str:
    return ", ".join(map(_plain, value)) or "nothing" if isinstance(value, (tuple, list)) else _plain(value)


def _plain(value: object) -> str:
    """Never raises for what a cell can hold, as instants of the year 1 that have no place in UTC."""
    if isinstance(value, (bytes, memoryview)):
        return shown(value)
    if value is None or isinstance(value, bool):
        return "nothing" if value is None else str(value).lower()
    if isinstance(value, date):
        return value.isoformat().replace("+00:00", "Z")
    return str(value.value if isinstance(value, Enum) else value)


def _digest(content: bytes) -> str:
    return f"sha256:{sha256(content).hexdigest()}"
